// versions-panel.tsx — states that were kept on purpose: save one, see what changed since, go back.
import { useState } from 'react';

import type { Version } from '@/shared/document';
import { sameSnapshot } from '@/shared/document';
import { useDocument, useSession } from '@/shared/hooks/use-document';
import { useLanguage, useMessages } from '@/shared/i18n';
import { classNames } from '@/shared/lib/class-names';
import { formatWhen } from '@/shared/lib/formats';
import { Badge, Button, EmptyState, showToast } from '@/shared/ui';

import { ComparisonView } from './components/comparison-view';
import { messages } from './messages';

export function VersionsPanel() {
  const { restore, undo } = useSession();
  const versions = useDocument((state) => state.versions), snapshot = useDocument((state) => state.snapshot), readOnly = useDocument((state) => state.readOnly);
  const t = useMessages(messages);
  const [chosen, setChosen] = useState<string | null>(null);
  const version = versions.find(({ id }) => id === chosen) ?? versions[0];
  const back = (to: Version) => {
    restore(to, t('restore', { number: to.number }));
    showToast({ text: t('restored', { number: to.number }), action: { title: '↶', run: undo } });
  };
  return (
    <div className="flex h-full min-h-0 flex-col md:flex-row">
      <div className="min-h-0 overflow-auto border-b border-line md:w-96 md:border-b-0 md:border-r">
        <SaveRow />
        <ol aria-label={t('list')}>
          {versions.map((each) => <VersionRow key={each.id} version={each} isChosen={each === version} isPresent={sameSnapshot(each.snapshot, snapshot)} readOnly={readOnly} onChoose={() => setChosen(each.id)} onRestore={() => back(each)} />)}
        </ol>
      </div>
      <div className="min-h-0 min-w-0 flex-1 overflow-auto p-3">
        {version ? <ComparisonView key={version.id} version={version} present={snapshot} /> : <EmptyState icon="history" title={t('none')}>{t('noneMore')}</EmptyState>}
      </div>
    </div>
  );
}

function SaveRow() {
  const { save } = useSession();
  const newest = useDocument((state) => state.versions[0]), changed = useDocument((state) => state.changed);
  const t = useMessages(messages);
  const [note, setNote] = useState('');
  const number = (newest?.number ?? 0) + 1;
  const keep = () => void save(note.trim()).then(({ number: saved, isStored }) => {
    setNote('');
    showToast({ text: t(isStored ? 'saved' : 'savedHere', { number: saved }) });
  });
  return (
    <form className="flex gap-2 border-b border-line p-2" onSubmit={(event) => { event.preventDefault(); keep(); }}>
      <input aria-label={t('note')} placeholder={t('note')} value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} className="h-8 min-w-0 flex-1 rounded-md border border-line-strong bg-surface px-2 text-sm" />
      <Button type="submit" icon="save" disabled={!changed}>{t('save', { number })}</Button>
    </form>
  );
}

interface VersionRowProps {
  readonly version: Version;
  readonly isChosen: boolean;
  readonly isPresent: boolean;
  readonly readOnly: boolean;
  readonly onChoose: () => void;
  readonly onRestore: () => void;
}

function VersionRow({ version, isChosen, isPresent, readOnly, onChoose, onRestore }: VersionRowProps) {
  const t = useMessages(messages);
  const language = useLanguage();
  const when = formatWhen(version.savedMs, language);
  return (
    <li className={classNames('flex items-center gap-2 border-b border-line pr-2', isChosen && 'bg-accent-soft')}>
      <button type="button" aria-pressed={isChosen} onClick={onChoose} className="min-w-0 flex-1 px-3 py-1.5 text-left text-sm hover:bg-hover">
        <span className="flex flex-wrap items-center gap-2"><span className="font-medium">{t('version', { number: version.number })}</span><span className="text-xs text-ink-faint">{when}</span>{isPresent && <Badge tone="yes">{t('present')}</Badge>}</span>
        <span className="block truncate text-ink-soft">{version.note || version.title}</span>
      </button>
      {!isPresent && !readOnly && <Button look="quiet" icon="history" aria-label={t('restore', { number: version.number })} title={t('restore', { number: version.number })} square onClick={onRestore} />}
    </li>
  );
}
