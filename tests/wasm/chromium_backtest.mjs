// chromium_backtest.mjs ODX ODX_BACKTEST_WASM TWIN CHROMIUM [--count N] [--from S]: backtests in a browser are `odx`'s.
//
// All examples and N generated programs: page_backtest.mjs runs them in a headless browser, `odx backtest` here; the
// result_sha256 of both are equal, or both refuse.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { browse, pageOf } from './browser.mjs';
import { document, expect, files, finish, native } from './harness.mjs';
import { filesOf, makeStreams, marketsOf, programs } from './streams.mjs';

const [program, wasmPath, twin, chromium, ...options] = process.argv.slice(2), odx = path.resolve(program);
const option = (name, otherwise) => (options.includes(name) ? Number(options[options.indexOf(name) + 1]) : otherwise);
const count = option('--count', 1000);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-wasm-')), folders = makeStreams(odx, scratch);

const documents = [...files('examples', '.odx').map((file) => ({ document: document(file), cwd: '.' })),
  ...programs(twin, option('--from', 1), count).map(({ seed, text, modules }) => ({ document: { name: `g${seed}.odx`, text, modules }, cwd: scratch }))]
  .map((one) => ({ ...one, markets: marketsOf(one.document.text) }));
const streams = Object.fromEntries(Object.entries(folders).map(([stream, folder]) =>
  [stream, filesOf(folder).map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') }))]));

const got = await browse(chromium, {
  '/': pageOf('/page_backtest.mjs'),
  '/page_backtest.mjs': ['text/javascript', fs.readFileSync('tests/wasm/page_backtest.mjs')],
  '/odx.mjs': ['text/javascript', fs.readFileSync('editor-web/src/shared/wasm/odx.mjs')],
  '/odx-backtest.wasm': ['application/wasm', fs.readFileSync(wasmPath)],
  '/task': ['application/json', JSON.stringify({ streams, documents })],
}, 90000 + 1500 * count);

/** What the native program has, or null where it refuses. */
function shaOf({ document: { name, text, modules }, cwd, markets }) {
  const json = path.join(scratch, 'r.json');
  fs.rmSync(json, { force: true });
  if (cwd === scratch) {
    for (const [module, content] of Object.entries(modules)) {
      fs.mkdirSync(path.join(scratch, path.dirname(module)), { recursive: true });
      fs.writeFileSync(path.join(scratch, module), content);
    }
    fs.writeFileSync(path.join(scratch, name), text);
  }
  native(odx, ['backtest', name, ...markets.flatMap(({ market, stream }) => ['--data', `${market}=${folders[stream]}`]), '--quiet',
    '--ledger', path.join(scratch, 'ledger'), '--json', json], { cwd });
  return fs.existsSync(json) ? JSON.parse(fs.readFileSync(json, 'utf8')).result_sha256 : null;
}

if (got.error) {
  expect(false, got.error);
} else {
  let ran = 0;
  documents.forEach((one, i) => {
    const want = shaOf(one);
    expect(got.shas[i] === want, `${one.document.name}: ${got.shas[i]} in the browser, ${want} native`);
    ran += want !== null;
  });
  console.log(`${documents.length} programs, ${ran} ran and have the native result_sha256`);
  expect(ran >= 11 + count / 4, `${ran} of ${documents.length} ran`);
}
fs.rmSync(scratch, { recursive: true });
finish();
