import { useDocument, useView } from '@/shared/hooks/use-document';
import { useMessages } from '@/shared/i18n';
import { ViewFrame, viewMessages } from '@/shared/view';

/** The document as text. */
export function TextView() {
  const { state, edit } = useDocument();
  const view = useView('text');
  const t = useMessages(viewMessages);
  const { master } = state.snapshot;
  const source = master.notation === 'text' ? master.source : (view?.source ?? '');
  return (
    <ViewFrame notation="text">
      <textarea aria-label={t('text')} value={source} spellCheck={false} readOnly={state.readOnly}
        onChange={(event) => edit('text', event.target.value, { label: t('text'), join: 'type' })}
        className="h-full w-full resize-none bg-surface p-3 font-mono text-sm outline-none" />
    </ViewFrame>
  );
}
