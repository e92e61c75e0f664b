// sizes.ts — the size of an order as it is typed and shown.  Sizes are never guessed: `50` is neither dollars nor shares.
import { typedValue } from '@/shared/graph';

export type TypedSize = { readonly data: Readonly<Record<string, string | number>> } | { readonly ask: string } | null;

const SIZE_KINDS: readonly { readonly pattern: RegExp; readonly mode: string; readonly key: string }[] = [
  { pattern: /^\$([\d_]+(?:\.\d+)?)$/, mode: 'fixed', key: 'size_usdc' },
  { pattern: /^([\d_]+(?:\.\d+)?)%$/, mode: 'percent', key: 'size_pct' },
  { pattern: /^([\d_]+(?:\.\d+)?) ?(?:shares?|parts?)$/, mode: 'shares', key: 'size_shares' },
];

export function typedSize(typed: string): TypedSize {
  const text = String(typedValue(typed, null) ?? '');
  if (/^(all|tout)$/i.test(text)) return { data: { size_mode: 'all' } };
  for (const { pattern, mode, key } of SIZE_KINDS) {
    const number = pattern.exec(text)?.[1];
    if (number !== undefined) return { data: { size_mode: mode, [key]: Number(number.replaceAll('_', '')) } };
  }
  if (/^[\d.]+$/.test(text)) return { ask: text };
  return text === '' ? null : { data: { size: text } };
}

export const SIZE_KEYS = ['size_mode', 'size_usdc', 'size_pct', 'size_shares', 'size'] as const;

/** The size of an action as a reader sees it; null if an edge brings it. */
export function shownSize(data: Readonly<Record<string, unknown>>): string | null {
  switch (data.size_mode) {
    case 'fixed': return `$${String(data.size_usdc ?? '')}`;
    case 'percent': return `${String(data.size_pct ?? '')}%`;
    case 'shares': return `${String(data.size_shares ?? '')} shares`;
    case 'all': return 'all';
    default: return data.size === undefined ? null : String(data.size as string);
  }
}
