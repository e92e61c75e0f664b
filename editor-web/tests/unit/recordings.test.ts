// A recording that cannot be opened: it is not read at every edit, and read again where that may help.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Odx } from '@/shared/wasm/odx.mjs';
import { serve } from '@/shared/wasm/rpc';
import type { Port } from '@/shared/wasm/rpc';
import { runsCalls } from '@/shared/wasm/runs-calls';

/** The worker of runs with a module of which a test says what it can open; `added` counts what it read. */
function worker(room: { has: boolean }) {
  const summary = { streams: [], notes: ['of the first'], imports: [] }, read: string[] = [];
  let name = '';
  const openData = () => ({ add: (file: { name: string }) => read.push((name = file.name)), close: () => undefined, read: () => {
    if (name !== 'second' || room.has) return { done: true, summary };
    throw new Error('no memory');
  } });
  const openCursor = () => ({ findings: [], cursor: { close: () => undefined, values: [], conditions: [], rules: [], cut: false, streams: [], remarks: [] } });
  const odx = { openData, openCursor, openBacktest: () => ({ findings: [] }), openSweep: () => ({ findings: [] }) } as unknown as Odx;
  return { odx, read, summary };
}

describe('a recording that cannot be opened', () => {
  const room = { has: false }, dropped = (name: string) => ({ id: name, name, files: [{ name, bytes: new Uint8Array(1) }] });
  const ask = { recording: 'second', markets: [], name: 'strategy.odx', text: 'odx 1\n', modules: {} }, options = { fill: 'queue', cash: '1000', latency: 250 } as const;
  let read: string[] = [];
  const ports: MessagePort[] = [];
  beforeEach(() => {
    room.has = false;
    vi.resetModules();
    vi.stubGlobal('document', { baseURI: 'http://localhost/' });
    vi.stubGlobal('Worker', vi.fn(function () {
      const { port1, port2 } = new MessageChannel(), made = worker(room);
      read = made.read;
      ports.push(port1);
      serve(port2 as unknown as Port, runsCalls(made.odx, ports.length));
      return Object.assign(port1, { terminate: () => port1.close() });
    }));
  });
  afterEach(() => {
    for (const port of ports.splice(0)) port.close();
    vi.unstubAllGlobals();
  });
  const page = async () => {
    const { closeRun, overRecording, runs } = await import('@/shared/wasm/runs'), second = dropped('second');
    const start = { backtest: () => runs.call('startBacktest', { ...ask, ...options }), sweep: () => runs.call('startSweep', { ...ask, ...options, param: [], way: 'grid' }), cursor: () => runs.call('startCursor', ask) };
    const open = (name: string) => overRecording(dropped(name), () => runs.call('startCursor', { ...ask, recording: name }));
    return { closeRun, overRecording, runs, second, start, open };
  };

  it('is not read again at each edit, and nothing is said of another in its place', async () => {
    const { overRecording, runs, second, start, open } = await page();
    await open('first');
    for (const each of [start.backtest, start.sweep, start.cursor]) await expect(overRecording<unknown>(second, each)).rejects.toThrow('no memory');
    expect([read, await runs.call('summary', 'second'), await runs.call('summary', 'first')]).toEqual([['first', 'second'], null, worker(room).summary]);
    room.has = true;
    await open('third');
    expect(await overRecording(second, start.cursor), 'perhaps there is room by now').toMatchObject({ values: [] });
    expect(read).toEqual(['first', 'second', 'third', 'second']);
  });
  it('is read again once something was closed, or it was dropped again', async () => {
    const { closeRun, overRecording, second, start, open } = await page(), first = await open('first');
    await expect(overRecording(second, start.cursor)).rejects.toThrow('no memory');
    closeRun('closeCursor', first.run);
    await expect(overRecording(second, start.cursor), 'still none').rejects.toThrow('no memory');
    expect(read).toEqual(['first', 'second', 'second']);
    room.has = true;
    await expect(overRecording(second, start.cursor)).rejects.toThrow('no memory');
    expect(await overRecording(dropped('second'), start.cursor)).toMatchObject({ values: [] });
  });
  it('is read again by a worker that stands in for one that died', async () => {
    const { overRecording, runs, second, start } = await page();
    await expect(overRecording(second, start.cursor)).rejects.toThrow('no memory');
    room.has = true;
    runs.stop();
    await runs.call('summary', 'first');
    expect(await overRecording(second, start.cursor)).toMatchObject({ values: [] });
  });
});
