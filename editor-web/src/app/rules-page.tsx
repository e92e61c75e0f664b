import { useEffect, useRef, useState } from 'react';

import { usePageTitle } from '@/shared/hooks/use-page-title';
import { useMessages } from '@/shared/i18n';
import { addressOf, navigate, useRoute } from '@/shared/lib/router';
import { useRulePages } from '@/shared/rules/rule-pages';
import type { RulePage, RulePages } from '@/shared/rules/rule-pages';
import { RuleText } from '@/shared/rules/rule-text';
import { CodeText } from '@/shared/ui';

import { messages } from './messages';
import { PageHeader } from './page-header';

/** Rules whose code, title or meaning has all the words. */
function found(pages: RulePages, typed: string): [string, RulePage][] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return Object.entries(pages).filter(([code, { title, means }]) => words.every((word) => `${code} ${title} ${means}`.toLowerCase().includes(word)));
}

/** Every rule of the compiler, by code. */
export function RulesPage() {
  const route = useRoute();
  const pages = useRulePages();
  const t = useMessages(messages);
  const [typed, setTyped] = useState('');
  const here = useRef<HTMLAnchorElement>(null);
  const code = (route.page === 'rules' && route.code) || Object.keys(pages ?? {})[0];
  const rules = found(pages ?? {}, typed);
  usePageTitle([route.page === 'rules' && route.code, t('rules')].filter(Boolean).join(' · '));
  useEffect(() => {
    void here.current?.scrollIntoView({ block: 'nearest' }); // a promise in newer browsers
  }, [code, pages]);
  return (
    <div className="flex h-full flex-col">
      <PageHeader />
      <main className="grid min-h-0 flex-1 grid-rows-[2fr_3fr] md:grid-cols-[22rem_1fr] md:grid-rows-1">
        <nav aria-label={t('rules')} className="overflow-auto border-b border-line p-2 md:border-b-0 md:border-r">
          <input type="search" aria-label={t('searchRules')} placeholder={t('searchRules')} value={typed} onChange={(event) => setTyped(event.target.value)} className="sticky top-0 mb-2 h-8 w-full rounded-md border border-line-strong bg-surface px-2 text-sm" />
          {pages && rules.length === 0 && <p className="px-2 py-1 text-sm text-ink-soft">{t('noRules')}</p>}
          <ul>
            {rules.map(([each, page]) => (
              <li key={each}>
                <a ref={each === code ? here : undefined} href={addressOf({ page: 'rules', code: each })} aria-current={each === code ? 'page' : undefined} className="flex gap-2 rounded px-2 py-1 text-sm hover:bg-hover aria-[current=page]:bg-accent-soft">
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
