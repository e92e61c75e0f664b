// budget.ts — whether the page's own thread may answer a question, from what such questions took of late.
//
// In: how large questions are and what their answers took, in the worker or here. Out: yes or no. Promise: the page is
// not asked what is expected to take it longer than LONG_MS, and not again for a while after it stood still for very long.

/** What is to take no longer moves to the page's thread; there it stays until it is expected to take longer than LONG_MS. */
export const CHEAP_MS = 5;
export const LONG_MS = 8;
const VERY_LONG_MS = 50;
/** The machine may be busy with something else: the best of so many answers is what the next one is expected to take. */
const REMEMBERED = 6;
const FIRST_REST_MS = 1000, LONGEST_REST_MS = 64_000;
/** After so many answers without trouble a rest is short again. */
const GOOD = 50;

export class Budget {
  #isHere = false;
  #took: readonly { readonly size: number; readonly ms: number }[] = [];
  #restMs = FIRST_REST_MS;
  #restsUntilMs = -Infinity;
  #good = 0;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A first question, and one that is much larger than those before, is not for the page's thread. */
  allows(size: number): boolean {
    if (this.#nowMs() < this.#restsUntilMs) return false;
    const expected = Math.min(...this.#took.map(({ size: before, ms }) => ms * Math.max(1, size / before)));
    this.#isHere = this.#took.length > 0 && expected <= (this.#isHere ? LONG_MS : CHEAP_MS);
    return this.#isHere;
  }

  took(size: number, ms: number): void {
    this.#took = [...this.#took, { size: Math.max(1, size), ms }].slice(-REMEMBERED);
  }

  tookHere(size: number, ms: number): void {
    this.took(size, ms);
    if (ms > VERY_LONG_MS) this.rest();
    else if (++this.#good === GOOD) this.#restMs = FIRST_REST_MS;
  }

  /** Not here for a while, each time for longer; then answers from elsewhere say whether it is worth another try. */
  rest(): void {
    this.#restsUntilMs = this.#nowMs() + this.#restMs;
    this.#restMs = Math.min(2 * this.#restMs, LONGEST_REST_MS);
    this.#took = [];
    this.#isHere = false;
    this.#good = 0;
  }
}
