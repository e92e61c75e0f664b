// harness.mjs — a browser on the built files (dist/), as a server of oddexd's manners would send them.
//
// In: a page function. Out: its end. Promise: whatever the page writes to the console or fails to load is a
// failure, unless the case said so; the browser is gone afterwards.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

import { chromium } from 'playwright-core';

const dist = path.resolve(import.meta.dirname, '../../dist');
export const repository = path.resolve(import.meta.dirname, '../../..');

export const CSP = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', json: 'application/json', wasm: 'application/wasm', svg: 'image/svg+xml', csv: 'text/csv' };

/** A server of dist/, or the one whose address is in ODDEX_URL. */
export async function serveBuilt() {
  if (process.env.ODDEX_URL) return { url: process.env.ODDEX_URL, close: () => undefined };
  if (!fs.existsSync(path.join(dist, 'index.html'))) throw new Error('dist/ is missing: npm run build');
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    const file = path.join(dist, name === '/' ? 'index.html' : name);
    if (!file.startsWith(dist) || !fs.existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[path.extname(file).slice(1)] ?? 'application/octet-stream', 'content-security-policy': CSP });
    fs.createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--force-color-profile=srgb'] });

/** A fresh page whose complaints are collected in `page.complaints`. */
export async function newPage(browser, url, { width = 1440, height = 900, theme = 'light', language = 'en', ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale: language, acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (message) => page.complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => page.complaints.push(`error: ${error.message}`));
  page.on('requestfailed', (request) => { // what a page was fetching when it was left has not failed
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') page.complaints.push(`failed: ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

/** From the gallery into a template; the views have said what they show. */
export async function openTemplate(page, title) {
  await page.getByRole('button', { name: new RegExp(`^${title}`) }).first().click();
  await page.getByRole('button', { name: /^(Open this strategy|Ouvrir cette stratégie)$/ }).click();
  await page.locator('[data-view][data-settling="false"]').first().waitFor();
}
