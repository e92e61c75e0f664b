// Results that are kept in the browser, and the range of time that a backtest is asked for.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { keptFrom, shownOf } from '@/features/backtest/model/keep';
import { isCash, isLatency } from '@/features/backtest/model/option-checks';
import { typedInstant, typedRange, written } from '@/features/backtest/model/time-range';
import { askOf, OPTIONS } from '@/features/backtest/model/use-backtest';
import type { Outcome } from '@/features/backtest/model/use-backtest';
import { KeptResults } from '@/shared/data/results';
import { runsCalls } from '@/shared/wasm/runs-calls';
import { loadOdx } from '@/shared/wasm/odx.mjs';
import type { BacktestDocument } from '@/shared/wasm/odx.mjs';

import { readRepository } from '../harness/wasm';

const curve = { ts_us: Float64Array.of(1e6, 2e6), equity: Float64Array.of(1000, 1001.5), fall: Float64Array.of(0, 0) };
const document = { pnl_micros: 1_500_000, total_trades: 3, win_rate: 0.5, max_drawdown: null, result_sha256: 'ab' } as unknown as BacktestDocument;
const runnable = { name: 'strategy.odx', notation: 'text', text: 'odx 1\n', modules: { 'a.odx': 'x' }, tape: { id: 't', name: 'ticks.csv', files: [] }, markets: [] } as const;
const stream = { name: 's', ticks: 2, slots: 1, winners: 1, first_us: 1e6, last_us: 2e6, tape_sha256: '' };
const outcome: Outcome = {
  document, text: JSON.stringify(document), curves: { touch: curve, queue: curve, pessimistic: curve }, remarks: ['odd'],
  data: { streams: [stream], notes: [], imports: [] }, runnable, options: { ...OPTIONS, fromUs: 1_500_000 }, run: 1,
};
const made = (id: string, keptMs: number) => keptFrom(outcome, 'Mine', id, keptMs);
const ids = (store: KeptResults) => store.rows.get()?.map(({ id }) => id);

afterEach(() => vi.restoreAllMocks());

