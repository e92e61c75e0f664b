// odx.mjs — odx.wasm as an object, for browsers and node; docs/WASM.md has the requests and answers.
//
// In: plain objects.  Out: plain objects, typed in odx.d.mts.  Promise: memory that is asked for is given
// back, views are made anew after each call, and a module that trapped is not called again.

export const ABI = 1;

/** What a call can return instead of a handle; runtime/embed/problems.def is where they come from. */
export const PROBLEMS = {
  '-1': "the module's memory is used up",
  '-2': 'the bytes do not lie in one block of odx_alloc',
  '-3': 'no such handle: it was released, or never given out',
  '-4': 'too many handles are open',
};

/** A request was refused. `code` is the number that the module returned, 0 for a request it read. */
export class OdxError extends Error {
  constructor(message, code = 0) {
    super(message);
    this.name = 'OdxError';
    this.code = code;
  }
}

/** The module trapped: this instance of it answers no more. */
export class OdxStopped extends OdxError {}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const encode = (request) => encoder.encode(JSON.stringify(request));

/** Sources with the numbers of their data. */
const withHandles = (request) => ({ ...request, data: request.data.map(({ data, ...rest }) => ({ ...rest, data: data.handle })) });

/** The compiled module from its bytes, a URL, or (a promise of) a Response. */
export async function compileOdx(source) {
  let given = await source;
  if (typeof given === 'string' || given instanceof URL) given = await fetch(given);
  if (typeof Response !== 'undefined' && given instanceof Response) {
    if (!given.ok) throw new OdxError(`odx.wasm: HTTP ${given.status}`);
    given = await given.arrayBuffer();
  }
  return given instanceof WebAssembly.Module ? given : WebAssembly.compile(given);
}

/** An instance of the module, from all that `compileOdx` takes or what it gave. */
export async function loadOdx(source) {
  const instance = await WebAssembly.instantiate(await compileOdx(source), {});
  return new Odx(instance.exports);
}

export class Odx {
  #exports;
  #fault = null;

  constructor(exports) {
    if (exports.odx_abi() !== ABI) throw new OdxError(`odx.wasm speaks ABI ${exports.odx_abi()}, not ${ABI}`);
    this.#exports = exports;
  }

