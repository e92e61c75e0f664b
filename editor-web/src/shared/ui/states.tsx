// states.tsx — what a place shows when it has nothing to show, is at work, or failed; and small marks.
import type { ReactNode } from 'react';

import { useMessages } from '../i18n';
import { classNames } from '../lib/class-names';
import type { Truth } from '../cursor/cursor';
import { Icon } from './icon';
import type { IconName } from './icon';
import { messages } from './messages';

/** A sentence where content would be, perhaps with something to do about it. */
export function EmptyState({ icon, title, children }: { icon?: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-6 text-center text-ink-soft">
      {icon && <Icon name={icon} className="size-6 text-ink-faint" />}
      <p className="font-medium text-ink">{title}</p>
      {children && <div className="max-w-md text-sm">{children}</div>}
    </div>
  );
}

const tones = {
  note: { box: 'bg-accent-soft', ink: 'text-accent', icon: 'note' },
  warning: { box: 'bg-warn-soft', ink: 'text-warn', icon: 'warning' },
  error: { box: 'bg-no-soft', ink: 'text-no', icon: 'error' },
} as const;

/** A bar above a view that says what is the matter with it. */
export function Banner({ tone = 'note', children, actions }: { tone?: keyof typeof tones; children: ReactNode; actions?: ReactNode }) {
  const { box, ink, icon } = tones[tone];
  return (
    <div role="status" className={classNames('flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5 text-sm', box)}>
      <Icon name={icon} className={classNames('shrink-0', ink)} />
      <div className="min-w-0 flex-1">{children}</div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}

/** Yes, no, unknown: a shape and a word, never a colour alone. */
export function TruthMark({ truth }: { truth: Truth }) {
  const t = useMessages(messages);
  const look = { yes: 'text-yes bg-yes-soft', no: 'text-no bg-no-soft', unknown: 'text-unknown bg-sunken' }[truth];
  const sign = { yes: '✓', no: '✕', unknown: '?' }[truth];
  return <span className={classNames('inline-flex items-center gap-1 rounded px-1 text-xs', look)}><span aria-hidden="true">{sign}</span>{t(truth)}</span>;
}

export function Badge({ tone = 'plain', children }: { tone?: 'plain' | 'yes' | 'no' | 'warn' | 'accent'; children: ReactNode }) {
  const look = { plain: 'bg-sunken text-ink-soft', yes: 'bg-yes-soft text-yes', no: 'bg-no-soft text-no', warn: 'bg-warn-soft text-warn', accent: 'bg-accent-soft text-accent' }[tone];
  return <span className={classNames('inline-flex items-center rounded px-1.5 text-xs', look)}>{children}</span>;
}
