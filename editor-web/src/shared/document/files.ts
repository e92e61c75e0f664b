// files.ts — documents as files: what a dropped file is, and what a document is called when it is saved.
//
// In: name and text of a file. Out: a source, or why not. Promise: a file is taken as it is, to the byte, if it
// can be a strategy at all; whether it is a good one is for the compiler to say.
import type { Notation, Source } from './types';

export const LARGEST_DOCUMENT = 1024 * 1024;

export type FileProblem = 'too-large' | 'not-text' | 'empty' | 'not-a-strategy';
export type Imported = { readonly source: Source } | { readonly problem: FileProblem };

function notationOfJson(text: string): Notation | null {
  try {
    const root: unknown = JSON.parse(text);
    if (typeof root !== 'object' || root === null || Array.isArray(root)) return null;
    if ('mode' in root) return root.mode === 'form' ? 'form' : root.mode === 'node' ? 'graph' : null;
    if ('nodes' in root) return 'graph';
    return 'conditions' in root || 'action' in root ? 'form' : null;
  } catch {
    // Broken JSON is somebody's unfinished strategy if it says so anywhere.
    const mode = /"mode"\s*:\s*"(form|node)"/.exec(text)?.[1];
    if (mode) return mode === 'form' ? 'form' : 'graph';
    return /"nodes"\s*:/.test(text) ? 'graph' : /"conditions"\s*:/.test(text) ? 'form' : null;
  }
}

/** What a file is. `name` decides between text and JSON only where the content does not. */
export function importedFile(name: string, bytes: Uint8Array): Imported {
  if (bytes.byteLength === 0) return { problem: 'empty' };
  if (bytes.byteLength > LARGEST_DOCUMENT) return { problem: 'too-large' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problem: 'not-text' };
  }
  if (text.includes('\0')) return { problem: 'not-text' };
  if (text.trimStart().startsWith('{') || name.endsWith('.json')) {
    const notation = notationOfJson(text);
    return notation ? { source: { notation, source: text } } : { problem: 'not-a-strategy' };
  }
  const isText = name.endsWith('.odx') || /^\s*(#.*\s*)*odx\s+\d/.test(text);
  return isText ? { source: { notation: 'text', source: text } } : { problem: 'not-a-strategy' };
}

/** "Late mover", form: `late-mover.form.json`; letters of other scripts stay, accents go. */
export function exportedName(title: string, notation: Notation): string {
  const plain = title.normalize('NFKD').replace(/\p{M}+/gu, '').normalize('NFC').toLowerCase();
  const stem = [...plain.replace(/[^\p{L}\p{N}]+/gu, '-')].slice(0, 60).join('').replace(/^-+|-+$/g, '') || 'strategy';
  return notation === 'text' ? `${stem}.odx` : `${stem}.${notation}.json`;
}
