// harness.mjs — what the tests of odx.wasm share: cases that are counted, the native odx, documents.
//
// Promise: a test ends with "N passed, N failed" and exits 1 when anything failed.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const state = { passed: 0, failed: 0, skipped: 0 };

export function expect(ok, what) {
  if (ok) state.passed++;
  else if (++state.failed <= 20) console.log(`wrong: ${what}`);
}

export function expectEqual(got, want, what) {
  const a = JSON.stringify(got), b = JSON.stringify(want);
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  expect(a === b, `${what}: got ...${a.slice(Math.max(0, at - 30), at + 80)}, want ...${b.slice(Math.max(0, at - 30), at + 80)}`);
}

export function skip(why) {
  state.skipped++;
  console.log(`skipped ${why}`);
}

export function finish() {
  console.log(`${state.passed} passed, ${state.failed} failed${state.skipped ? `, ${state.skipped} skipped` : ''}`);
  process.exitCode = state.failed || !state.passed ? 1 : 0;
}

/** Runs the native program; `how` is spawnSync's. */
export function native(odx, args, how = {}) {
  const done = spawnSync(odx, args, { maxBuffer: 1 << 28, ...how });
  if (done.error) throw done.error;
  return { code: done.status, out: done.stdout, text: done.stdout.toString(), err: done.stderr.toString() };
}

/** Paths of a folder with this ending, sorted. */
export function files(folder, ending) {
  return fs.readdirSync(folder).filter((name) => name.endsWith(ending)).sort().map((name) => path.join(folder, name));
}

/** The text of a file, or null when it is not Unicode: a request is JSON and cannot carry it. */
export function unicode(file) {
  const bytes = fs.readFileSync(file), text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null;
}

/** A file as a document, with the modules that it and they use. */
export function document(file) {
  const modules = {};
  const gather = (name, text) => {
    for (const [, wanted] of text.matchAll(/^\s*use\s+"([^"\n]+)"/gm)) {
      const module = name.replace(/[^/]*$/, '') + wanted;
      if (module in modules || !fs.existsSync(module)) continue;
      modules[module] = fs.readFileSync(module, 'utf8');
      gather(module, modules[module]);
    }
  };
  const text = unicode(file);
  if (text !== null) gather(file, text);
  return { name: file, text, modules };
}
