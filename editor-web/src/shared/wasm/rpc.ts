// rpc.ts — calls into a worker as promises, with the types of what answers.
//
// In: an object of functions, on the worker's side (`serve`). Out: the same functions as promises (`Caller`).
// Promise: `latest` lets a stale question go unanswered (null) instead of queueing behind it; a worker that
// died is started anew by the next call.

import { OdxStopped } from './odx.mjs';

type Functions = Record<string, (...args: never[]) => unknown>;

interface Call { id: number; name: string; args: unknown[] }
interface Answer { id: number; value?: unknown; error?: string }

export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror?: ((event: ErrorEvent) => void) | null;
  terminate?(): void;
}

/** A promise of each function's answer. */
export type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** The page hears of it as of a worker that died. */
const endWith = (error: Error): void => void setTimeout(() => { throw error; });

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/**
 * Worker's side: answers calls one after the other, in the order in which they came. One whose module trapped, or
 * never came, has nothing more to answer: it ends.
 */
export function serve<T extends object>(port: Port, functions: T | Promise<T>, end = endWith): void {
  let queue: Promise<unknown> = Promise.resolve(functions).catch(() => undefined); // whoever asks hears why they never came
  port.onmessage = (event: MessageEvent) => {
    const call = event.data as Call;
    queue = queue.then(async () => {
      let table: Functions;
      try {
        table = (await functions) as unknown as Functions;
      } catch (error) {
        return end(errorOf(error));
      }
      try {
        const act = table[call.name] as ((...args: unknown[]) => unknown) | undefined;
        if (!act) throw new Error(`no call ${call.name}`);
        const value = await act.apply(table, call.args);
        port.postMessage({ id: call.id, value } satisfies Answer);
      } catch (error) {
        if (error instanceof OdxStopped) return end(error);
        port.postMessage({ id: call.id, error: errorOf(error).message } satisfies Answer);
      }
    });
  };
}

/** Where something is being answered; what comes next. */
interface Lane { waiting: { ask: () => void; drop: () => void } | null }

export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

export class Caller<T extends object> {
  #port: Port | null = null;
  #next = 1;
  #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #lanes = new Map<string, Lane>();
  #started = 0;
  readonly #start: (worker: number) => Port;

  /** `start` is told which one it is, by count. */
  constructor(start: (worker: number) => Port) {
    this.#start = start;
  }

  /** Calls a function of the worker. */
  call<K extends keyof T & string>(name: K, ...args: Parameters<Extract<T[K], (...args: never[]) => unknown>>): Promise<Awaited<ReturnType<Extract<T[K], (...args: never[]) => unknown>>>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const port = this.#open(); // throws where there are no workers
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      port.postMessage({ id, name, args } satisfies Call);
    });
  }

  /**
   * The same, for questions of one kind that replace each other: while one is being answered only the newest
   * waits, and those in between are answered null.
   */
  latest<K extends keyof T & string>(lane: string, name: K, ...args: Parameters<Extract<T[K], (...args: never[]) => unknown>>): Promise<Awaited<ReturnType<Extract<T[K], (...args: never[]) => unknown>>> | null> {
    const busy = this.#lanes.get(lane), state = busy ?? { waiting: null };
    this.#lanes.set(lane, state);
    return new Promise((resolve, reject) => {
      const ask = () => void this.call(name, ...args).then(resolve, reject).finally(() => {
        const next = state.waiting;
        if (!next) return this.#lanes.delete(lane); // there may be one for each document
        state.waiting = null;
        next.ask();
      });
      if (!busy) return ask();
      state.waiting?.drop();
      state.waiting = { ask, drop: () => resolve(null) };
    });
  }

  /** Ends the worker; what was asked is refused. The next call starts another. */
  stop(reason = 'stopped'): void {
    this.#port?.terminate?.();
    this.#port = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new WorkerDied(reason));
  }

  #open(): Port {
    if (this.#port) return this.#port;
    const port = this.#start(++this.#started);
    port.onmessage = (event: MessageEvent) => this.#answer(event.data as Answer);
    port.onerror = (event) => {
      event.preventDefault();
      if (this.#port === port) this.stop(event.message); // else it is one that was stopped before
    };
    this.#port = port;
    return port;
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    this.#waiting.delete(answer.id);
    if (answer.error !== undefined) waiting.reject(new Error(answer.error));
    else waiting.resolve(answer.value);
  }
}
