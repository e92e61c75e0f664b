// nearest.ts — the views of a snapshot from the nearest compiler: one on the page's own thread where that is cheap
// (budget.ts), so that an edit and what the compiler makes of it are drawn in one frame; else the worker's.
//
// In: snapshots, and of which document. Out: the views at once, or a promise of them (null: a newer question was
// asked of that document). Promise: a compiler
// that fails here is thrown away and the worker answers instead; nobody has to know which of both it was.
import { derive } from '../document/derive';
import type { ViewCompiler } from '../document/derive';
import type { Derived, Snapshot } from '../document/types';
import { Budget, CHEAP_MS } from './budget';

export interface TimedDerived { readonly derived: Derived; readonly ms: number }
export type NearCompiler = ViewCompiler & { readonly memoryBytes: number };

export interface NearestTools {
  readonly far: (snapshot: Snapshot, id: string) => Promise<TimedDerived | null>;
  /** Another instance of the compiler, for this thread. */
  readonly load: () => Promise<NearCompiler>;
  readonly nowMs: () => number;
}

/** An instance never gives memory back: one that came to need so much is replaced. */
const MOST_BYTES = 64 << 20;

/** All that the compiler reads of a snapshot. */
function sizeOf({ master, good, modules }: Snapshot): number {
  const last = good === null || good === master ? 0 : good.source.length;
  return Object.values(modules).reduce((size, text) => size + text.length, master.source.length + last);
}

export class NearestCompiler {
  #near: NearCompiler | null = null;
  #isLoading = false;
  readonly #budget: Budget;
  readonly #tools: NearestTools;

  constructor(tools: NearestTools) {
    this.#tools = tools;
    this.#budget = new Budget(tools.nowMs);
  }

  readonly derived = (snapshot: Snapshot, id: string): Derived | Promise<Derived | null> => {
    const size = sizeOf(snapshot);
    return this.#here(snapshot, size) ?? this.#there(snapshot, id, size);
  };

  #here(snapshot: Snapshot, size: number): Derived | null {
    const near = this.#near, { nowMs } = this.#tools;
    if (!near || !this.#budget.allows(size)) return null;
    try {
      const fromMs = nowMs(), found = derive(near, snapshot);
      this.#budget.tookHere(size, nowMs() - fromMs);
      if (near.memoryBytes > MOST_BYTES) this.#near = null;
      return found;
    } catch {
      this.#near = null;
      this.#budget.rest();
      return null;
    }
  }

  async #there(snapshot: Snapshot, id: string, size: number): Promise<Derived | null> {
    const answer = await this.#tools.far(snapshot, id);
    if (answer === null) return null;
    this.#budget.took(size, answer.ms);
    if (answer.ms <= CHEAP_MS) void this.#load();
    return answer.derived;
  }

  async #load(): Promise<void> {
    if (this.#near || this.#isLoading) return;
    this.#isLoading = true;
    try {
      this.#near = await this.#tools.load();
    } catch {
      this.#budget.rest(); // the worker answers on
    } finally {
      this.#isLoading = false;
    }
  }
}
