// model.ts — what the gallery reads out of what `odx` says of a template: parts of its explanation, why it has no result.

export interface Section { readonly heading: string; readonly lines: readonly string[] }

/** Headings stand at the margin, what they are about below them; title, sentence and what it teaches are left out. */
export function sectionsOf(explain: string): Section[] {
  const sections: Section[] = [];
  for (const line of explain.split('\n').slice(2)) {
    if (line === '' || line.startsWith('Teaches: ')) continue;
    const last = sections.at(-1);
    if (!/^\s/.test(line)) sections.push({ heading: line, lines: [] });
    else if (last) sections[sections.length - 1] = { ...last, lines: [...last.lines, line.replace(/^ {2}/, '')] };
  }
  return sections;
}

/** Why the sample is no place for a template, in words of the page where they are known. */
export function reasonOf(reason: string): { readonly key: 'needsTicks' | 'feeInKind' | 'noMarket'; readonly market: string } | null {
  const ticks = /^`\w+` \(([^)]*)\) has no ticks/.exec(reason);
  if (ticks?.[1] !== undefined) return { key: 'needsTicks', market: ticks[1] };
  const fee = /^(\w+) takes the fee of/.exec(reason);
  if (fee?.[1] !== undefined) return { key: 'feeInKind', market: fee[1] };
  return reason.includes('names no market') ? { key: 'noMarket', market: '' } : null;
}
