// @vitest-environment happy-dom
// What the results and the time cursor keep open in the worker, and what a key draws again.
import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { ResultsPanel } from '@/features/backtest/results-panel';
import { useWalk } from '@/features/time-cursor/model/use-walk';
import type { DocumentSession } from '@/shared/document';
import { SessionContext } from '@/shared/hooks/use-document';
import type { RunnableState } from '@/shared/hooks/use-runnable';
import { Cell } from '@/shared/lib/cell';
import { ToastRegion } from '@/shared/ui';

import { drawn, until } from '../harness/drawn';
import type { Drawn } from '../harness/drawn';

const page = vi.hoisted(() => ({ runnable: null as unknown, worker: {} as Record<string, (...args: never[]) => unknown> }));
vi.mock('@/shared/hooks/use-runnable', async () => {
  const { Cell, useCell } = await import('@/shared/lib/cell');
  const cell = new Cell<unknown>({ missing: 'compiling' });
  page.runnable = cell;
  return { useRunnable: () => useCell(cell), useMarketNames: () => '' };
});
vi.mock('@/shared/wasm/runs', () => {
  const call = async (name: string, ...args: never[]) => page.worker[name]?.(...args);
  const closeRun = (name: string, ...run: never[]) => void (run[0] !== null && call(name, ...run));
  return { closeRun, runs: { call, latest: (_lane: string, name: string, ...args: never[]) => call(name, ...args) }, overRecording: (_tape: object, start: () => unknown) => start() };
});

/** A worker that says which runs it has open, and results whose rows count how often they are drawn. */
let open: number[] = [], next = 1, rowsDrawn = 0;
const closed = (run: number) => { open = open.filter((each) => each !== run); };
const opened = () => { open.push(next); return next++; };
const row = { get decided_us() { rowsDrawn++; return 1; }, exit: 'rule' };
const data = { streams: [], notes: [], imports: [] };

const say = (state: RunnableState) => act(async () => (page.runnable as Cell<RunnableState>).set(state));
const typed = (text: string) => say({ runnable: { name: 'strategy.odx', notation: 'text', text, modules: {}, tape: { id: 't', name: 't.csv', files: [] }, markets: [] } });
const press = (host: HTMLElement, name: string) => act(async () => [...host.querySelectorAll('button')].find(({ textContent }) => textContent === name)?.click());
let shown: Drawn | null = null;

beforeEach(() => {
  [open, next, rowsDrawn] = [[], 1, 0];
  const done = { done: true, part: 1 };
  page.worker = {
    startBacktest: () => ({ run: opened(), data, remarks: [], tape: '', step: done }), backtestTrials: () => new Uint8Array(0),
    backtestResult: (run: number) => ({ text: '{}', curves: {}, document: { trades: [row], run } }), closeBacktest: closed, summary: () => null,
    startCursor: () => ({ run: opened() }), walkCursor: () => ({ done: true, steps: 0 }), cursorCounts: () => ({}), columns: () => ({}), closeCursor: closed,
  };
});
afterEach(async () => {
  await shown?.remove();
  shown = null;
});

async function results(): Promise<HTMLElement> {
  const session = { getState: () => ({ title: 'Mine' }), subscribe: () => () => undefined } as unknown as DocumentSession;
  await say({ missing: 'compiling' });
  shown = await drawn(<SessionContext value={session}><ResultsPanel /><ToastRegion /></SessionContext>);
  await press(shown.host, 'Trades');
  await typed('odx 1');
  await until(() => rowsDrawn > 0);
  return shown.host;
}

it('the run on screen stays open until another is shown, so that its files can be had', async () => {
  await results();
  await say({ missing: 'errors' });
  expect(open).toEqual([1]);
  await typed('odx 1\n');
  await until(() => next === 3 && open.length === 1);
  expect(open).toEqual([2]);
  await shown?.remove();
  await until(() => open.length === 0);
});

it('a run that fails is closed, and the one on screen is not', async () => {
  const host = await results();
  page.worker.backtestResult = () => { throw new Error('no memory'); };
  await typed('odx 1\n');
  await until(() => host.textContent.includes('no memory'));
  expect([open, next]).toEqual([[1], 3]);
});

it('a walk that fails is closed as well', async () => {
  const Walk = () => useWalk().problem;
  await say({ missing: 'compiling' });
  shown = await drawn(<Walk />);
  page.worker.columns = () => { throw new Error('no memory'); };
  await typed('odx 1');
  await until(() => shown?.host.textContent === 'no memory');
  await until(() => open.length === 0);
});

it('a key draws no row again, and a result draws each once', async () => {
  await results();
  const before = rowsDrawn;
  page.worker.startBacktest = () => new Promise(() => undefined); // not yet answered
  for (const text of ['a', 'ab', 'abc']) await typed(text);
  await say({ missing: 'errors' });
  expect(rowsDrawn).toBe(before);
});

it('a file that cannot be made is told of', async () => {
  const host = await results();
  page.worker.backtestTable = () => { throw new Error('this run is closed'); };
  await press(host, 'Download');
  await press(host, 'Trades (CSV)');
  await until(() => host.textContent.includes('The file could not be made: this run is closed'));
});
