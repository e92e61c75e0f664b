// Work that waits until nothing more comes, and the newest of several answers.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { newest, newLater } from '@/shared/lib/later';

describe('later', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  it('does the last work, a moment after it was given', () => {
    const later = newLater(400), done: string[] = [];
    for (const key of 'abc') {
      later(() => done.push(key));
      vi.advanceTimersByTime(300);
    }
    vi.advanceTimersByTime(99);
    expect(done).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(done).toEqual(['c']);
    later(() => done.push('d'));
    vi.advanceTimersByTime(400);
    expect([done, vi.getTimerCount()]).toEqual([['c', 'd'], 0]);
  });
  it('sets no timer at a key while one is set', () => {
    const later = newLater(400), set = vi.spyOn(globalThis, 'setTimeout'), clear = vi.spyOn(globalThis, 'clearTimeout');
    for (let key = 0; key < 100; key++) later(() => undefined);
    expect([set.mock.calls.length, clear.mock.calls.length]).toEqual([1, 0]);
  });
});

it('of answers in any order the newest is shown', async () => {
  const answers: ((answer: string) => void)[] = [], shown: string[] = [];
  const ask = newest(() => new Promise<string>((answer) => answers.push(answer)), (answer) => shown.push(answer));
  const asked = [ask(), ask()];
  answers[1]?.('new');
  answers[0]?.('old');
  await Promise.all(asked);
  expect(shown).toEqual(['new']);
});
