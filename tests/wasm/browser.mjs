// browser.mjs — a page in a headless Chromium, served under a strict content security policy.
//
// In: what the paths of the page are ([type, bytes]); one of them posts JSON to /result.  Out: that, or why nothing came.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

export function browse(chromium, parts, patienceMs) {
  return new Promise((resolve) => {
    const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-chromium-'));
    let browser = null, log = '';
    const end = (result) => {
      clearTimeout(patience);
      browser?.kill('SIGKILL');
      server.closeAllConnections?.();
      server.close();
      setTimeout(() => fs.rmSync(profile, { recursive: true, force: true }), 300);
      resolve(result);
    };
    const patience = setTimeout(() => end({ error: `nothing in ${patienceMs} ms: ${log.slice(-400)}` }), patienceMs);
    const server = http.createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
        const [type, body] = parts[request.url] ?? ['text/plain', ''];
        response.writeHead(parts[request.url] || request.url === '/result' ? 200 : 404, {
          'content-type': type,
          'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:",
        }).end(body);
        if (request.url === '/result') end(JSON.parse(Buffer.concat(chunks).toString()));
      });
    }).listen(0, '127.0.0.1', () => {
      browser = spawn(chromium, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
        `--user-data-dir=${profile}`, `http://127.0.0.1:${server.address().port}/`], { stdio: ['ignore', 'ignore', 'pipe'] });
      browser.stderr.on('data', (chunk) => { log += chunk; });
      browser.on('error', (error) => end({ error: error.message }));
    });
  });
}

/** A page that runs one module script. */
export const pageOf = (script) => ['text/html',
  `<!doctype html><meta charset="utf-8"><title>odx</title><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`];
