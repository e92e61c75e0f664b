// wasm.ts — the real compiler, for tests in node: public/data/odx.wasm, or the build's. Where neither is there
// the tests that need it are skipped, unless ODDEX_WASM=required.
import fs from 'node:fs';
import path from 'node:path';

import { loadOdx } from '@/shared/wasm/odx.mjs';
import type { Odx } from '@/shared/wasm/odx.mjs';

const top = path.resolve(import.meta.dirname, '../../..');
const candidates = [process.env.ODDEX_BUILD ?? path.join(top, 'build'), path.join(top, 'editor-web/public/data')];
const found = candidates.map((folder) => path.join(folder, 'odx.wasm')).find((file) => fs.existsSync(file));

export const hasWasm = found !== undefined || process.env.ODDEX_WASM === 'required';

export const loadCompiler = () => {
  if (!found) throw new Error('no odx.wasm: meson configure build -Dwasm=enabled && ninja -C build');
  return loadOdx(fs.readFileSync(found));
};

/**
 * Whether the module reads what compilers before 2026-11-21 did not: a form that keeps the place of a node which is
 * called by number. Where the module is not built with the tree it may be older; ODDEX_WASM=required forbids that.
 */
export function isCurrent(odx: Odx): boolean {
  const form = JSON.parse(readRepository('tests/golden/views/form_original.json')) as object;
  const text = JSON.stringify({ ...form, 'x-odx-layout': [{ anchor: 'when1.cond.2.1', at: [8, 6] }] });
  return process.env.ODDEX_WASM === 'required' || odx.convert({ name: 'a.json', text, to: 'text' }).text !== null;
}

/** Names of examples/*.odx. */
export const examples = (): string[] => fs.readdirSync(path.join(top, 'examples')).filter((name) => name.endsWith('.odx')).map((name) => name.slice(0, -4));

export const readRepository = (name: string): string => fs.readFileSync(path.join(top, name), 'utf8');
