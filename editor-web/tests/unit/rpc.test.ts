import { expect, it } from 'vitest';

import { OdxStopped } from '@/shared/wasm/odx.mjs';
import { Caller, serve } from '@/shared/wasm/rpc';
import type { Port } from '@/shared/wasm/rpc';

interface Calls { twice(n: number): number; slow(n: number): Promise<number>; fail(): never; trap(): never }

function pair(): { start: () => Port; started: () => number } {
  let started = 0;
  const start = () => {
    started++;
    const channel = new MessageChannel(), port = channel.port1 as unknown as Port;
    let release = 0;
    serve<Calls>(channel.port2 as unknown as Port, {
      twice: (n) => n * 2,
      slow: (n) => new Promise((resolve) => setTimeout(() => resolve(n + release++), 5)),
      fail: () => { throw new Error('no such thing'); },
      trap: () => { throw new OdxStopped('odx.wasm stopped'); },
    }, (error) => port.onerror?.({ message: error.message, preventDefault: () => undefined } as ErrorEvent));
    port.terminate = () => channel.port1.close();
    return port;
  };
  return { start, started: () => started };
}

it('answers, fails, and starts anew after a stop', async () => {
  const { start, started } = pair();
  const caller = new Caller<Calls>(start);
  expect(await caller.call('twice', 21)).toBe(42);
  await expect(caller.call('fail')).rejects.toThrow('no such thing');
  const waiting = caller.call('slow', 1);
  caller.stop();
  await expect(waiting).rejects.toThrow('stopped');
  expect(await caller.call('twice', 2)).toBe(4);
  expect(started()).toBe(2);
  caller.stop();
});

it('leaves out questions that a newer one overtook', async () => {
  const caller = new Caller<Calls>(pair().start);
  const answers = await Promise.all([10, 20, 30, 40].map((n) => caller.latest('lane', 'slow', n)));
  expect(answers).toEqual([10, null, null, 41]);
  caller.stop();
});

it('ends with a module that trapped, and starts anew', async () => {
  const { start, started } = pair();
  const caller = new Caller<Calls>(start);
  expect(await caller.call('twice', 1)).toBe(2);
  const trapped = caller.call('trap'), behind = caller.call('twice', 3);
  await expect(trapped).rejects.toThrow('odx.wasm stopped');
  await expect(behind).rejects.toThrow('odx.wasm stopped');
  expect([await caller.call('twice', 2), started()]).toEqual([4, 2]);
  caller.stop();
});

it('starts anew where the module did not come', async () => {
  const ports: Port[] = [];
  const caller = new Caller<Calls>(() => {
    const channel = new MessageChannel(), port = channel.port1 as unknown as Port, isFirst = ports.push(port) === 1;
    const functions = isFirst ? Promise.reject(new Error('odx.wasm: HTTP 503')) : Promise.resolve({ twice: (n: number) => n * 2 } as Calls);
    serve<Calls>(channel.port2 as unknown as Port, functions, ({ message }) => port.onerror?.({ message, preventDefault: () => undefined } as ErrorEvent));
    port.terminate = () => channel.port1.close();
    return port;
  });
  await expect(caller.call('twice', 1)).rejects.toThrow('HTTP 503');
  expect([await caller.call('twice', 2), ports.length]).toEqual([4, 2]);
  caller.stop();
});

it('a late error of a worker that was stopped is not that of its successor', async () => {
  const { start, started } = pair(), ports: Port[] = [];
  const caller = new Caller<Calls>(() => ports[ports.push(start()) - 1] as Port);
  expect(await caller.call('twice', 1)).toBe(2);
  caller.stop();
  const waiting = caller.call('slow', 1);
  ports[0]?.onerror?.({ message: 'late', preventDefault: () => undefined } as ErrorEvent);
  expect([await waiting, started()]).toEqual([1, 2]);
  caller.stop();
});
