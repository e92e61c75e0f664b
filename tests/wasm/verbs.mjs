// verbs.mjs ODX WASM TWIN PAGES — each verb of the module against the native program, to the byte.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { loadOdx } from '../../editor-web/src/shared/wasm/odx.mjs';
import {
  document, expect, expectEqual, expectTwins, files, finish, native, rawModule, requestBytes,
} from './harness.mjs';

const [odxPath, wasmPath, twinPath, pagesPath] = process.argv.slice(2).map((name) => path.resolve(name));
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-wasm-'));
const odx = await loadOdx(fs.readFileSync(wasmPath));

const strategies = ['tests/golden/check', 'tests/golden/prove', 'tests/golden/parse', 'examples', 'examples/shared', 'stdlib']
  .flatMap((folder) => files(folder, '.odx'));
const documents = files('tests/golden/views', '.json');
const all = [...strategies, ...documents].map((file) => ({ file, request: document(file) }));
const readable = all.filter(({ request }) => request.text !== null);
console.log(`${readable.length} of ${all.length} files are Unicode`);

function checkAgrees({ file, request }) {
  const want = native(odxPath, ['check', '--format', 'json', file]).text;
  const got = odx.check(request);
  expectEqual(got.findings, want.trim() ? want.trim().split('\n').map(JSON.parse) : [], `check ${file}`);
  const counted = (level) => got.findings.filter((f) => f.level === level).length;
  expectEqual([got.errors, got.warnings, got.notes], ['error', 'warning', 'note'].map(counted), `counts ${file}`);
}

function formatAgrees({ file, request }) {
  const copy = path.join(scratch, path.basename(file));
  fs.copyFileSync(file, copy);
  const done = native(odxPath, ['fmt', copy]);
  const want = done.code === 0 ? fs.readFileSync(copy, 'utf8') : null;
  expectEqual(odx.format(request).text, want, `format ${file}`);
}

/** The document and its modules under a folder of their own. */
function unpack({ file, request }) {
  const put = (name, text) => {
    fs.mkdirSync(path.join(scratch, path.dirname(name)), { recursive: true });
    fs.writeFileSync(path.join(scratch, name), text);
  };
  put(file, request.text);
  for (const [name, text] of Object.entries(request.modules)) put(name, text);
  return path.join(scratch, file);
}

function fixAgrees(one) {
  const copy = unpack(one);
  native(odxPath, ['fix', one.file], { cwd: scratch });
  const want = fs.readFileSync(copy, 'utf8');
  expectEqual(odx.fix(one.request), { text: want, changed: want !== one.request.text }, `fix ${one.file}`);
}

function compileAgrees({ file, request }) {
  const image = path.join(scratch, 'image');
  for (const [option, key] of [[[], {}], [['-O0'], { plain: true }], [['--strip'], { stripped: true }]]) {
    fs.rmSync(image, { force: true });
    native(odxPath, ['build', file, '-o', image, ...option]);
    const want = fs.existsSync(image) ? fs.readFileSync(image) : null;
    const got = odx.compile({ ...request, ...key }).image;
    expect(want?.length ? got !== null && want.equals(got) : got === null, `compile ${file} ${option}`);
  }
}

function convertAgrees({ file, request }) {
  for (const to of ['text', 'form']) {
    const done = native(odxPath, [to, file]);
    const got = odx.convert({ ...request, to });
    expectEqual(got.text, done.code === 0 ? done.text : null, `convert ${file} to ${to}`);
  }
}

function explainAgrees({ file, request }) {
  const done = native(odxPath, ['explain', file]);
  expectEqual(odx.explain(request).text, done.code === 0 ? done.text : null, `explain ${file}`);
}

/** Questions about places have no verb of their own: the same code, natively, is what they are held against. */
function questions({ request }) {
  const calls = [];
  for (let at = 0; at <= request.text.length + 3; at += 7 + (at % 5)) {
    for (const name of ['odx_hover', 'odx_complete', 'odx_signature'])
      calls.push({ name, bytes: requestBytes({ ...request, begin: at }) });
    calls.push({ name: 'odx_fixes', bytes: requestBytes({ ...request, begin: at, end: at + 40, units: 'bytes' }) });
  }
  return calls;
}

const module = await rawModule(wasmPath);
const every = (verb) => readable.map(({ request }) => ({ name: verb, bytes: requestBytes(request) }));
/** The file of pages holds what `odx explain CODE` prints, words in their order. */
function pagesAgree() {
  const pages = JSON.parse(fs.readFileSync(pagesPath));
  const words = (text) => text.split(/\s+/).filter(Boolean).join(' ');
  expect(Object.keys(pages).length > 80, `${Object.keys(pages).length} pages`);
  for (const [code, page] of Object.entries(pages)) {
    const printed = words(native(odxPath, ['explain', code]).text);
    for (const part of ['title', 'means', 'matters', 'avoid', 'prefer', 'ignore', 'fix'])
      expect(printed.includes(words(page[part])), `page of ${code}: ${part}`);
  }
}

pagesAgree();
for (const one of readable) checkAgrees(one);
for (const one of readable) if (one.file.endsWith('.odx')) formatAgrees(one);
for (const one of readable) if (one.file.startsWith('tests/golden/check')) fixAgrees(one);
for (const one of readable) if (one.file.startsWith('examples')) compileAgrees(one);
for (const one of readable) if (one.file.startsWith('examples') || one.file.includes('/views/')) convertAgrees(one);
for (const one of readable) if (one.file.startsWith('examples') && !one.file.includes('shared')) explainAgrees(one);
const graphs = readable.filter(({ file }) => file.startsWith('examples'))
  .map(({ request }) => ({ name: 'odx_convert', bytes: requestBytes({ ...request, to: 'graph' }) }));
expectTwins(module, twinPath, graphs);
for (const verb of ['odx_check', 'odx_format', 'odx_fix', 'odx_compile', 'odx_explain'])
  expectTwins(module, twinPath, every(verb));
for (const one of readable) if (/examples\/(rebound|grid|shadow)/.test(one.file)) expectTwins(module, twinPath, questions(one));
fs.rmSync(scratch, { recursive: true });
finish();
