// Runs over recorded ticks: the model of results and of the time cursor; with the backtest module where there is one.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import { merged } from '@/features/backtest/components/overview';
import { refusalOf } from '@/features/backtest/model/sweep-values';
import type { Refusal } from '@/features/backtest/model/sweep-values';
import { taken } from '@/features/time-cursor/components/setting-sliders';
import { conditionChoices, cursorValues } from '@/features/time-cursor/model/values';
import { runsCalls } from '@/shared/wasm/runs-calls';
import type { MarketStream } from '@/shared/wasm/runs-calls';
import { loadOdx } from '@/shared/wasm/odx.mjs';

import { lcg, madeUpTicks } from '../harness/ticks.mjs';
import { readRepository } from '../harness/wasm';

const curve = (ts: number[], equity: number[]) => ({ ts_us: Float64Array.from(ts), equity: Float64Array.from(equity), fall: new Float64Array(ts.length) });

describe('the model', () => {
  it('draws curves over one line of time', () => {
    const { seconds, values } = merged({ touch: curve([1e6, 3e6], [10, 30]), queue: curve([2e6], [20]), pessimistic: curve([1e6, 2e6], [5, 6]) });
    expect(seconds).toEqual([1, 2, 3]);
    expect(values).toEqual({ touch: [10, 10, 30], queue: [NaN, 20, 20], pessimistic: [5, 6, 6] });
  });
  it.each([['2.5%', 2.5, 3, '3%'], ['$1_000', 1000, 20, '$20'], ['8c', 8, 8.5, '8.5c'], ['-3%', -3, -2, '-2%'], ['5', 5, 6, '6']])('a setting of %s', (text, number, next, written) => {
    const read = taken(text);
    expect([read?.number, read?.write(next)]).toEqual([number, written]);
  });
  it('a setting that is no number has no slider', () => expect(taken('up.mid')).toBeNull());
});

const top = path.resolve(import.meta.dirname, '../../..');
const build = process.env.ODDEX_BUILD ?? path.join(top, 'build');
const modules = [path.join(build, 'odx-backtest.wasm'), path.join(top, 'editor-web/public/data/odx-backtest.wasm')];
const file = modules.find((each) => fs.existsSync(each)), native = path.join(build, 'odx');

const TWO_MARKETS = `odx 1
strategy "Two"

market now  = polymarket "btc-updown-5m"
market late = polymarket "eth-updown-5m"

when late.up.ask > 40c and now.up.ask < 55c {
  buy $10 of now.up at market within 2c
}

when now.up.bid > now.up.entry + 3c {
  close now.up
}

risk {
  max position $100
}
`;

