// The stores of the browser when they are full, fail, or are to make room for a newer page.
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { BrowserStore, Library } from '@/shared/document';
import type { Derived, DocumentSession, LibraryTools, StoredDocument, Version } from '@/shared/document';
import { Database } from '@/shared/lib/database';

import { alone } from '../harness/alone';

const view = { standing: 'broken', source: '', findings: [], lost: [] } as const;
const derived: Derived = { views: { form: view, graph: view, text: view }, title: '', ok: false, errors: 0, warnings: 0, notes: 0, newer: false };
const snapshot = { master: { notation: 'text', source: 'odx 1\n' }, good: null, drafts: [], modules: {} } as const;
const document = (id: string): StoredDocument => ({ id, title: id, createdMs: 1, changedMs: 1, snapshot, past: [], future: [], stamp: id });
const version = (id: string, number: number): Version => ({ id, documentId: 'a', number, savedMs: 1, title: '', note: '', snapshot });
const type = (session: DocumentSession, source: string) => session.edit('text', source, { label: source });

let factory: IDBFactory, serial = 0;
beforeEach(() => { factory = new IDBFactory(); });
afterEach(() => vi.restoreAllMocks());
const newStore = () => new BrowserStore(() => factory);

/** No room for rows of which this is true. */
function fill(isTooMuch: (row: { readonly id: string }) => boolean): void {
  const really = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, row: { id: string }, ...key) {
    if (isTooMuch(row)) throw new DOMException('full', 'QuotaExceededError');
    return really.call(this, row, ...key);
  });
}

describe('a store that was full', () => {
  it('writes a version that it did not take, once something else goes through', async () => {
    const store = newStore();
    fill(({ id }) => id === 'v1');
    expect([await store.putVersion(version('v1', 1)), await store.putVersion(version('v2', 2)), store.standing, store.isHolding()]).toEqual([false, true, 'full', true]);
    expect((await store.listVersions('a')).map(({ id }) => id)).toEqual(['v2', 'v1']);
    vi.restoreAllMocks();
    await store.putDocument(document('b'), undefined);
    expect([store.standing, store.isHolding(), (await newStore().listVersions('a')).map(({ id }) => id)]).toEqual(['ok', false, ['v2', 'v1']]);
  });
  it('says so as long as one document is only in memory, whatever is written of others', async () => {
    const store = newStore();
    fill(({ id }) => id === 'a');
    expect([await store.putDocument(document('a'), undefined), await store.putDocument(document('b'), undefined), store.standing]).toEqual(['held', 'written', 'full']);
    expect([(await store.listDocuments()).map(({ id }) => id).sort(), store.standing]).toEqual([['a', 'b'], 'full']);
    await store.deleteDocument('a');
    expect([store.standing, (await store.listDocuments()).map(({ id }) => id)]).toEqual(['ok', ['b']]);
  });
});

/** Nothing can be deleted. */
const holdOn = () => vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError'); });

it('what is deleted while the store catches up is not written again', async () => {
  const store = newStore();
  fill(({ id }) => id !== 'b');
  for (const each of [version('v1', 1), { ...version('v2', 2), documentId: 'gone' }]) await store.putVersion(each);
  vi.restoreAllMocks();
  const really = IDBObjectStore.prototype.put;
  let deleted: Promise<boolean> | null = null;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, row: { id: string }, ...key) {
    if (row.id === 'v1') deleted ??= store.deleteDocument('gone');
    return really.call(this, row, ...key);
  });
  await store.putDocument(document('b'), undefined);
  expect([await deleted, (await newStore().listVersions('gone')).length, (await newStore().listVersions('a')).length]).toEqual([true, 0, 1]);
});

it('a list that cannot be read any more is as it was', async () => {
  let fails = false;
  const store = new BrowserStore(() => { if (fails) throw new Error('no'); return factory; }), ids = async () => (await store.listDocuments()).map(({ id }) => id);
  await store.putDocument(document('a'), undefined);
  expect(await ids()).toEqual(['a']);
  fails = true;
  const other = factory.open('oddex', 2);
  await new Promise((done) => { other.onsuccess = done; });
  expect([await ids(), store.standing]).toEqual([['a'], 'forbidden']);
  fails = false;
  expect([await ids(), store.standing], 'a newer page has the store').toEqual([['a'], 'newer']);
  expect([await store.putDocument(document('a'), 'a'), store.standing]).toEqual(['held', 'newer']);
});

it('a read that failed is forgotten with the next one that does not', async () => {
  let fails = true;
  const store = new BrowserStore(() => { if (fails) throw new Error('no'); return factory; }), said: string[] = [];
  store.onStanding(() => said.push(store.standing));
  expect(await store.getDocument('a')).toBeNull();
  fails = false;
  expect([await store.getDocument('a'), said]).toEqual([null, ['forbidden', 'ok']]);
});

it('a page of tomorrow may open its database over the one of today', async () => {
  const one = new Database(() => factory, 'oddex', () => undefined), first = await one.open();
  const newer = factory.open('oddex', 2);
  await new Promise((done, failed) => { newer.onsuccess = done; newer.onblocked = failed; });
  expect(() => first.transaction('document')).toThrow();
  await expect(one.open(), 'which this page cannot read').rejects.toThrow();
});

