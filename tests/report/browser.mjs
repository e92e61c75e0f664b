// browser.mjs — a headless Chromium through its debugging pipe: pages opened, measured, drawn.
//
// In: the program's path.  Out: a Browser with a page of given width and colours, what its console said, pictures.
// Promise: no network, no port, no profile left behind; end() waits for the process.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
  '--disable-background-networking', '--remote-debugging-pipe'];

export class Browser {
  constructor(program) {
    this.profile = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-report-'));
    this.process = spawn(program, [...FLAGS, `--user-data-dir=${this.profile}`, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => this.process.on('exit', resolve));
    this.waiting = new Map();
    this.said = [];
    this.listeners = [];
    this.count = 0;
    let rest = '';
    this.process.stdio[4].setEncoding('utf8').on('data', (text) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop();
      messages.forEach((message) => this.take(JSON.parse(message)));
    });
  }

  take({ id, result, error, method, params }) {
    if (id) {
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) reject(new Error(error.message)); else resolve(result);
    }
    if (method === 'Runtime.consoleAPICalled') this.said.push(params.args.map((a) => a.value ?? a.description).join(' '));
    if (method === 'Runtime.exceptionThrown') this.said.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === 'Log.entryAdded') this.said.push(params.entry.text);
    this.listeners = this.listeners.filter((listener) => !listener(method));
  }

  send(method, params = {}) {
    const id = ++this.count;
    this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId: this.session }) + '\0');
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  event(name) {
    return new Promise((resolve) => this.listeners.push((method) => method === name && (resolve(), true)));
  }

  /** A file at this width in these colours; scripts can be off. */
  async open(file, { width, dark = false, script = true }) {
    if (!this.session) {
      const { targetInfos } = await this.send('Target.getTargets');
      const { targetId } = targetInfos.find(({ type }) => type === 'page');
      this.session = (await this.send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
      for (const domain of ['Page', 'Runtime', 'Log']) await this.send(`${domain}.enable`);
    }
    await this.send('Emulation.setDeviceMetricsOverride',
      { width, height: 800, deviceScaleFactor: 1, mobile: width < 600 });
    await this.colours(dark);
    await this.send('Emulation.setScriptExecutionDisabled', { value: !script });
    this.said = [];
    const loaded = this.event('Page.loadEventFired');
    await this.send('Page.navigate', { url: `file://${path.resolve(file)}` });
    await loaded;
  }

  async colours(dark) {
    await this.send('Emulation.setEmulatedMedia',
      { media: '', features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }] });
  }

  async ask(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** From the top of the page, or from `y`, at most so high. */
  async picture(file, { y = 0, height = 16000 } = {}) {
    const { cssContentSize: size } = await this.send('Page.getLayoutMetrics');
    const clip = { x: 0, y, width: size.width, height: Math.min(size.height - y, height), scale: 1 };
    const { data } = await this.send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip });
    fs.writeFileSync(file, Buffer.from(data, 'base64'));
  }

  /** Asked to end, it ends its own processes first, which write into the profile; not asked twice. */
  async end() {
    this.process.kill('SIGTERM');
    const killed = setTimeout(() => this.process.kill('SIGKILL'), 5000);
    await this.ended;
    clearTimeout(killed);
    fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
