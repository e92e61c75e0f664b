// chromium.mjs ODX_WASM TWIN SEED_WASM CHROMIUM [--count N]: the same module in a browser gives the same.
//
// Serves page.mjs under a strict content security policy, starts a headless browser on it, and compares what it
// posts: findings of the examples with node's, hashes of seeds with the native ones, the time of a check with the bar.
import fs from 'node:fs';

import { loadOdx } from '../../editor-web/src/shared/wasm/odx.mjs';
import { browse, pageOf } from './browser.mjs';
import { document, expect, expectEqual, files, finish, native } from './harness.mjs';

const [odxWasm, twin, seedWasm, chromium, ...options] = process.argv.slice(2);
const count = options.includes('--count') ? Number(options[options.indexOf('--count') + 1]) : 200;
const FROM = 500000, BAR_MS = 2, PATIENCE_MS = 60000 + 60 * count;

/** A strategy of 60 lines: an example with its own rules once more, until there are enough. */
function sixtyLines() {
  const lines = fs.readFileSync('examples/grid.odx', 'utf8').trimEnd().split('\n');
  while (lines.length < 60) lines.push(`show extra${lines.length} = equity + $${lines.length}`);
  return lines.slice(0, 60).join('\n') + '\n';
}

const requests = files('examples', '.odx').map(document);
const task = { requests, timed: { name: 'sixty.odx', text: sixtyLines() }, from: FROM, count };
const PARTS = {
  '/': pageOf('/page.mjs'),
  '/page.mjs': ['text/javascript', fs.readFileSync('tests/wasm/page.mjs')],
  '/odx.mjs': ['text/javascript', fs.readFileSync('editor-web/src/shared/wasm/odx.mjs')],
  '/odx.wasm': ['application/wasm', fs.readFileSync(odxWasm)],
  '/seed.wasm': ['application/wasm', fs.readFileSync(seedWasm)],
  '/task': ['application/json', JSON.stringify(task)],
};

const got = await browse(chromium, PARTS, PATIENCE_MS);
if (got.error) {
  expect(false, got.error);
} else {
  const odx = await loadOdx(fs.readFileSync(odxWasm));
  requests.forEach((request, i) => expectEqual(got.answers[i], odx.check(request), `check ${request.name}`));
  expect(odx.check(task.timed).errors === 0 && task.timed.text.split('\n').length === 61, 'the sixty lines are sound');
  const wanted = native(twin, ['seeds', String(FROM), String(count)]).text.trim().split('\n');
  got.seeds.forEach((seed, i) => expect(seed.join(' ') === wanted[i], `seed ${seed.join(' ')}, native ${wanted[i]}`));
  const best = Math.min(...got.batches), median = got.batches.sort((a, b) => a - b)[50];
  console.log(`a check of 60 lines: ${best.toFixed(2)} ms at best, ${median.toFixed(2)} ms in the middle, at most ${BAR_MS}`);
  expect(best <= BAR_MS, `a check of 60 lines takes ${best} ms`);
}
finish();
