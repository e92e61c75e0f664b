// run.mjs [NAME...] — the cases of tests/e2e/*.case.mjs in Debian's Chromium, one after the other. Those of
// *.bench.mjs print what things take: they run by name alone.
//
// A case exports `cases`: {name: async ({open, browser, url, assert}) => ...}. ODDEX_URL names a server that is
// already there; else dist/ is served by the harness.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { launch, newPage, serveBuilt } from './harness.mjs';

const wanted = process.argv.slice(2);
const files = fs.readdirSync(import.meta.dirname).filter((name) => name.endsWith('.case.mjs') || (wanted.length && name.endsWith('.bench.mjs'))).sort();
const server = await serveBuilt();
const browser = await launch();
let passed = 0;
const failed = [];

async function run(name, act) {
  const pages = [];
  const open = async (options) => {
    const page = await newPage(browser, server.url, options);
    pages.push(page);
    return page;
  };
  const start = performance.now();
  try {
    await act({ open, browser, url: server.url, assert });
    for (const page of pages) assert.deepEqual(page.complaints, [], 'what the page complained of');
    passed++;
    console.log(`ok   ${name} (${Math.round(performance.now() - start)} ms)`);
  } catch (error) {
    failed.push(name);
    console.log(`FAIL ${name}\n${error.stack}`);
  } finally {
    for (const page of pages) await page.context().close();
  }
}

try {
  for (const file of files) {
    const { cases } = await import(path.join(import.meta.dirname, file));
    for (const [name, act] of Object.entries(cases)) {
      const full = `${file.replace(/\.(case|bench)\.mjs$/, '')}: ${name}`;
      if (!wanted.length || wanted.some((word) => full.includes(word))) await run(full, act);
    }
  }
} finally {
  await browser.close();
  server.close();
}
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length || !passed ? 1 : 0;
