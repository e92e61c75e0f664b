import type { ReactNode } from 'react';

import { classNames } from '@/shared/lib/class-names';

export interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly onChoose: (value: string) => void;
  /** `<option>` or `<optgroup>`. */
  readonly children: ReactNode;
  readonly className?: string;
}

/** A list of words inside a sentence: the browser's own, so that keys, touch and screen readers know it. */
export function Choice({ label, value, disabled, onChoose, children, className }: ChoiceProps) {
  return (
    <select aria-label={label} title={label} value={value} disabled={disabled} onChange={(event) => onChoose(event.target.value)}
      className={classNames('field-sizing-content h-7 max-w-full rounded border border-transparent bg-transparent px-1 text-sm text-ink hover:border-line hover:bg-hover disabled:opacity-100', className)}>
      {children}
    </select>
  );
}
