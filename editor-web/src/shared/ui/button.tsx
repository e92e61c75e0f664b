import type { ButtonHTMLAttributes, ReactNode } from 'react';

import { classNames } from '../lib/class-names';
import { Icon } from './icon';
import type { IconName } from './icon';

const looks = {
  primary: 'bg-accent text-accent-ink hover:brightness-110 border-transparent font-medium',
  plain: 'bg-surface text-ink border-line hover:bg-hover',
  quiet: 'bg-transparent text-ink-soft border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-surface text-no border-line hover:bg-no-soft',
  on: 'bg-accent-soft text-accent border-transparent',
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof looks;
  readonly icon?: IconName | undefined;
  readonly pressed?: boolean;
  /** As wide as high: for a picture alone. */
  readonly square?: boolean;
  readonly children?: ReactNode;
}

/** A button with words; `disabled` ones say why in `title`. */
export function Button({ look = 'plain', icon, pressed, square, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" aria-pressed={pressed} {...rest}
      className={classNames(
        'inline-flex h-8 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-md border text-sm transition-colors disabled:opacity-55 aria-disabled:opacity-55',
        square ? 'w-8 justify-center' : 'px-2.5', looks[pressed ? 'on' : look], className)}>
      {icon && <Icon name={icon} className={square ? 'size-5' : undefined} />}
      {children}
    </button>
  );
}

/** A button that is only a picture; `label` is its name, and its tooltip. */
export function IconButton({ label, icon, look = 'quiet', ...rest }: ButtonProps & { label: string; icon: IconName }) {
  return <Button square look={look} icon={icon} aria-label={label} title={label} {...rest} />;
}
