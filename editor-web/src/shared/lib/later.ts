// later.ts — work that can wait until nothing more comes, and answers that come in any order.
//
// Promise: a call costs next to nothing (it is made at every key); the last work is done, `ms` after it was asked for;
// what is shown is the answer to the last question.

const NOTHING = () => {};

/** A function that does the last work it was given, once none was given for `ms`. */
export function newLater(ms: number): (work: () => void) => void {
  let work = NOTHING, dueMs = 0, isWaiting = false;
  const wait = (forMs: number) => {
    isWaiting = true;
    setTimeout(() => {
      const restMs = dueMs - performance.now();
      if (restMs > 0) return wait(restMs);
      isWaiting = false;
      const due = work;
      work = NOTHING; // what was done is not held on to
      due();
    }, forMs);
  };
  return (next) => {
    [work, dueMs] = [next, performance.now() + ms];
    if (!isWaiting) wait(ms);
  };
}

/** A function that asks, and shows what is answered unless it was called again meanwhile. */
export function newest<T>(ask: () => Promise<T>, show: (answer: T) => void): () => Promise<void> {
  let asked = 0;
  return async () => {
    const mine = ++asked, answer = await ask();
    if (mine === asked) show(answer);
  };
}
