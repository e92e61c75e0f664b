// assets.mjs — fills public/data/ with what the page needs from outside this folder.
//
// In: ../build (odx.wasm, odx-backtest.wasm, odx-pages.json; another place: ODDEX_BUILD) and ../examples.
// Out: public/data/: the modules, pages.json, the sample, gallery.json. Promise: the same input, the same bytes.
import fs from 'node:fs';
import path from 'node:path';

import { loadOdx } from '../src/shared/wasm/odx.mjs';

const here = path.resolve(import.meta.dirname, '..'), top = path.resolve(here, '..');
const build = path.resolve(process.env.ODDEX_BUILD ?? path.join(top, 'build'));
const out = path.join(here, 'public/data');
const examples = path.join(top, 'examples');

function copy(from, name, optional = false) {
  if (fs.existsSync(from)) fs.copyFileSync(from, path.join(out, name));
  else if (!optional) throw new Error(`${path.relative(top, from)} is missing: build it first (meson configure build -Dwasm=enabled && ninja -C build)`);
}

const read = (file) => fs.readFileSync(file, 'utf8');

/** Modules of the examples, called as their `use` lines call them. */
function modules() {
  const folder = path.join(examples, 'shared');
  return Object.fromEntries(fs.readdirSync(folder).sort().map((name) => [`shared/${name}`, read(path.join(folder, name))]));
}

async function gallery() {
  const odx = await loadOdx(fs.readFileSync(path.join(build, 'odx.wasm')));
  const shared = modules();
  return fs.readdirSync(examples).filter((name) => name.endsWith('.odx')).sort().map((file) => {
    const text = read(path.join(examples, file));
    const used = Object.fromEntries(Object.entries(shared).filter(([name]) => text.includes(name.replace(/\.odx$/, ''))));
    const explain = odx.explain({ name: file, text, modules: used }).text;
    if (explain === null) throw new Error(`${file} does not compile`);
    return { name: file.replace(/\.odx$/, ''), title: explain.split('\n')[0], text, modules: used, explain };
  });
}

fs.mkdirSync(out, { recursive: true });
copy(path.join(build, 'odx.wasm'), 'odx.wasm');
copy(path.join(build, 'odx-backtest.wasm'), 'odx-backtest.wasm', true);
copy(path.join(build, 'odx-pages.json'), 'pages.json');
copy(path.join(examples, 'ticks/sample_5m.csv'), 'sample_5m.csv');
fs.writeFileSync(path.join(out, 'gallery.json'), JSON.stringify(await gallery()));
