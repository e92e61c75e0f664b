import type { Language } from '@/shared/i18n';
import type { Verdict } from '@/shared/verdict/messages';

import { frenchSentences } from './template-messages';

/** What a backtest on the sample came to, or why there is none. Money in micros. */
export type SampleResult =
  | { readonly reason: string }
  | { readonly verdict: Verdict; readonly pnl_micros: number; readonly trades: number; readonly orders: number; readonly slots: number; readonly result_sha256: string; readonly equity: readonly number[] };

/** One strategy of the gallery, as scripts/gallery.mjs writes it into gallery.json. */
export interface Template {
  readonly name: string;
  readonly title: string;
  readonly sentence: string;
  readonly text: string;
  readonly modules: Readonly<Record<string, string>>;
  readonly explain: string;
  readonly tests: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly title: string }[];
  readonly result: SampleResult;
}

export const sentenceOf = ({ name, sentence }: Template, language: Language): string => (language === 'fr' ? (frenchSentences[name] ?? sentence) : sentence);