describe('documents that are open', () => {
  const newLibrary = (tools: Partial<LibraryTools> = {}) => new Library({
    derive: () => Promise.resolve(derived), store: newStore(), nowMs: () => ++serial, newId: () => `id${++serial}`, newLater: () => () => undefined, ...alone, ...tools,
  });
  const made = async (library: Library, source: string): Promise<DocumentSession> => {
    const session = await library.open(await library.create({ notation: 'text', source }, ''));
    if (!session) throw new Error('not there');
    return session;
  };
  const inStore = async (session: DocumentSession) => (await newStore().getDocument(session.getState().id))?.snapshot.master.source;

  it('are written when there is room again, whichever of them was typed in', async () => {
    const library = newLibrary(), [one, other] = [await made(library, 'one'), await made(library, 'other')];
    fill(({ id }) => id === one.getState().id);
    type(one, 'typed');
    await one.flush();
    type(other, 'typed');
    await other.flush();
    expect([library.isAtRisk(), one.getState().storage, other.unsaved(), await inStore(other)]).toEqual([true, 'full', null, 'typed']);
    vi.restoreAllMocks();
    type(other, 'typed again');
    await other.flush();
    await one.flush();
    expect([library.isAtRisk(), one.getState().storage, one.unsaved(), await inStore(one)]).toEqual([false, 'ok', null, 'typed']);
  });
  it('a version that is only in memory is no version saved, and at risk', async () => {
    const library = newLibrary(), session = await made(library, 'one');
    fill((row) => 'documentId' in row);
    expect([await session.save(), library.isAtRisk()]).toEqual([{ number: 1, isStored: false }, true]);
    vi.restoreAllMocks();
    expect([await session.save(), library.isAtRisk(), (await newStore().listVersions(session.getState().id)).length]).toEqual([{ number: 2, isStored: true }, false, 2]);
  });
  it('one that could not be deleted is as it was, with what is only in memory of it', async () => {
    const library = newLibrary(), session = await made(library, 'one'), { id } = session.getState();
    await session.save();
    fill(() => true);
    type(session, 'typed');
    await session.flush();
    const hold = holdOn();
    expect([await library.remove(id), library.store.isHolding(), library.isAtRisk(), (await library.list()).length]).toEqual([false, true, true, 1]);
    expect([await library.open(id) === session, (await library.store.listVersions(id)).length]).toEqual([true, 1]);
    hold.mockRestore();
    vi.restoreAllMocks();
    expect([await library.remove(id), library.store.isHolding(), (await library.list()).length, (await newStore().listVersions(id)).length]).toEqual([true, false, 0, 0]);
  });
  it('one that was deleted is not written again by what was still to come', async () => {
    let late = () => {}, standings = 0;
    const library = newLibrary({ newLater: () => (work) => { late = work; } }), session = await made(library, 'one');
    type(session, 'typed');
    const writing = session.flush();
    type(session, 'typed again');
    await library.remove(session.getState().id);
    late();
    await Promise.all([writing, session.flush(), session.look()]);
    expect([await library.list(), library.isAtRisk()]).toEqual([[], false]);
    session.subscribe(() => standings++);
    fill(() => true);
    await library.store.putDocument(document('other'), undefined);
    expect([library.store.standing, standings]).toEqual(['full', 0]);
  });
  it('one that another tab wrote as it is here is held no more', async () => {
    const library = newLibrary(), session = await made(library, 'one'), { id } = session.getState(), other = await newLibrary().open(id);
    fill(() => true);
    type(session, 'same');
    await session.flush();
    expect([library.isAtRisk(), session.getState().storage]).toEqual([true, 'full']);
    vi.restoreAllMocks();
    if (other) type(other, 'same');
    await other?.flush();
    await session.look();
    expect([library.isAtRisk(), library.store.isHolding(), session.getState().storage, session.unsaved()]).toEqual([false, false, 'ok', null]);
  });
  it('a write on its way is no risk', async () => {
    const library = newLibrary(), session = await made(library, 'one');
    type(session, 'typed');
    const writing = session.flush();
    expect(library.isAtRisk()).toBe(false);
    await writing;
  });
  it('one of which something damaged was stored goes on, says so, and is written when it can be', async () => {
    const library = newLibrary(), session = await made(library, 'one'), { id } = session.getState();
    const sound = await library.store.getDocument(id);
    const damaged = { ...document(id), snapshot: null } as unknown as StoredDocument;
    await newStore().putDocument(damaged, sound?.stamp);
    type(session, 'typed');
    await session.flush();
    expect([session.getState().storage, library.isAtRisk()]).toEqual(['forbidden', true]);
    await newStore().deleteDocument(id);
    await session.flush();
    expect([session.getState().storage, library.isAtRisk(), await inStore(session)]).toEqual(['ok', false, 'typed']);
  });
  it('a compiler that throws at once is a problem that is said, and what was typed is stored', async () => {
    let isBroken = false;
    const library = newLibrary({ derive: () => { if (isBroken) throw new Error('no modules'); return derived; } }), session = await made(library, 'one');
    isBroken = true;
    type(session, 'typed');
    await session.whenSettled();
    await session.flush();
    expect([session.getState().problem, session.getState().settling, await inStore(session)]).toEqual(['no modules', false, 'typed']);
  });
  it('a question that a dead compiler did not answer is not asked again once there is a newer one', async () => {
    const asked: { source: string; fail: (error: Error) => void; say: (derived: Derived) => void }[] = [];
    const session = await made(newLibrary({ derive: ({ master: { source } }) => new Promise((say, fail) => asked.push({ source, say, fail })) }), 'one');
    type(session, 'typed');
    asked[0]?.fail(new Error('out of memory'));
    await new Promise((done) => setTimeout(done));
    asked[1]?.say(derived);
    await session.whenSettled();
    expect([asked.map(({ source }) => source), session.getState().settling]).toEqual([['one', 'typed'], false]);
  });
});
