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

/** The exports with bytes in and bytes out, as another host would use them. */
export async function rawModule(wasmPath) {
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(wasmPath), {});
  const x = instance.exports;
  const view = (ptr, length) => Buffer.from(new Uint8Array(x.memory.buffer, ptr >>> 0, length >>> 0));
  const answer = (result) => {
    const got = { result, json: view(x.odx_json(result), x.odx_json_length(result)),
      bytes: view(x.odx_bytes(result), x.odx_bytes_length(result)) };
    x.odx_release(result);
    return got;
  };
  return {
    exports: x,
    /** call: {name, numbers: [a, b], bytes}, as twin.c takes them. */
    call({ name, numbers: [a, b] = [0, 0], bytes = Buffer.alloc(0) }) {
      if (name === 'odx_run_step') return answer(x.odx_run_step(a, b, 0));
      if (name === 'odx_run_why') return answer(x.odx_run_why(a, b));
      if (name === 'odx_run_close') return answer(x.odx_run_close(a));
      const ptr = x.odx_alloc(bytes.length) >>> 0;
      new Uint8Array(x.memory.buffer, ptr, bytes.length).set(bytes);
      const two = name === 'odx_run_ticks' || name === 'odx_run_csv';
      const got = answer(two ? x[name](a, b, ptr, bytes.length) : x[name](ptr, bytes.length));
      x.odx_free(ptr);
      return got;
    },
  };
}

/** The same calls by twin.c; answers in their order. */
export function twinCalls(twin, calls) {
  const input = calls.flatMap(({ name, numbers = [0, 0], bytes = Buffer.alloc(0) }) =>
    [Buffer.from(`${name} ${numbers[0]} ${numbers[1]} ${bytes.length}\n`), bytes]);
  const done = native(twin, ['calls'], { input: Buffer.concat(input) });
  if (done.code !== 0) throw new Error(`twin: exit ${done.code} ${done.err}`);
  let at = 0;
  return calls.map(() => {
    const end = done.out.indexOf('\n', at);
    const [result, json, bytes] = done.out.toString('latin1', at, end).split(' ').map(Number);
    at = end + 1 + json + bytes;
    return { result, json: done.out.subarray(end + 1, end + 1 + json), bytes: done.out.subarray(end + 1 + json, at) };
  });
}

/** Both give the same bytes for each call. */
export function expectTwins(module, twin, calls) {
  const wanted = twinCalls(twin, calls);
  calls.forEach((call, i) => {
    const got = module.call(call), want = wanted[i];
    const same = got.result > 0 ? want.result > 0 : got.result === want.result; // handles are the instance's own
    expect(same && got.json.equals(want.json) && got.bytes.equals(want.bytes),
      `${call.name} ${call.bytes?.subarray(0, 60)}: ${got.result} ${got.json.subarray(0, 200)}, native ${want.result} ${want.json.subarray(0, 200)}`);
  });
}

/** A request as bytes. */
export const requestBytes = (request) => Buffer.from(JSON.stringify(request));
