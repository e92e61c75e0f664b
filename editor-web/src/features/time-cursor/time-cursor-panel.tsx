import { useMessages } from '@/shared/i18n';
import { EmptyState } from '@/shared/ui';

import { messages } from './messages';

/** The run on the tape, tick by tick. */
export function TimeCursorPanel() {
  const t = useMessages(messages);
  return <EmptyState icon="clock" title={t('title')} />;
}
