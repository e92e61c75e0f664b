import { useId, useState } from 'react';

import { UNDO_OF_DOCUMENT } from '@/shared/commands/commands';

export interface ValueInputProps {
  readonly label: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly isLong?: boolean;
  readonly onCommit: (typed: string) => void;
}

/** A labelled value: taken on Enter or when left, given back on Escape. */
export function ValueInput({ label, value, disabled, isLong = false, onCommit }: ValueInputProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    if (typed !== null && typed !== value) onCommit(typed);
    setTyped(null);
  };
  const common = {
    id, value: typed ?? value, disabled, spellCheck: false, onBlur: commit, ...(typed === null && UNDO_OF_DOCUMENT),
    className: 'min-w-0 flex-1 rounded border border-line bg-surface px-1.5 py-1 font-mono text-xs',
  };
  return (
    <div className={isLong ? 'flex flex-col gap-1 text-xs' : 'flex items-center gap-2 text-xs'}>
      <label htmlFor={id} className="w-24 shrink-0 truncate text-ink-soft" title={label}>{label}</label>
      {isLong ? <textarea rows={3} {...common} onChange={(event) => setTyped(event.target.value)} /> : (
        <input {...common} onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
            if (event.key === 'Escape') setTyped(null);
          }} />
      )}
    </div>
  );
}
