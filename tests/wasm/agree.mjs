// agree.mjs TWIN SEED_WASM [--count N] [--from S]: generated programs, native and in WebAssembly, bit for bit.
//
// A hash for each seed holds the text, the findings, the image and every effect of a run (seed.h).
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import readline from 'node:readline';

import { expect, finish } from './harness.mjs';

const [twin, module, ...options] = process.argv.slice(2);
const option = (name, otherwise) => (options.includes(name) ? Number(options[options.indexOf(name) + 1]) : otherwise);
const count = option('--count', 100000), from = option('--from', 1);

const { instance } = await WebAssembly.instantiate(fs.readFileSync(module), {});
const child = spawn(twin, ['seeds', String(from), String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
let seen = 0, ran = 0, effects = 0;

for await (const line of readline.createInterface({ input: child.stdout })) {
  const [seed, hash, end, some] = line.split(' ');
  const got = BigInt.asUintN(64, instance.exports.test_seed(BigInt(seed))).toString(16).padStart(16, '0');
  expect(got === hash && instance.exports.test_seed_end() === Number(end) && Number(end) !== 2,
    `seed ${seed}: ${got} here, ${hash} native, end ${end}`);
  seen++;
  ran += end === '1';
  effects += Number(some);
}
expect(seen === count, `${seen} of ${count} seeds came`);
expect(ran > count / 2 && effects > ran, `${ran} ran, ${effects} effects`);
console.log(`${seen} programs, ${ran} ran with ${effects} effects`);
finish();
