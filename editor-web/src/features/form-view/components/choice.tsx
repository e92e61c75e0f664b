import type { ReactNode } from 'react';

import { classNames } from '@/shared/lib/class-names';
import { Icon } from '@/shared/ui';

export interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly onChoose: (value: string) => void;
  /** `<option>` or `<optgroup>`. */
  readonly children: ReactNode;
  readonly className?: string;
  /** Its value stands elsewhere: only the sign that there is a choice is shown. */
  readonly isSign?: boolean;
}

/** A list of words inside a sentence: the browser's own, so that keys, touch and screen readers know it. */
export function Choice({ label, value, disabled, onChoose, children, className, isSign = false }: ChoiceProps) {
  if (isSign) return (
    <span className="relative inline-flex size-7 items-center justify-center rounded text-ink-soft focus-within:outline-2 focus-within:outline-accent hover:bg-hover hover:text-ink">
      <Icon name="chevron" className="pointer-events-none" />
      <select aria-label={label} title={label} value={value} disabled={disabled} onChange={(event) => onChoose(event.target.value)} className="absolute inset-0 cursor-pointer opacity-0">{children}</select>
    </span>
  );
  return (
    <select aria-label={label} title={label} value={value} disabled={disabled} onChange={(event) => onChoose(event.target.value)}
      className={classNames('field-sizing-content h-7 max-w-full rounded border border-transparent bg-transparent px-1 text-sm text-ink hover:border-line hover:bg-hover disabled:opacity-100', className)}>
      {children}
    </select>
  );
}
