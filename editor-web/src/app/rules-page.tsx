import { useMessages } from '@/shared/i18n';
import { addressOf, navigate, useRoute } from '@/shared/lib/router';
import { useRulePages } from '@/shared/rules/rule-pages';
import { RuleText } from '@/shared/rules/rule-text';
import { CodeText } from '@/shared/ui';

import { messages } from './messages';
import { PageHeader } from './page-header';

/** Every rule of the compiler, by code. */
export function RulesPage() {
  const route = useRoute();
  const pages = useRulePages();
  const t = useMessages(messages);
  const code = (route.page === 'rules' && route.code) || Object.keys(pages ?? {})[0];
  return (
    <div className="flex h-full flex-col">
      <PageHeader />
      <main className="grid min-h-0 flex-1 grid-rows-2 md:grid-cols-[22rem_1fr] md:grid-rows-1">
        <nav aria-label={t('rules')} className="overflow-auto border-b border-line p-2 md:border-b-0 md:border-r">
          <ul>
            {Object.entries(pages ?? {}).map(([each, page]) => (
              <li key={each}>
                <a href={addressOf({ page: 'rules', code: each })} aria-current={each === code ? 'page' : undefined} className="flex gap-2 rounded px-2 py-1 text-sm hover:bg-hover aria-[current=page]:bg-accent-soft">
                  <span className="font-mono text-xs leading-5 text-ink-faint">{each}</span><span><CodeText text={page.title} /></span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className="overflow-auto bg-surface p-4 md:p-6">
          <h1 className="sr-only">{t('rules')}</h1>
          {code && <RuleText code={code} onOpen={(other) => navigate({ page: 'rules', code: other })} />}
        </div>
      </main>
    </div>
  );
}
