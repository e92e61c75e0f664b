// assets.mjs — fills public/data/ with what the page needs from outside this folder.
//
// In: ../build (odx, odx.wasm, odx-backtest.wasm, odx-pages.json; another place: ODDEX_BUILD) and ../examples.
// Out: public/data/: the modules, pages.json, the sample, gallery.json. Promise: the same input, the same bytes.
import fs from 'node:fs';
import path from 'node:path';

import { loadOdx } from '../src/shared/wasm/odx.mjs';
import { gallery } from './gallery.mjs';

const here = path.resolve(import.meta.dirname, '..'), top = path.resolve(here, '..');
const build = path.resolve(process.env.ODDEX_BUILD ?? path.join(top, 'build'));
const out = path.join(here, 'public/data');
const examples = path.join(top, 'examples'), sample = path.join(examples, 'ticks/sample_5m.csv');

function copy(from, name) {
  if (fs.existsSync(from)) fs.copyFileSync(from, path.join(out, name));
  else throw new Error(`${path.relative(top, from)} is missing: build it first (meson configure build -Dwasm=enabled && ninja -C build)`);
}

fs.mkdirSync(out, { recursive: true });
copy(path.join(build, 'odx.wasm'), 'odx.wasm');
copy(path.join(build, 'odx-backtest.wasm'), 'odx-backtest.wasm');
copy(path.join(build, 'odx-pages.json'), 'pages.json');
copy(sample, 'sample_5m.csv');
const compiler = await loadOdx(fs.readFileSync(path.join(build, 'odx.wasm')));
fs.writeFileSync(path.join(out, 'gallery.json'), JSON.stringify(gallery({ compiler, odx: path.join(build, 'odx'), examples, sample })));
