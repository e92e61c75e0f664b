// cannot-run.tsx — what stands where a run would be when the compiler or the prover refuses the strategy: why, and the
// way to the findings.
import { useDocument } from '../hooks/use-document';
import { useWorkspace } from '../hooks/use-workspace';
import { useMessages } from '../i18n';
import { Button, CodeText, EmptyState } from '../ui';
import { messages } from './messages';

/** The first error of what was written; null if there is none. */
export function useRefusal(): string | null {
  return useDocument(({ derived, snapshot }) => derived?.views[snapshot.master.notation].findings.find(({ level }) => level === 'error')?.title ?? null);
}

export function CannotRun() {
  const { openDock } = useWorkspace();
  const t = useMessages(messages);
  const why = useRefusal();
  return (
    <EmptyState icon="error" title={t('cannotRun')}>
      {why !== null && <p className="pb-2" translate="no"><CodeText text={why} /></p>}
      <Button icon="check" onClick={() => openDock('findings')}>{t('showFindings')}</Button>
    </EmptyState>
  );
}