describe.skipIf(!file || !fs.existsSync(native))('with the backtest module', () => {
  const open = async (worker = 1) => {
    const calls = runsCalls(await loadOdx(fs.readFileSync(file ?? '')), worker);
    calls.open({ id: 'sample', name: 'sample_5m.csv', files: [{ name: 'sample_5m.csv', bytes: fs.readFileSync(path.join(top, 'examples/ticks/sample_5m.csv')) }] });
    return calls;
  };
  const ask = (name: string) => ({ recording: 'sample', markets: [], name: 'strategy.odx', text: readRepository(`examples/${name}.odx`), modules: {} });

  it('the result on screen is that of `odx backtest`', async () => {
    const calls = await open(), folder = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-'));
    for (const name of ['snap_back', 'long_shot']) {
      const started = calls.startBacktest({ ...ask(name), fill: 'queue', cash: '1000', latency: 250 });
      if (started === 'not-open' || started.run === null) throw new Error('not opened');
      const { run } = started;
      while (!calls.stepBacktest(run).done);
      const { document } = calls.backtestResult(run, new Uint8Array(0));
      calls.closeBacktest(run);
      const json = path.join(folder, `${name}.json`);
      execFileSync(native, ['backtest', `examples/${name}.odx`, '--data', 'examples/ticks/sample_5m.csv', '--json', json, '--quiet', '--ledger', path.join(folder, 'trials')], { cwd: top, stdio: 'pipe' });
      const said = JSON.parse(fs.readFileSync(json, 'utf8')) as { result_sha256: string; pnl_micros: number };
      expect([document.result_sha256, document.pnl_micros]).toEqual([said.result_sha256, said.pnl_micros]);
    }
    fs.rmSync(folder, { recursive: true });
  });

  it('of several recorded markets the chosen one: as `odx backtest` and `odx sweep` on its folder', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-')), put = (name: string, text: string) => { fs.writeFileSync(path.join(folder, name), text); return path.join(folder, name); };
    const [header = '', ...rows] = madeUpTicks({ seed: 2, slots: 4 }).replaceAll(',BTC,', ',ETH,').trim().split('\n'), both = `${madeUpTicks({ slots: 4 })}${rows.join('\n')}\n`;
    const odx = (...words: string[]) => execFileSync(native, words, { cwd: folder, stdio: 'pipe' });
    odx('import', put('both.csv', both), '-o', path.join(folder, 'tapes'));
    const calls = runsCalls(await loadOdx(fs.readFileSync(file ?? '')), 1);
    const { streams } = calls.open({ id: 'both', name: 'both.csv', files: [{ name: 'both.csv', bytes: new TextEncoder().encode(both) }] });
    expect([header.length > 0, streams.map(({ name }) => name)]).toEqual([true, ['polymarket:btc:5m', 'polymarket:eth:5m']]);
    const snap = (market: string) => readRepository('examples/snap_back.odx').replace('btc-updown-5m', market), options = { fill: 'queue', cash: '1000', latency: 250 } as const;
    const texts = { own: snap('eth-updown-5m'), chosen: snap('btc-updown-15m'), two: TWO_MARKETS };
    const said = (name: keyof typeof texts, ...data: string[]) => {
      const json = path.join(folder, `${name}.json`);
      odx('backtest', put(`${name}.odx`, texts[name]), ...data.flatMap((each) => ['--data', each]), '--json', json, '--quiet', '--ledger', path.join(folder, 'trials'));
      return JSON.parse(fs.readFileSync(json, 'utf8')) as { result_sha256: string; total_trades: number };
    };
    const made = (name: keyof typeof texts, markets: readonly MarketStream[]) => {
      const started = calls.startBacktest({ ...ask('snap_back'), ...options, recording: 'both', text: texts[name], markets });
      if (started === 'not-open' || started.run === null) throw new Error(`not opened: ${JSON.stringify(started)}`);
      while (!calls.stepBacktest(started.run).done);
      return calls.backtestResult(started.run, new Uint8Array(0)).document;
    };
    const market = /^market (\w+)/m.exec(texts.own)?.[1] ?? '', equal = (one: { result_sha256: string; total_trades: number }, other: { result_sha256: string; total_trades: number }) => {
      expect([one.result_sha256, one.total_trades]).toEqual([other.result_sha256, other.total_trades]);
      expect(one.total_trades).toBeGreaterThan(0);
    };
    equal(made('own', [{ market }]), said('own', 'tapes/polymarket/eth-5m'));
    expect(() => made('chosen', [{ market }])).toThrow('several streams');
    equal(made('chosen', [{ market, stream: 'polymarket:btc:5m' }]), said('chosen', 'tapes/polymarket/btc-5m'));
    expect(() => made('chosen', [{ market, stream: 'polymarket:eth:5m' }])).toThrow('no matching stream');
    equal(made('two', [{ market: 'now' }, { market: 'late' }]), said('two', 'now=tapes', 'late=tapes'));
    const param = 'drop=6c..10c step 2c', sweep = calls.startSweep({ ...ask('snap_back'), ...options, recording: 'both', text: texts.chosen, markets: [{ market, stream: 'polymarket:btc:5m' }], param: [param], way: 'grid' });
    if (sweep === 'not-open' || sweep.run === null) throw new Error('not opened');
    while (!calls.stepSweep(sweep.run).done);
    const cells = (document: unknown) => (document as { cells: { values: number[]; pnl_micros: number }[] }).cells.map(({ values, pnl_micros }) => [values, pnl_micros]);
    odx('sweep', path.join(folder, 'chosen.odx'), '--data', 'tapes/polymarket/btc-5m', '--param', param, '--json', path.join(folder, 'sweep.json'), '--quiet', '--ledger', path.join(folder, 'trials'));
    expect(cells(calls.sweepResult(sweep.run, new Uint8Array(0)).document)).toEqual(cells(JSON.parse(fs.readFileSync(path.join(folder, 'sweep.json'), 'utf8'))));
    const cursor = calls.startCursor({ ...ask('snap_back'), recording: 'both', text: texts.two, markets: [{ market: 'now' }, { market: 'late' }] });
    expect(cursor).toMatchObject({ streams: ['polymarket:btc:5m', 'polymarket:eth:5m'] });
    fs.rmSync(folder, { recursive: true });
  });

  it.each<[string[], Refusal]>([
    [['drop=4c..15c step 0.01c', 'stake=$5..$50 step $1'], { key: 'tooManyCells', words: { count: '50646', most: '10000' } }],
    [['drop=4c..15c step 0.0001c', 'stake=$5'], { key: 'tooManyValues', words: { name: 'drop', most: '65536' } }],
  ])('a sweep of %j is refused in words that the page knows', async (param, refusal) => {
    const calls = await open(), options = { fill: 'queue', cash: '1000', latency: 250 } as const;
    let problem: unknown = null;
    try {
      calls.startSweep({ ...ask('snap_back'), ...options, param, way: 'grid' });
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(Error);
    expect(refusalOf((problem as Error).message)).toEqual(refusal);
  });

  it('asks for the recording when another one is open', async () => {
    const calls = await open(), options = { fill: 'queue', cash: '1000', latency: 250 } as const;
    expect(calls.startBacktest({ ...ask('snap_back'), ...options, recording: 'another' })).toBe('not-open');
    expect(calls.startBacktest({ ...ask('snap_back'), ...options, text: 'odx 1' })).toMatchObject({ run: null });
  });

  it('a run that another worker opened is not one of this one, whatever the clock says', async () => {
    vi.useFakeTimers({ now: 1e12, toFake: ['Date'] });
    const before = await open(1), old = before.startCursor(ask('late_mover'));
    vi.setSystemTime(1e12);
    const now = await open(2), started = now.startCursor(ask('late_mover'));
    vi.useRealTimers();
    if (old === 'not-open' || old.run === null || started === 'not-open' || started.run === null) throw new Error('not opened');
    now.closeCursor(old.run);
    expect(() => now.walkCursor(old.run)).toThrow('this run is closed');
    expect(now.walkCursor(started.run).ticks).toBeGreaterThan(0);
  });

  it('the cursor has a value for every node that something is read from', async () => {
    const calls = await open();
    const started = calls.startCursor({ ...ask('late_mover'), places: ['text', 'graph'] });
    if (started === 'not-open') throw new Error('not opened');
    if (started.run === null) throw new Error('not opened');
    const { run, values = [], conditions = [] } = started;
    while (!calls.walkCursor(run).done);
    const step = calls.cursorAt(run, { tick: 500 });
    const shown = cursorValues(values, step);
    expect([...shown.keys()]).toEqual(expect.arrayContaining(['early', 'tight', 'when1.cond', 'when1.cond.1']));
    expect(['yes', 'no', 'unknown']).toContain(shown.get('when1.cond')?.truth);
    const choices = conditionChoices(conditions, values, calls.cursorCounts(run));
    expect(choices.every(({ yes, no, unknown }) => yes + no + unknown === 3600)).toBe(true);
    calls.closeCursor(run);
  });

  it('every value at the cursor is that of `odx why`, at 100 random ticks', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'odx-')), csv = madeUpTicks(), data = path.join(folder, 'made-up.csv');
    fs.writeFileSync(data, csv);
    const calls = runsCalls(await loadOdx(fs.readFileSync(file ?? '')), 1);
    calls.open({ id: 'made-up', name: 'made-up.csv', files: [{ name: 'made-up.csv', bytes: new TextEncoder().encode(csv) }] });
    const started = calls.startCursor({ ...ask('snap_back'), recording: 'made-up', places: ['text', 'graph'] });
    if (started === 'not-open') throw new Error('not opened');
    if (started.run === null) throw new Error('not opened');
    const { run } = started;
    while (!calls.walkCursor(run).done);
    const instants = csv.trim().split('\n').slice(1).map((row) => Number(row.split(',')[0])), random = lcg(7);
    const picked = Array.from({ length: 100 }, () => instants[random(instants.length)] ?? 0);
    const said = execFileSync(native, ['why', 'examples/snap_back.odx', '--data', data, '--values', '--json', ...picked.flatMap((ms) => ['--at', new Date(ms).toISOString()])], { cwd: top, encoding: 'utf8', maxBuffer: 1 << 26 });
    const steps = said.split('\n').filter((line) => line.startsWith('{"table"')).map((line) => (JSON.parse(line) as { step: { ts_us: number; values: object[] | null; rules: object[] } }).step);
    expect(steps.map(({ ts_us }) => ts_us)).toEqual(picked.map((ms) => ms * 1000));
    expect(steps.filter(({ values }) => (values?.length ?? 0) > 20).length).toBe(100);
    picked.forEach((ms, i) => expect(calls.cursorAt(run, { us: ms * 1000 })).toMatchObject({ values: steps[i]?.values, rules: steps[i]?.rules }));
    calls.closeCursor(run);
    fs.rmSync(folder, { recursive: true });
  });
});
