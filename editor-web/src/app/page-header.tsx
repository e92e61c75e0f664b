import { useMessages } from '@/shared/i18n';
import { addressOf } from '@/shared/lib/router';

import { messages } from './messages';
import { PageMenu } from './page-menu';

/** The header of pages that are no document. */
export function PageHeader() {
  const t = useMessages(messages);
  return (
    <header className="flex h-12 shrink-0 items-center gap-4 border-b border-line bg-surface px-4">
      <a href={addressOf({ page: 'gallery' })} className="text-lg font-semibold">Oddex</a>
      <nav aria-label={t('page')} className="flex flex-1 gap-3 text-sm">
        <a href={addressOf({ page: 'gallery' })} className="text-ink-soft hover:text-ink">{t('gallery')}</a>
        <a href={addressOf({ page: 'rules', code: null })} className="text-ink-soft hover:text-ink">{t('rules')}</a>
      </nav>
      <PageMenu />
    </header>
  );
}
