// rule-pages.ts — the pages of findings (odx-pages.json): what a finding means, why it matters, what to do.
import { useEffect, useState } from 'react';

import { fetchJson } from '../lib/assets';

export interface RulePage {
  readonly title: string;
  readonly level: string;
  readonly chapter: string;
  readonly fixable: string;
  readonly means: string;
  readonly matters: string;
  readonly avoid: string;
  readonly prefer: string;
  readonly ignore: string;
  readonly fix: string;
  /** Codes, separated by blanks. */
  readonly see: string;
}

export type RulePages = Readonly<Record<string, RulePage>>;

let pages: Promise<RulePages> | null = null;

export function fetchRulePages(): Promise<RulePages> {
  pages ??= fetchJson<RulePages>('pages.json');
  pages.catch(() => (pages = null));
  return pages;
}

/** Null while they are on their way, and where they cannot be had. */
export function useRulePages(): RulePages | null {
  const [value, setValue] = useState<RulePages | null>(null);
  useEffect(() => {
    let gone = false;
    fetchRulePages().then((found) => gone || setValue(found), () => undefined);
    return () => {
      gone = true;
    };
  }, []);
  return value;
}
