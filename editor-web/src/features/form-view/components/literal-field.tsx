import { useState } from 'react';

import { UNDO_OF_DOCUMENT } from '@/shared/commands/commands';
import { classNames } from '@/shared/lib/class-names';

export interface LiteralFieldProps {
  readonly label: string;
  readonly value: string;
  readonly disabled: boolean;
  /** Takes what was typed; false if it is no value, which stays to be mended. */
  readonly onCommit: (typed: string) => boolean;
  /** Said when it was no value. */
  readonly problem?: string;
}

/** A value inside a sentence: as wide as what it says; Enter or leaving takes it, Escape gives it back. */
export function LiteralField({ label, value, disabled, onCommit, problem }: LiteralFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  const commit = () => {
    if (typed === null || typed === value) return setTyped(null);
    const taken = onCommit(typed);
    setRefused(!taken);
    if (taken) setTyped(null);
  };
  return (
    <span className="inline-flex flex-col align-middle">
      <input aria-label={label} aria-invalid={refused} value={typed ?? value} disabled={disabled} inputMode="text" spellCheck={false} autoComplete="off" {...(typed === null && UNDO_OF_DOCUMENT)}
        className={classNames('field-sizing-content h-7 min-w-12 max-w-full rounded border bg-surface px-1.5 text-sm font-medium text-accent tabular-nums', refused ? 'border-no' : 'border-line hover:border-line-strong')}
        onChange={(event) => setTyped(event.target.value)} onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          setTyped(null);
          setRefused(false);
        }} />
      {refused && problem !== undefined && <span role="alert" className="text-xs text-no">{problem}</span>}
    </span>
  );
}