describe('the store', () => {
  it('keeps what was on screen, newest first, for whoever opens it later', async () => {
    const factory = new IDBFactory(), store = new KeptResults(() => factory);
    await store.keep(made('old', 1));
    await store.keep(made('new', 2));
    const later = new KeptResults(() => factory);
    await later.refresh();
    expect(later.rows.get()).toEqual([made('new', 2).row, made('old', 1).row]);
    expect(later.rows.get()?.[0]).toMatchObject({ name: 'Mine', recording: 'ticks.csv', fromUs: 1_500_000, toUs: 2e6, pnlMicros: 1_500_000, trades: 3, fill: 'queue' });
    const body = await later.bodyOf('old');
    expect(body).toEqual(made('old', 1).body);
    expect(body && shownOf(body)).toEqual({ document, curves: outcome.curves, remarks: outcome.remarks, data: outcome.data });
    expect([await later.bodyOf('none'), later.standing.get()]).toEqual([null, 'ok']);
  });
  it('gives back what was removed', async () => {
    const factory = new IDBFactory(), store = new KeptResults(() => factory), { row } = made('a', 1);
    await store.keep(made('a', 1));
    const removed = await store.remove(row);
    expect([ids(store), await store.bodyOf('a'), removed]).toEqual([[], null, made('a', 1)]);
    if (removed && removed !== 'failed') await store.keep(removed);
    expect(ids(store)).toEqual(['a']);
  });
  it('goes on in memory where storing is forbidden', async () => {
    const store = new KeptResults(() => { throw new DOMException('no', 'SecurityError'); });
    await store.keep(made('a', 1));
    await store.keep(made('b', 2));
    expect([ids(store), store.standing.get(), (await store.bodyOf('a'))?.source]).toEqual([['b', 'a'], 'forbidden', 'odx 1\n']);
    await store.remove(made('a', 1).row);
    expect(ids(store)).toEqual(['b']);
  });
  it('says that it is full, keeps what there is, and writes again once there is room', async () => {
    const factory = new IDBFactory(), store = new KeptResults(() => factory);
    await store.keep(made('stored', 1));
    const really = IDBObjectStore.prototype.put;
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...value) {
      if (this.name === 'body') throw new DOMException('full', 'QuotaExceededError');
      return really.apply(this, value);
    });
    await store.keep(made('held', 2));
    expect([ids(store), store.standing.get(), (await store.bodyOf('held'))?.text]).toEqual([['held', 'stored'], 'full', outcome.text]);
    const other = new KeptResults(() => factory);
    await other.refresh();
    expect(ids(other), 'no row without its body').toEqual(['stored']);
    put.mockRestore();
    await store.remove(made('stored', 1).row);
    expect([ids(store), store.standing.get()]).toEqual([['held'], 'ok']);
    const later = new KeptResults(() => factory);
    await later.refresh();
    expect(ids(later)).toEqual(['held']);
  });
  it('is not at ease while one of several is not written', async () => {
    const factory = new IDBFactory(), store = new KeptResults(() => factory), really = IDBObjectStore.prototype.put;
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: { id?: string }, ...key) {
      if (key[0] === 'large') throw new DOMException('full', 'QuotaExceededError');
      return really.call(this, value, ...key);
    });
    await store.keep(made('large', 1));
    await store.keep(made('small', 2));
    expect([ids(store), store.standing.get()]).toEqual([['small', 'large'], 'full']);
    put.mockRestore();
    await store.keep(made('third', 3));
    const later = new KeptResults(() => factory);
    await later.refresh();
    expect([store.standing.get(), ids(later)]).toEqual(['ok', ['third', 'small', 'large']]);
  });
  it('says what it could not remove, and keeps it', async () => {
    const factory = new IDBFactory(), store = new KeptResults(() => factory), { row } = made('a', 1);
    await store.keep(made('a', 1));
    const remove = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError'); });
    expect([await store.remove(row), ids(store), store.standing.get()]).toEqual(['failed', ['a'], 'ok']);
    remove.mockRestore();
    expect([await store.remove(row), ids(store)]).toEqual([made('a', 1), []]);
  });
  it('does not write what is removed while it catches up', async () => {
    const factory = new IDBFactory(), store = new KeptResults(() => factory), really = IDBObjectStore.prototype.put;
    let isFull = true, removed: Promise<unknown> | null = null;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: { id?: string }, ...key) {
      if (isFull) throw new DOMException('full', 'QuotaExceededError');
      if (value.id === 'one') removed ??= store.remove(made('other', 2).row);
      return really.call(this, value, ...key);
    });
    await store.keep(made('one', 1));
    await store.keep(made('other', 2));
    isFull = false;
    await store.keep(made('third', 3));
    expect(await removed).toEqual(made('other', 2));
    const later = new KeptResults(() => factory);
    await later.refresh();
    expect([ids(later), await later.bodyOf('other')]).toEqual([['third', 'one'], null]);
  });
  it('shows what it read last while it cannot be read', async () => {
    const factory = new IDBFactory(), store = new KeptResults(() => factory);
    await store.keep(made('a', 1));
    const read = vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(() => { throw new Error('no'); });
    await store.refresh();
    expect([ids(store), store.standing.get()]).toEqual([['a'], 'forbidden']);
    read.mockRestore();
  });
  it('forgets that it could not be read once it can', async () => {
    let fails = true;
    const factory = new IDBFactory(), store = new KeptResults(() => { if (fails) throw new Error('no'); return factory; });
    await store.refresh();
    expect(store.standing.get()).toBe('forbidden');
    fails = false;
    await store.refresh();
    expect(store.standing.get()).toBe('ok');
  });
});

