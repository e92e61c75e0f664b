// The ledger of trials: each counts once, whichever tab wrote it, and none is ever taken out.
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Records, Trials } from '@/shared/data/trials';

const records = (...first: number[]) => new Uint8Array(first.flatMap((each) => [each, ...Array<number>(71).fill(0)]));
const full = () => { throw new DOMException('no room', 'QuotaExceededError'); };

afterEach(() => vi.restoreAllMocks());

describe('records', () => {
  it.each([
    ['others', records(1, 2), records(2, 3), records(1, 2, 3)],
    ['the same', records(1, 2), records(1), records(1, 2)],
    ['half a record at the end', records(1), records(2, 3).subarray(0, 100), records(1, 2)],
    ['none', records(1), new Uint8Array(0), records(1)],
    ['the same, within a larger buffer', records(1, 2), new Uint8Array([7, ...records(1, 2)]).subarray(1), records(1, 2)],
  ])('%s', (_, before, more, all) => expect(new Records().add(before).add(more).bytes).toEqual(all));
});

describe('tabs', () => {
  it('on one recording at once: those of both are kept, and both count them', async () => {
    const factory = new IDBFactory(), [one, two] = [new Trials(() => factory), new Trials(() => factory)];
    await Promise.all([one.add('t', records(1)), two.add('t', records(2)), one.add('t', records(3)), two.add('other', records(9)), two.add('t', records(4))]);
    const sorted = (all: Uint8Array) => [...all].filter((_, at) => at % 72 === 0).sort();
    expect(sorted(await one.add('t', records(1)))).toEqual([1, 2, 3, 4]);
    expect(sorted(await two.add('t', records(1)))).toEqual([1, 2, 3, 4]);
    expect(sorted(await new Trials(() => factory).add('t', records(1)))).toEqual([1, 2, 3, 4]);
  });
  it('what was emptied under a page is counted by it, and written again', async () => {
    const factory = new IDBFactory(), page = new Trials(() => factory);
    await page.add('t', records(1, 2));
    const open = factory.open('oddex-trials');
    await new Promise((done) => { open.onsuccess = done; });
    await new Promise((done) => { open.result.transaction('trials', 'readwrite').objectStore('trials').clear().onsuccess = done; });
    expect(await page.add('t', records(3))).toEqual(records(1, 2, 3));
    expect(await new Trials(() => factory).add('t', records(4))).toEqual(records(4, 1, 2, 3));
  });
  it('a write that fails is made good by the next one', async () => {
    const factory = new IDBFactory(), page = new Trials(() => factory);
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(full);
    expect(await page.add('t', records(1))).toEqual(records(1));
    await page.add('t', records(2));
    expect(await new Trials(() => factory).add('t', records(3))).toEqual(records(3, 1, 2));
  });
  it('what is known already is not written again', async () => {
    const page = new Trials(() => factory), factory = new IDBFactory(), put = vi.spyOn(IDBObjectStore.prototype, 'put');
    await page.add('t', records(1, 2));
    await page.add('t', records(2));
    await page.add('t', records(1, 2));
    expect(put.mock.calls.length).toBe(1);
    await page.add('t', records(3));
    expect([put.mock.calls.length, await new Trials(() => factory).add('t', new Uint8Array(0))]).toEqual([2, records(1, 2, 3)]);
  });
  it('counts in memory where storing is forbidden', async () => {
    const page = new Trials(() => { throw new DOMException('no', 'SecurityError'); });
    await page.add('t', records(1));
    expect(await page.add('t', records(2))).toEqual(records(1, 2));
  });
});