  /** What the instance holds of the machine's memory; it never gives any back. */
  get memoryBytes() { return this.#exports.memory.buffer.byteLength; }

  /** Findings of a document. */
  check(document) { return this.#ask('odx_check', document); }

  /** The document in the one style, or `text: null` and why not. */
  format(document) { return this.#ask('odx_format', document); }

  /** The document with all safe fixes. */
  fix(document) { return this.#ask('odx_fix', document); }

  /** Findings and, without errors, the image. */
  compile(document) {
    const { answer, bytes } = this.#call('odx_compile', document);
    return { ...answer, image: bytes };
  }

  /** The document in another notation: `to` is text, form or graph. `lost` says what stands in the way. */
  convert(document) { return this.#ask('odx_convert', document); }

  /** The strategy in plain sentences. The pages of findings are in odx-pages.json. */
  explain(document) { return this.#ask('odx_explain', document); }

  /** What stands at `begin`; offsets of questions count UTF-16 units, as strings do. */
  hover(document) { return this.#ask('odx_hover', document).answer; }

  /** What fits at `begin`. */
  complete(document) { return this.#ask('odx_complete', document).answer; }

  /** The call around `begin`. */
  signature(document) { return this.#ask('odx_signature', document).answer; }

  /** Fixes and changes for what lies between `begin` and `end`. */
  fixes(document) { return this.#ask('odx_fixes', document).answer; }

  /** A run of the strategy, or the findings that prevent it. */
  openRun(request) {
    const answer = this.#ask('odx_run_open', request);
    return { ...answer, run: answer.run === undefined ? null : new Run(answer, this.#runCalls(answer.run)) };
  }

  /** Files of ticks; odx-backtest.wasm has it. */
  openData(request = {}) {
    const x = this.#exports, { data } = this.#ask('odx_data_open', request);
    return new Data({
      handle: data,
      file: (nameLength, bytes) => this.#with(bytes, (ptr, length) => x.odx_data_file(data, nameLength, ptr, length)).answer,
      read: (rows) => this.#take(this.#enter(() => x.odx_data_read(data, rows))).answer,
      columns: (which) => this.#with(encode(which), (ptr, length) => x.odx_data_columns(data, ptr, length)),
      close: () => this.#enter(() => x.odx_data_close(data)),
    });
  }

  /** A sweep over a strategy's params, or the findings that prevent it. */
  openSweep(request) {
    const x = this.#exports, answer = this.#ask('odx_sweep_open', withHandles(request)), { sweep } = answer;
    return { ...answer, sweep: sweep === undefined ? null : new Sweep(answer, {
      step: (cells) => this.#take(this.#enter(() => x.odx_sweep_step(sweep, cells))).answer,
      result: (trials) => this.#with(trials, (ptr, length) => x.odx_sweep_result(sweep, ptr, length)).bytes,
      trials: () => this.#take(this.#enter(() => x.odx_sweep_trials(sweep))).bytes,
      close: () => this.#enter(() => x.odx_sweep_close(sweep)),
    }) };
  }

  /** A backtest of a strategy over data that is read, or the findings that prevent it. */
  openBacktest(request) {
    const x = this.#exports, answer = this.#ask('odx_backtest_open', withHandles(request)), { backtest } = answer;
    return { ...answer, backtest: backtest === undefined ? null : new Backtest(answer, {
      step: (ticks) => this.#take(this.#enter(() => x.odx_backtest_step(backtest, ticks))).answer,
      result: (trials) => this.#with(trials, (ptr, length) => x.odx_backtest_result(backtest, ptr, length)).bytes,
      part: (part) => this.#take(this.#enter(() => x.odx_backtest_part(backtest, part))),
      close: () => this.#enter(() => x.odx_backtest_close(backtest)),
    }) };
  }

  /** A run to move about in, or the findings that prevent it. */
  openCursor(request) {
    const x = this.#exports, answer = this.#ask('odx_cursor_open', withHandles(request)), { cursor } = answer;
    const ask = (call) => this.#take(this.#enter(call));
    return { ...answer, cursor: cursor === undefined ? null : new Cursor(answer, {
      walk: (steps) => ask(() => x.odx_cursor_walk(cursor, steps)).answer,
      at: (unit, where) => ask(() => x.odx_cursor_at(cursor, unit, where)).answer.at,
      seek: (value, from, truth, back) => ask(() => x.odx_cursor_seek(cursor, value, from, truth, back)).answer.step,
      strip: (value) => ask(() => x.odx_cursor_strip(cursor, value)),
      counts: () => ask(() => x.odx_cursor_counts(cursor)).answer,
      close: () => this.#enter(() => x.odx_cursor_close(cursor)),
    }) };
  }

  #runCalls(run) {
    const x = this.#exports;
    const feed = (name) => (market, bytes) =>
      this.#with(bytes, (ptr, length) => x[name](run, market, ptr, length)).answer;
    return {
      ticks: feed('odx_run_ticks'),
      csv: feed('odx_run_csv'),
      step: (untilUs, ticks) => this.#take(this.#enter(() => x.odx_run_step(run, untilUs, ticks))),
      why: (rule) => this.#take(this.#enter(() => x.odx_run_why(run, rule))).answer.why,
      close: () => this.#enter(() => x.odx_run_close(run)),
    };
  }

  #ask(name, request) { return this.#call(name, request).answer; }

  /** One export called with a request. */
  #call(name, request) { return this.#with(encode(request), (ptr, length) => this.#exports[name](ptr, length)); }

  /** A call with a block of bytes that is given back behind it. */
  #with(bytes, call) {
    const place = this.#put(bytes);
    try {
      return this.#take(this.#enter(() => call(place.ptr, place.length)));
    } finally {
      if (!this.#fault) this.#exports.odx_free(place.ptr);
    }
  }

  /** Bytes in the module's memory. */
  #put(bytes) {
    const ptr = this.#enter(() => this.#exports.odx_alloc(bytes.byteLength)) >>> 0;
    if (!ptr) throw new OdxError(PROBLEMS[-1], -1);
    new Uint8Array(this.#exports.memory.buffer, ptr, bytes.byteLength).set(bytes);
    return { ptr, length: bytes.byteLength };
  }

  /** The answer of a handle; the handle is released. */
  #take(handle) {
    if (handle < 0) throw new OdxError(PROBLEMS[handle] ?? `problem ${handle}`, handle);
    const x = this.#exports;
    const view = (ptr, length) => new Uint8Array(x.memory.buffer, ptr >>> 0, length >>> 0);
    const answer = JSON.parse(decoder.decode(view(x.odx_json(handle), x.odx_json_length(handle))));
    const bytes = view(x.odx_bytes(handle), x.odx_bytes_length(handle)).slice();
    x.odx_release(handle);
    if (answer.error !== undefined) throw new OdxError(answer.error);
    return { answer, bytes: bytes.byteLength ? bytes : null };
  }

  #enter(call) {
    if (this.#fault) throw this.#fault;
    try {
      return call();
    } catch (error) {
      this.#fault = new OdxStopped(`odx.wasm stopped (${error.message}); load it anew`);
      throw this.#fault;
    }
  }
}

/** Ticks through a strategy, in blocks; close it when done. */
export class Run {
  #calls;

  constructor(answer, calls) {
    this.markets = answer.markets;
    this.shows = answer.shows;
    this.rules = answer.rules;
    this.#calls = calls;
  }

  /** Rows of a market: a Float64Array, all cells of the first column of `columns`, then of the second ... */
  feed(market, cells) {
    return this.#calls.ticks(market, new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength));
  }

  /** All rows of a market from the text of a CSV file. */
  feedCsv(market, text) { return this.#calls.csv(market, encoder.encode(text)); }

  /** Goes on to `untilUs`, or by `ticks` ticks; `shows` has a row [instant, market, value...] per tick. */
  step({ untilUs = Infinity, ticks = 0 } = {}) {
    const { answer, bytes } = this.#calls.step(untilUs, ticks);
    return { ...answer, shows: bytes ? new Float64Array(bytes.buffer) : new Float64Array(0) };
  }

  /** Why rule number `rule`, from 1 on, did or did not fire at the event that ran last: what `odx why --json` says. */
  why(rule) { return this.#calls.why(rule); }

  close() { this.#calls.close(); }
}

/** Recorded ticks: add all files, read until it is done, close it when nothing runs over it any more. */
export class Data {
  #calls;

  constructor(calls) { this.#calls = calls; }

  /** A tape, slots.KEY.csv, or a recording; `bytes` may be a text. */
  add({ name, bytes }) {
    const head = encoder.encode(name), body = typeof bytes === 'string' ? encoder.encode(bytes) : bytes;
    const both = new Uint8Array(head.byteLength + body.byteLength);
    both.set(head);
    both.set(body, head.byteLength);
    this.#calls.file(head.byteLength, both);
  }

  /** Goes on for about `rows` rows; the summary comes with the end. */
  read({ rows = 0 } = {}) {
    const { done, rows: read, ...summary } = this.#calls.read(rows);
    return { done, rows: read, summary: done ? summary : null };
  }

  /** A stream for a chart. */
  columns(which = {}) {
    const { answer, bytes } = this.#calls.columns(which);
    const cells = new Float64Array(bytes ? bytes.buffer : 0);
    const column = (_, i) => cells.subarray(i * answer.rows, (i + 1) * answer.rows);
    return { rows: answer.rows, ...Object.fromEntries(answer.columns.map((name, i) => [name, column(name, i)])) };
  }

  close() { this.#calls.close(); }

  /** The number that requests name it by. */
  get handle() { return this.#calls.handle; }
}

/** A sweep: step until it is done, then ask what came of it; close it when nobody asks any more. */
export class Sweep {
  #calls;

  constructor(answer, calls) {
    this.tape_sha256 = answer.tape_sha256;
    this.streams = answer.streams;
    this.remarks = answer.remarks;
    this.#calls = calls;
  }

  /** Goes on by `cells` cells. */
  step({ cells = 0 } = {}) { return this.#calls.step(cells); }

  /** The document of `odx sweep --json`, judged as so many more of these trials. */
  result({ trials = new Uint8Array(0) } = {}) {
    const text = decoder.decode(this.#calls.result(trials));
    return { document: JSON.parse(text), text, trials: this.trials() };
  }

  /** Its cells as trials, once it is done. */
  trials() { return this.#calls.trials(); }

  close() { this.#calls.close(); }
}

const TRIAL = 0, HTML = 1, CSV = 2, CURVES = 3; // runtime/embed/backtest.h
const MODELS = ['touch', 'queue', 'pessimistic'];

/** A backtest: step until it is done, then ask what came of it; close it when nobody asks any more. */
export class Backtest {
  #calls;

  constructor(answer, calls) {
    this.tape_sha256 = answer.tape_sha256;
    this.streams = answer.streams;
    this.remarks = answer.remarks;
    this.#calls = calls;
  }

  /** Goes on by about `ticks` ticks. */
  step({ ticks = 0 } = {}) { return this.#calls.step(ticks); }

  /** The document of `odx backtest --json`, judged as one more of these trials. */
  result({ trials = new Uint8Array(0) } = {}) {
    const text = decoder.decode(this.#calls.result(trials));
    return { document: JSON.parse(text), text, trials: this.trials() };
  }

  /** This run as a trial, once it is done. */
  trials() { return this.#calls.part(TRIAL).bytes; }

  /** Equity by model, and what is lost since the peak, in dollars. */
  curves() {
    const { answer, bytes } = this.#calls.part(CURVES);
    const all = new Float64Array(bytes ? bytes.buffer : 0);
    let at = 0;
    const take = (count) => all.subarray(at, at += count);
    return Object.fromEntries(MODELS.map((model) => {
      const count = answer.curves[model], ts_us = take(count), equity = take(count);
      let peak = -Infinity;
      return [model, { ts_us, equity, fall: equity.map((x) => (peak = Math.max(peak, x)) - x) }];
    }));
  }

  /** The page of `odx backtest --html`. */
  html() { return decoder.decode(this.#calls.part(HTML).bytes); }

  /** The table of `odx backtest --trades`. */
  csv() { return decoder.decode(this.#calls.part(CSV).bytes); }

  close() { this.#calls.close(); }
}

const UNITS = ['step', 'tick', 'us']; // runtime/embed/cursor.h
const TRUTHS = [null, 'no', 'unknown', 'yes'];

/** A recorded run to move about in: walk, then go to any of its steps; close it when nobody looks any more. */
export class Cursor {
  #calls;

  constructor(answer, calls) {
    const { values, conditions, rules, cut, streams, remarks } = answer;
    Object.assign(this, { values, conditions, rules, cut, streams, remarks });
    this.#calls = calls;
  }

  /** Goes on by about `steps` steps. */
  walk({ steps = 0 } = {}) { return this.#calls.walk(steps); }

  /** Everything at a step, a tick or the last step at or before an instant. */
  at(where) {
    const unit = UNITS.findIndex((name) => where[name] !== undefined);
    if (unit < 0) throw new OdxError('say where: a step, a tick, or us');
    return this.#calls.at(unit, where[UNITS[unit]]);
  }

  /** Where a condition is so next. */
  next(value, step, truth = 'yes') { return this.#calls.seek(value, step, TRUTHS.indexOf(truth), 0); }

  /** Where it was so last. */
  previous(value, step, truth = 'yes') { return this.#calls.seek(value, step, TRUTHS.indexOf(truth), 1); }

  /** Steps from which on a condition is otherwise, and how: 1 no, 2 unknown, 3 yes. */
  stretches(value) {
    const { answer: { count }, bytes } = this.#calls.strip(value);
    return { steps: new Uint32Array(bytes ? bytes.buffer.slice(0, 4 * count) : 0), truths: bytes ? bytes.slice(4 * count) : new Uint8Array(0) };
  }

  /** Over all that was walked. */
  counts() { return this.#calls.counts(); }

  close() { this.#calls.close(); }
}