describe('the range of time', () => {
  it.each([
    ['', null], ['  ', null], ['2026-07-01', Date.UTC(2026, 6, 1)], ['2026-07-01 12:30', Date.UTC(2026, 6, 1, 12, 30)], ['2026-07-01T12:30:05Z', Date.UTC(2026, 6, 1, 12, 30, 5)],
    ['2026-07-01 12:30:05.25', Date.UTC(2026, 6, 1, 12, 30, 5, 250)], ['2026-02-30', undefined], ['2026-07-01 24:00', undefined], ['1 July', undefined], ['2026-7-1', undefined], ['1969-12-31', undefined],
  ])('%j', (text, ms) => expect(typedInstant(text)).toBe(typeof ms === 'number' ? ms * 1000 : ms));
  it('begins before it ends', () => {
    expect(typedRange('2026-07-01', '2026-07-02')).toEqual({ range: { fromUs: Date.UTC(2026, 6, 1) * 1000, toUs: Date.UTC(2026, 6, 2) * 1000 } });
    expect(typedRange('', '')).toEqual({ range: { fromUs: null, toUs: null } });
    expect([typedRange('x', ''), typedRange('', 'x'), typedRange('2026-07-01', '2026-07-01')]).toEqual([{ problem: 'from' }, { problem: 'to' }, { problem: 'order' }]);
    expect(typedInstant(written(1767603600757000))).toBe(1767603600757000);
  });
});

const top = path.resolve(import.meta.dirname, '../../..');
it.each([['1000', true], ['250.50', true], ['0', false], ['abc', false], ['-5', false], ['1e99', false], ['99999999999', false], ['', false]])('cash of %s', (typed, isFine) => expect(isCash(typed)).toBe(isFine));
it.each([['0', true], ['250', true], ['3600000', true], ['3600001', false], ['-5', false], ['2.5', false], ['', false]])('a latency of %s', (typed, isFine) => expect(isLatency(typed)).toBe(isFine));

const build = process.env.ODDEX_BUILD ?? path.join(top, 'build');
const module = path.join(build, 'odx-backtest.wasm'), native = path.join(build, 'odx');

it.skipIf(!fs.existsSync(module) || !fs.existsSync(native))('a result of a part of the recording is that of `odx backtest --from --to`', async () => {
  const from = '2026-01-05 09:15', to = '2026-01-05 09:40:30', read = typedRange(from, to);
  if (!('range' in read)) throw new Error('not read');
  const bytes = fs.readFileSync(path.join(top, 'examples/ticks/sample_5m.csv')), calls = runsCalls(await loadOdx(fs.readFileSync(module)), 1);
  calls.open({ id: 'sample', name: 'sample_5m.csv', files: [{ name: 'sample_5m.csv', bytes }] });
  const ask = (options: typeof OPTIONS) => {
    const started = calls.startBacktest(askOf({ ...runnable, modules: {}, text: readRepository('examples/snap_back.odx'), tape: { ...runnable.tape, id: 'sample' } }, options));
    if (started === 'not-open' || started.run === null) throw new Error('not opened');
    while (!calls.stepBacktest(started.run).done);
    return calls.backtestResult(started.run, new Uint8Array(0)).document;
  };
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-')), json = path.join(folder, 'result.json');
  execFileSync(native, ['backtest', 'examples/snap_back.odx', '--data', 'examples/ticks/sample_5m.csv', '--from', from.replace(' ', 'T') + 'Z', '--to', to.replace(' ', 'T') + 'Z', '--json', json, '--quiet', '--ledger', path.join(folder, 'trials')], { cwd: top, stdio: 'pipe' });
  const said = JSON.parse(fs.readFileSync(json, 'utf8')) as BacktestDocument, part = ask({ ...OPTIONS, ...read.range });
  fs.rmSync(folder, { recursive: true });
  expect([part.result_sha256, part.pnl_micros]).toEqual([said.result_sha256, said.pnl_micros]);
  expect(part.total_trades).toBeGreaterThan(0);
  expect(part.result_sha256).not.toBe(ask(OPTIONS).result_sha256);
});
