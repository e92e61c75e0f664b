// title.ts — where a strategy's name is written, read and written.
//
// In: a source in any notation. Out: its name; the source with another name. Promise: nothing else of a text changes;
// what stands in quotes comes back as it was.
import type { Source } from './types';

/** The line of a text that names the strategy: what stands before the name, and the name as it is written. */
const IN_TEXT = /^([ \t]*strategy[ \t]+)"((?:[^"\\\n]|\\.)*)"/m;
const IN_JSON = /"name"\s*:\s*("(?:[^"\\]|\\.)*")/;

/** A line break in a name is shown as a blank. */
const unescaped = (written: string): string => written.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? ' ' : sign));
const escaped = (name: string): string => name.replace(/["\\]/g, '\\$&');

function jsonText(literal: string): string | null {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return null;
  }
}

/** Also of a source that is unfinished; null: it has none. */
export function titleIn({ notation, source }: Source): string | null {
  if (notation === 'text') {
    const written = IN_TEXT.exec(source)?.[2];
    return written === undefined ? null : unescaped(written);
  }
  const literal = IN_JSON.exec(source)?.[1];
  return literal === undefined ? null : jsonText(literal);
}

/** A name stands on one line. */
export const cleanName = (typed: string): string => typed.replace(/\p{Cc}+/gu, ' ').replace(/\s+/g, ' ').trim();

/** Null where there is no place for a name. */
export function renamed({ notation, source }: Source, typed: string): string | null {
  const name = cleanName(typed);
  if (name === '') return null;
  if (notation === 'text') return IN_TEXT.test(source) ? source.replace(IN_TEXT, (_, before: string) => `${before}"${escaped(name)}"`) : null;
  try {
    const root: unknown = JSON.parse(source);
    return typeof root === 'object' && root !== null && !Array.isArray(root) ? JSON.stringify({ ...root, name }, null, 2) : null;
  } catch {
    return null;
  }
}
