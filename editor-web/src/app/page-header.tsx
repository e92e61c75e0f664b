import { useMessages } from '@/shared/i18n';
import { addressOf, useRoute } from '@/shared/lib/router';
import { Logo } from '@/shared/ui';

import { messages } from './messages';
import { HelpButton, PageMenu } from './page-menu';

/** The header of pages that are no document. */
export function PageHeader() {
  const t = useMessages(messages);
  const { page } = useRoute();
  const links = [{ to: { page: 'gallery' }, title: t('gallery') }, { to: { page: 'rules', code: null }, title: t('rules') }] as const;
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface px-4 sm:gap-4">
      <a href={addressOf({ page: 'gallery' })} className="inline-flex items-center gap-2 text-lg font-semibold"><Logo />Oddex</a>
      <nav aria-label={t('page')} className="flex h-full flex-1 gap-1 text-sm">
        {links.map(({ to, title }) => (
          <a key={to.page} href={addressOf(to)} aria-current={page === to.page ? 'page' : undefined}
            className="inline-flex items-center border-b-2 border-transparent px-2 text-ink-soft transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink">{title}</a>
        ))}
      </nav>
      <HelpButton />
      <PageMenu />
    </header>
  );
}
