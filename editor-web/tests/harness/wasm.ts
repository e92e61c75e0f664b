// wasm.ts — the real compiler, for tests in node: public/data/odx.wasm, or the build's. Where neither is there
// the tests that need it are skipped, unless ODDEX_WASM=required.
import fs from 'node:fs';
import path from 'node:path';

import { loadOdx } from '@/shared/wasm/odx.mjs';

const top = path.resolve(import.meta.dirname, '../../..');
const candidates = [process.env.ODDEX_BUILD ?? path.join(top, 'build'), path.join(top, 'editor-web/public/data')];
const found = candidates.map((folder) => path.join(folder, 'odx.wasm')).find((file) => fs.existsSync(file));

export const hasWasm = found !== undefined || process.env.ODDEX_WASM === 'required';

export const loadCompiler = () => {
  if (!found) throw new Error('no odx.wasm: meson configure build -Dwasm=enabled && ninja -C build');
  return loadOdx(fs.readFileSync(found));
};

export const readRepository = (name: string): string => fs.readFileSync(path.join(top, name), 'utf8');
