import { useView } from '@/shared/hooks/use-document';
import { useMessages } from '@/shared/i18n';
import { EmptyState } from '@/shared/ui';
import { ViewFrame, viewMessages } from '@/shared/view';

/** The document as a form. */
export function FormView() {
  const view = useView('form');
  const t = useMessages(viewMessages);
  return (
    <ViewFrame notation="form">
      {view?.source ? <pre tabIndex={0} className="p-3 font-mono text-xs">{view.source}</pre> : <EmptyState icon="form" title={t(view ? 'none' : 'working')} />}
    </ViewFrame>
  );
}
