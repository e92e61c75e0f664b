import { useMemo, useState } from 'react';

import { useLanguage, useMessages } from '@/shared/i18n';
import { classNames } from '@/shared/lib/class-names';
import { CodeText, Dialog } from '@/shared/ui';

import { messages } from '../messages';
import { foundInsertions, insertions } from '../model/palette';
import type { Insertion } from '../model/palette';

const SHOWN = 60;

/** Search to insert: type, arrows, Enter. */
export function InsertDialog({ open, tokens, onClose, onInsert }: { open: boolean; tokens: readonly string[]; onClose: () => void; onInsert: (chosen: Insertion) => void }) {
  const t = useMessages(messages);
  return <Dialog open={open} title={t('insert')} onClose={onClose}><InsertList tokens={tokens} onInsert={onInsert} /></Dialog>;
}

function InsertList({ tokens, onInsert }: { tokens: readonly string[]; onInsert: (chosen: Insertion) => void }) {
  const t = useMessages(messages);
  const language = useLanguage();
  const all = useMemo(() => insertions(tokens, language), [tokens, language]);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const found = foundInsertions(all, typed).slice(0, SHOWN);
  return (
    <>
      <input autoFocus role="combobox" aria-expanded="true" aria-controls="insert-list" aria-activedescendant={found[at] && `insert-${at}`} aria-label={t('insertSearch')} placeholder={t('insertSearch')} value={typed}
        onChange={(event) => { setTyped(event.target.value); setAt(0); }}
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1 }[event.key], chosen = found[at];
          if (by) {
            event.preventDefault();
            setAt((at + by + found.length) % Math.max(1, found.length));
          } else if (event.key === 'Enter' && chosen) {
            event.preventDefault(); // else it presses what has the focus once the dialog is gone
            onInsert(chosen);
          }
        }}
        className="mb-2 h-9 w-full rounded-md border border-line-strong bg-surface px-3" />
      <ul id="insert-list" role="listbox" aria-label={t('insert')} className="max-h-[50vh] overflow-auto">
        {found.map((each, i) => (
          <li key={each.id} id={`insert-${i}`} role="option" aria-selected={i === at} onPointerMove={() => setAt(i)} onClick={() => onInsert(each)}
            className={classNames('flex cursor-pointer items-baseline gap-2 rounded px-2 py-1.5 text-sm', i === at && 'bg-accent-soft')}>
            <span className="w-44 shrink-0">{each.title}{each.code !== '' && <span translate="no" className="block truncate font-mono text-xs text-ink-faint">{each.code}</span>}</span>
            <span className="min-w-0 text-ink-soft"><CodeText text={each.detail} /></span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="px-2 py-1 text-sm text-ink-soft">{t('nothing')}</p>}
    </>
  );
}
