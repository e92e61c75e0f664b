import { useMessages } from '@/shared/i18n';
import { EmptyState } from '@/shared/ui';

import { messages } from './messages';

/** What the backtest of the document on the tape came to. */
export function ResultsPanel() {
  const t = useMessages(messages);
  return <EmptyState icon="chart" title={t('title')} />;
}
