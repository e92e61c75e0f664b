// rename.ts — the name of a strategy, changed where it is written.
//
// In: a source in any notation, a name. Out: the source with that name. Promise: nothing else of a text changes; null
// where there is no place for a name.
import type { Source } from './types';

/** A name stands on one line, between quotes. */
export const cleanName = (typed: string): string => typed.replace(/["\\\p{Cc}]+/gu, ' ').replace(/\s+/g, ' ').trim();

export function renamed({ notation, source }: Source, typed: string): string | null {
  const name = cleanName(typed);
  if (name === '') return null;
  if (notation === 'text') {
    const line = /^([ \t]*strategy[ \t]+)"(?:[^"\\\n]|\\.)*"/m;
    return line.test(source) ? source.replace(line, (_, before: string) => `${before}"${name}"`) : null;
  }
  try {
    const root: unknown = JSON.parse(source);
    return typeof root === 'object' && root !== null && !Array.isArray(root) ? JSON.stringify({ ...root, name }, null, 2) : null;
  } catch {
    return null;
  }
}
