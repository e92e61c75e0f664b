// view-frame.tsx — what all three views have around them: toolbar, and bars that say how the view stands
// (last good state, does not compile, unfinished work, read-only).
import { memo } from 'react';
import type { ReactNode } from 'react';

import type { Notation, Source } from '../document';
import { useDocument, useSession, useView } from '../hooks/use-document';
import { useMessages } from '../i18n';
import { classNames } from '../lib/class-names';
import { Banner, Button } from '../ui';
import { messages } from './messages';

export interface ViewFrameProps {
  readonly notation: Notation;
  /** The notation whose standing counts, where a view is drawn from another one than it is called. */
  readonly drawnFrom?: Notation;
  readonly toolbar?: ReactNode;
  readonly children: ReactNode;
}

/** `children` are grey while the view is stale; not paled, for they are to be read. */
export function ViewFrame({ notation, drawnFrom = notation, toolbar, children }: ViewFrameProps) {
  const isSettling = useDocument(({ settling }) => settling);
  const standing = useDocument(({ derived }) => derived?.views[drawnFrom].standing ?? 'none');
  const t = useMessages(messages);
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface" data-view={notation} data-standing={standing} data-settling={isSettling}>
      <h2 className="sr-only">{t(notation)}</h2>
      {toolbar && <div className="flex min-h-9 flex-wrap items-center gap-1 border-b border-line px-2 py-0.5">{toolbar}</div>}
      <StandingBars notation={notation} drawnFrom={drawnFrom} />
      <div className={classNames('min-h-0 flex-1 overflow-auto', standing === 'stale' && 'bg-sunken grayscale')}>{children}</div>
    </div>
  );
}

const StandingBars = memo(function StandingBars({ notation, drawnFrom }: { notation: Notation; drawnFrom: Notation }) {
  const readOnly = useDocument((state) => state.readOnly), drafts = useDocument(({ snapshot }) => snapshot.drafts);
  const master = useDocument(({ snapshot }) => snapshot.master.notation);
  const view = useView(drawnFrom);
  const t = useMessages(messages);
  return (
    <>
      {readOnly && <Banner tone="warning">{t('readOnly')}</Banner>}
      {view?.standing === 'stale' && <Banner tone="warning">{t(view.source === null ? 'never' : 'stale', { view: t(master === 'graph' ? 'formOrGraph' : master) })}</Banner>}
      {view?.standing === 'broken' && !readOnly && <Banner tone="warning">{t('broken')}</Banner>}
      {drafts.filter((draft) => draft.notation === notation).map((draft) => <DraftBar key={draft.source} draft={draft} />)}
    </>
  );
});

function DraftBar({ draft }: { draft: Source }) {
  const { takeDraft, dropDraft } = useSession();
  const t = useMessages(messages);
  return (
    <Banner actions={
      <>
        <Button onClick={() => takeDraft(draft, t('takeDraft'))}>{t('takeDraft')}</Button>
        <Button look="quiet" onClick={() => dropDraft(draft, t('dropDraft'))}>{t('dropDraft')}</Button>
      </>}>
      {t('draft')}
    </Banner>
  );
}
