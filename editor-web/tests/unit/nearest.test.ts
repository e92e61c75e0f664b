// nearest.ts and budget.ts: who answers, and what becomes of one that fails.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { newSnapshot } from '@/shared/document';
import type { Derived, Snapshot } from '@/shared/document';
import { Budget, CHEAP_MS, LONG_MS } from '@/shared/wasm/budget';
import { NearestCompiler } from '@/shared/wasm/nearest';
import type { NearCompiler, TimedDerived } from '@/shared/wasm/nearest';

let clock = 0;
beforeEach(() => { clock = 1000; });
const nowMs = () => clock;

describe('the budget of the page\'s thread', () => {
  const isAllowed = (times: readonly number[], size = 100): boolean => {
    const budget = new Budget(nowMs);
    for (const ms of times) if (budget.allows(size)) budget.tookHere(size, ms); else budget.took(size, ms);
    return budget.allows(size);
  };
  it.each([
    ['a first question is not asked here', [], false],
    ['one that was cheap elsewhere is', [CHEAP_MS], true],
    ['one that was not is not', [CHEAP_MS + 0.1], false],
    ['long answers now and then may be the machine\'s fault', [3, 20, 30, 3, 40], true],
    ['what is here stays as long as it is not long', [3, 7, 7, 7, 7, 7, 7, 7], true],
    ['what was never cheap does not come', [7, 7, 7, 7, 7, 7, 7], false],
    ['as many long answers as are remembered end it', [3, 9, 9, 9, 9, 9, 9], false],
    ['and cheap ones elsewhere bring it back', [3, 9, 9, 9, 9, 9, 9, 4], true],
    ['one very long answer ends it at once', [3, 51], false],
  ])('%s', (_, times, allowed) => expect(isAllowed(times)).toBe(allowed));

  it('expects more of what is larger', () => {
    const budget = new Budget(nowMs);
    budget.took(1000, 2);
    expect([budget.allows(10), budget.allows(2500), budget.allows(3500), budget.allows(5000)]).toEqual([true, true, true, false]);
  });

  it('rests longer each time, and is forgiven after many good answers', () => {
    const budget = new Budget(nowMs);
    const restOf = () => {
      budget.rest();
      const from = clock;
      for (;; clock += 100) {
        budget.took(1, 1);
        if (budget.allows(1)) return clock - from;
      }
    };
    expect([restOf(), restOf(), restOf()]).toEqual([1000, 2000, 4000]);
    for (let i = 0; i < 50; i++) budget.tookHere(1, 1);
    expect(restOf()).toBe(1000);
    for (let i = 0; i < 10; i++) restOf();
    expect(restOf()).toBe(64_000);
  });

  it('stands still for long at most so often as it remembers, whatever comes', () => {
    const budget = new Budget(nowMs);
    budget.took(1, 1);
    let long = 0;
    for (let i = 0; i < 100; i++, clock += 10)
      if (budget.allows(1)) {
        budget.tookHere(1, LONG_MS + 1);
        long++;
      } else budget.took(1, LONG_MS + 1);
    expect(long).toBe(6);
  });
});

describe('the nearest compiler', () => {
  const snapshot = (source = 'odx 1\n'): Snapshot => newSnapshot({ notation: 'text', source });
  const answer = (title: string): Derived => ({ views: {} as Derived['views'], ok: true, errors: 0, warnings: 0, notes: 0, newer: false, title });
  const counts = { far: 0, loaded: 0 };
  /** One that answers at once, in `ms`, or traps. */
  const made = ({ ms = 1, trapsAt = Infinity, memoryBytes = 1 << 20, farMs = 1, load }: { ms?: number; trapsAt?: number; memoryBytes?: number; farMs?: number; load?: () => Promise<NearCompiler> }) => {
    Object.assign(counts, { far: 0, loaded: 0 });
    let asked = 0;
    const near = (): NearCompiler => ({
      memoryBytes,
      check: () => {
        if (++asked === trapsAt) throw new Error('unreachable');
        clock += ms;
        return { findings: [], errors: 1, warnings: 0, notes: 0 };
      },
      convert: () => { throw new Error('not asked'); },
    });
    return new NearestCompiler({
      far: async (): Promise<TimedDerived> => ({ derived: answer(`far ${++counts.far}`), ms: farMs }),
      load: load ?? (async () => { counts.loaded++; return near(); }),
      nowMs,
    });
  };
  /** Who answered. */
  const asked = async (compiler: NearestCompiler, source?: string): Promise<'far' | 'near'> => {
    const found = compiler.derived(snapshot(source), 'one');
    const isNear = !(found instanceof Promise);
    await found;
    await new Promise((resolve) => setTimeout(resolve));
    return isNear ? 'near' : 'far';
  };

  it('answers at once after the worker has shown that it is cheap', async () => {
    const compiler = made({});
    expect([await asked(compiler), await asked(compiler), await asked(compiler), counts]).toEqual(['far', 'near', 'near', { far: 1, loaded: 1 }]);
  });

  it('leaves a large text and a slow machine to the worker', async () => {
    const compiler = made({});
    expect([await asked(compiler), await asked(compiler, 'x'.repeat(1000)), await asked(compiler)]).toEqual(['far', 'far', 'near']);
    const slow = made({ farMs: 9 });
    expect([await asked(slow), await asked(slow), counts.loaded]).toEqual(['far', 'far', 0]);
  });

  it('a trap here is answered by the worker, and another instance is made after a rest', async () => {
    const compiler = made({ trapsAt: 2 });
    expect([await asked(compiler), await asked(compiler), await asked(compiler), await asked(compiler)]).toEqual(['far', 'near', 'far', 'far']);
    clock += 1000;
    expect([await asked(compiler), counts.loaded]).toEqual(['near', 2]);
  });

  it('an instance that holds much memory is replaced', async () => {
    const compiler = made({ memoryBytes: 65 << 20 });
    expect([await asked(compiler), await asked(compiler), await asked(compiler), await asked(compiler), counts.loaded]).toEqual(['far', 'near', 'far', 'near', 2]);
  });

  it('a module that cannot be had here leaves everything to the worker', async () => {
    const compiler = made({ load: () => Promise.reject(new Error('no memory')) });
    expect([await asked(compiler), await asked(compiler), await asked(compiler)]).toEqual(['far', 'far', 'far']);
  });
});

describe('the compiler of the page', () => {
  afterEach(() => vi.unstubAllGlobals());
  it('leaves no document unanswered because another one was asked about', async () => {
    class OneByOne {
      onmessage: ((event: unknown) => void) | null = null;
      postMessage({ id, args: [{ master }] }: { id: number; args: [Snapshot] }) {
        setTimeout(() => this.onmessage?.({ data: { id, value: { derived: { title: master.source }, ms: CHEAP_MS + 1 } } }), 2);
      }
    }
    vi.stubGlobal('Worker', OneByOne);
    vi.stubGlobal('document', { baseURI: 'http://localhost/' });
    const { derived } = await import('@/shared/wasm/compiler');
    const titles = async (...asked: string[]) => (await Promise.all(asked.map((source) => derived(newSnapshot({ notation: 'text', source }), source.slice(0, 1))))).map((said) => said?.title);
    expect(await titles('a', 'b', 'c')).toEqual(['a', 'b', 'c']);
    expect(await titles('a1', 'a2', 'a3', 'b'), 'of one document only the newest waits').toEqual(['a1', undefined, 'a3', 'b']);
  });
});
