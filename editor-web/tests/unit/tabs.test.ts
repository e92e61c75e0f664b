// Two tabs on one document, and a page that goes away before the store has its last words: nothing is lost.
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { BrowserStore, Library, pageLeftovers } from '@/shared/document';
import type { Derived, DocumentSession, LibraryTools, StoredDocument, Version } from '@/shared/document';

import { alone } from '../harness/alone';

const view = { standing: 'broken', source: '', findings: [], lost: [] } as const;
const derived: Derived = { views: { form: view, graph: view, text: view }, title: '', ok: false, errors: 0, warnings: 0, notes: 0, newer: false };
const type = (session: DocumentSession, source: string) => session.edit('text', source, { label: source });
const shown = (session: DocumentSession) => session.getState().snapshot.master.source;
const undone = (session: DocumentSession) => {
  const states = [shown(session)];
  for (; session.getState().undoLabel !== null; states.push(shown(session))) session.undo();
  return states;
};

describe('tabs of one browser', () => {
  let factory: IDBFactory, listeners: ((id: string) => void)[], both: number, serial = 0, kept: Map<string, string>, news: Promise<unknown>[];
  beforeEach(() => {
    [factory, listeners, both, kept, news] = [new IDBFactory(), [], 0, new Map(), []];
  });
  afterEach(() => vi.restoreAllMocks());
  const storage = {
    get length() { return kept.size; }, key: (at: number) => [...kept.keys()][at] ?? null,
    setItem: (key: string, text: string) => kept.set(key, text), getItem: (key: string) => kept.get(key) ?? null, removeItem: (key: string) => kept.delete(key),
  } as unknown as Storage;
  function tab(derive: LibraryTools['derive'] = () => Promise.resolve(derived)): Library {
    let own: ((id: string) => void) | null = null;
    const library: Library = new Library({
      derive, store: new BrowserStore(() => factory), nowMs: () => ++serial, newId: () => `id${++serial}`, newLater: () => () => undefined,
      leftovers: pageLeftovers(() => storage, `page${++serial}`),
      otherTabs: { tell: (id) => listeners.filter((each) => each !== own).forEach((each) => each(id)), onTold: (listener) => { own = listener; listeners.push(listener); }, onBoth: () => { both++; return 'elsewhere'; } },
    });
    library.onChange(() => news.push(library.look()));
    return library;
  }
  async function two(): Promise<[Library, Library, DocumentSession, DocumentSession]> {
    const [a, b] = [tab(), tab()], id = await a.create({ notation: 'text', source: 'start' }, 'Mine');
    const [one, other] = [await a.open(id), await b.open(id)];
    if (!one || !other) throw new Error('not there');
    return [a, b, one, other];
  }
  const heard = async () => { while (news.length) await news.pop(); };

  it('see what the other one wrote, with its undo', async () => {
    const [a, , one, other] = await two();
    type(one, 'first');
    type(one, 'second');
    await one.flush();
    await heard();
    expect([shown(other), other.getState().undoLabel, both]).toEqual(['second', 'second', 0]);
    await one.save('mine');
    await heard();
    const { number } = await other.save();
    expect([number, other.getState().versions.map((each) => each.number)]).toEqual([2, [2, 1]]);
    expect(undone(other)).toEqual(['second', 'first', 'start']);
    await other.flush();
    await heard();
    expect([shown(one), (await a.list()).length]).toEqual(['start', 1]);
  });
  it('that write at once lose nothing: the later one has the other as steps to undo', async () => {
    const [, , one, other] = await two();
    type(one, 'first');
    type(one, 'second');
    type(other, 'mine');
    await one.flush();
    await heard();
    await other.flush();
    await heard();
    expect([shown(one), shown(other), both]).toEqual(['mine', 'mine', 1]);
    expect(undone(other)).toEqual(['mine', 'second', 'first', 'start']);
  });
  it('notice it in the store, where nobody tells them', async () => {
    listeners = [];
    const [, , one, other] = await two();
    listeners = [];
    type(one, 'first');
    await one.flush();
    type(other, 'mine');
    await other.flush();
    expect([shown(other), both]).toEqual(['mine', 1]);
    expect(undone(other)).toEqual(['mine', 'first', 'start']);
  });
  it('writing the same is no conflict', async () => {
    const [, , one, other] = await two();
    type(one, 'same');
    type(other, 'same');
    await Promise.all([one.flush(), other.flush()]);
    await heard();
    expect([shown(one), shown(other), both]).toEqual(['same', 'same', 0]);
  });
  it('what a tab writes while it looks is no news to it', async () => {
    const [a, , one] = await two();
    let answer = (_: Version[]) => {};
    const asked = new Promise<void>((isAsked) => vi.spyOn(a.store, 'listVersions').mockImplementationOnce(() => new Promise((done) => { answer = done; isAsked(); })));
    const looking = a.look();
    await asked;
    type(one, 'mine');
    const written = one.flush();
    answer([]);
    await Promise.all([written, looking]);
    expect([shown(one), both, undone(one)]).toEqual(['mine', 0, ['mine', 'start']]);
  });
  it('what was deleted in one and goes on in the other is there again', async () => {
    const [a, , one, other] = await two();
    await a.remove(one.getState().id);
    await heard();
    type(other, 'still here');
    await other.flush();
    const [row] = await tab().list(), again = await tab().open(row?.id ?? '');
    expect(again && shown(again)).toBe('still here');
  });
  it('the last words of a page are found by the next one, with their undo', async () => {
    const [a, , one] = await two(), { id } = one.getState();
    type(one, 'last words');
    a.leave();
    const next = tab(), session = await next.open(id);
    expect(session && [shown(session), both]).toEqual(['last words', 0]);
    await session?.flush();
    expect([kept.size, (await next.store.getDocument(id))?.snapshot.master.source, session && undone(session)]).toEqual([0, 'last words', ['last words', 'start']]);
  });
  it('the last words come in front of what another tab wrote since', async () => {
    const [a, , one, other] = await two(), { id } = one.getState();
    listeners = [];
    type(one, 'last words');
    a.leave();
    type(other, 'since then');
    await other.flush();
    const session = await tab().open(id);
    expect(session && [undone(session), both]).toEqual([['last words', 'since then', 'start'], 1]);
  });
  it('what one page left is not dropped or written over by another one that leaves', async () => {
    const [a, b, one, other] = await two(), { id } = one.getState();
    type(one, 'last words');
    a.leave();
    b.leave();
    const c = tab(), third = await c.open(id);
    expect(third && undone(third)).toEqual(['last words', 'start']);
    type(other, 'mine');
    b.leave();
    const next = tab(), session = await next.open(id);
    expect([session && undone(session), both]).toEqual([['mine', 'last words', 'start'], 1]);
    await session?.flush();
    expect(kept.size).toBe(0);
  });
  it('a page that comes back drops what it left once that is stored', async () => {
    const [a, , one] = await two(), { id } = one.getState();
    type(one, 'last words');
    a.leave();
    expect(kept.size).toBe(1);
    type(one, 'and more');
    await one.flush();
    expect(kept.size).toBe(0);
    type(one, 'again');
    a.leave();
    await one.flush();
    const session = await tab().open(id);
    expect([session && undone(session), both]).toEqual([['again', 'and more', 'last words', 'start'], 0]);
  });
  it('what was left, stored after all and worked on since does not come back in front', async () => {
    const [a, , one, other] = await two(), { id } = one.getState();
    type(one, 'last words');
    a.leave();
    const left = new Map(kept);
    await one.flush(); // lands as the page dies, which does not hear of it
    await heard();
    type(other, 'since then');
    await other.flush();
    for (const [key, text] of left) kept.set(key, text);
    const session = await tab().open(id);
    expect([session && undone(session), both]).toEqual([['since then', 'last words', 'start'], 0]);
    await session?.flush();
    expect(kept.size).toBe(0);
  });
  it.each<[string, (other: DocumentSession) => void, string[]]>([
    ['has many steps since', (other) => { for (let at = 0; at < 101; at++) type(other, `s${at}`); }, Array.from({ length: 101 }, (_, at) => `s${100 - at}`)],
    ['undid it and went on', (other) => { other.undo(); type(other, 'the real thing'); }, ['the real thing', 'start']],
  ])('what was left and stored after all does not come back where another tab saw it and %s', async (_, goOn, states) => {
    const [a, b, one, other] = await two(), { id } = one.getState();
    listeners = []; // a page that dies tells nobody
    type(one, 'oops');
    a.leave();
    const left = new Map(kept);
    await one.flush();
    for (const [key, text] of left) kept.set(key, text);
    await b.look();
    goOn(other);
    await other.flush();
    const session = await tab().open(id);
    expect([session && undone(session).slice(0, states.length), both, kept.size]).toEqual([states, 0, 0]);
  });
  it('what was left and stored after all, as this one wrote, is a step and not left any more', async () => {
    const [a, , one, other] = await two();
    listeners = [];
    type(one, 'oops');
    a.leave();
    const left = new Map(kept);
    await one.flush();
    for (const [key, text] of left) kept.set(key, text);
    type(other, 'mine');
    await other.flush();
    expect([undone(other), kept.size]).toEqual([['mine', 'oops', 'start'], 0]);
  });
  it('last words that had no room for their undo go on from the one that is stored', async () => {
    const [a, , one] = await two(), { id } = one.getState();
    type(one, 'stored');
    await one.flush();
    vi.spyOn(storage, 'setItem').mockImplementation((key: string, text: string) => { if (text.includes('"start"')) throw new DOMException('full', 'QuotaExceededError'); kept.set(key, text); });
    type(one, 'last words');
    a.leave();
    const session = await tab().open(id);
    expect([session && undone(session), both]).toEqual([['last words', 'stored', 'start'], 0]);
  });
  it('undo was the last thing: what had no room for its redo has what was undone as a step', async () => {
    const [a, , one] = await two(), { id } = one.getState();
    type(one, 'stored');
    await one.flush();
    vi.spyOn(storage, 'setItem').mockImplementation((key: string, text: string) => { if (text.includes('"stored"')) throw new DOMException('full', 'QuotaExceededError'); kept.set(key, text); });
    one.undo();
    a.leave();
    await heard();
    const session = await tab().open(id);
    expect(session && undone(session)).toEqual(['start', 'stored', 'start']);
  });
  it('what a page of before left in the one place that there was is found, and dropped', async () => {
    const [a, , one] = await two(), { id } = one.getState();
    type(one, 'last words');
    a.leave();
    const [[key, text] = ['', '']] = [...kept];
    kept.delete(key);
    kept.set(`oddex.left.${id}`, text);
    const session = await tab().open(id);
    expect(session && undone(session)).toEqual(['last words', 'start']);
    await session?.flush();
    expect(kept.size).toBe(0);
  });
  it.each(([
    ['a title that the compiler changes at once is no word of the user', { title: 'Another' }, ['last words', 'since then', 'start'], 0],
    ['what cannot come into a document that is only read stays where it was left', { newer: true }, ['since then'], 1],
  ] as const).flatMap((row) => [[...row, 'at once'], [...row, 'later']] as const))('%s (%#)', async (_, said, states, left, way) => {
    const [a, , one, other] = await two(), { id } = one.getState();
    listeners = [];
    type(one, 'last words');
    a.leave();
    type(other, 'since then');
    await other.flush();
    const answer = { ...derived, ...said }, session = await tab(() => (way === 'at once' ? answer : Promise.resolve(answer))).open(id);
    await session?.flush();
    expect([session && (states.length > 1 ? undone(session) : [shown(session)]), kept.size]).toEqual([states, left]);
  });
  it('of a document that may only be read undo and redo go to what can be reached', async () => {
    const library = tab(async ({ master }) => ({ ...derived, newer: master.source === 'of tomorrow' })), session = await library.open(await library.create({ notation: 'text', source: 'of today' }, ''));
    if (!session) throw new Error('not there');
    type(session, 'of tomorrow');
    await session.whenSettled();
    type(session, 'no edit');
    const seen = [shown(session)];
    for (const go of [session.undo, session.redo, session.undo]) {
      go();
      await session.whenSettled();
      seen.push(shown(session));
    }
    type(session, 'goes on');
    expect([...seen, shown(session)]).toEqual(['of tomorrow', 'of today', 'of tomorrow', 'of today', 'goes on']);
  });
  it('with more steps than are stored go on with each other\'s, and keep their own', async () => {
    const [a, , one] = await two(), { id } = one.getState(), typed = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `s${from + at}`);
    for (const source of typed(0, 150)) type(one, source);
    await one.flush();
    await heard();
    const b = tab(), other = await b.open(id);
    if (!other) throw new Error('not there');
    listeners = [];
    for (const source of typed(150, 155)) type(other, source);
    await other.flush();
    await a.look();
    one.undo();
    expect([undone(one), both]).toEqual([['start', ...typed(0, 154)].reverse(), 0]);
    for (let at = 0; at < 154; at++) one.redo();
    await one.flush();
    await b.look();
    type(one, 'mine');
    one.undo();
    type(one, 'mine too');
    type(one, 'undone');
    one.undo();
    type(other, 'theirs');
    await other.flush();
    await one.flush();
    expect([shown(one), one.getState().redoLabel, both]).toEqual(['mine too', 'undone', 1]);
    expect(undone(one)).toEqual(['start', ...typed(0, 154), 'theirs', 'mine too'].reverse());
  });
  it('a page whose store takes nothing says that work is at risk', async () => {
    const library = new Library({ derive: () => Promise.resolve(derived), store: new BrowserStore(() => { throw new Error('no'); }), nowMs: () => 1, newId: () => `id${++serial}`, newLater: () => () => undefined, ...alone });
    const session = await library.open(await library.create({ notation: 'text', source: 'start' }, ''));
    expect([library.isAtRisk(), session && shown(session)]).toEqual([true, 'start']);
    const { 0: fine } = await two();
    expect(fine.isAtRisk()).toBe(false);
  });
  it('a document from before there were stamps is written over', async () => {
    const store = new BrowserStore(() => factory), old: StoredDocument = { id: 'old', title: 'Old', createdMs: 1, changedMs: 1, snapshot: { master: { notation: 'text', source: 'old' }, good: null, drafts: [], modules: {} }, past: [], future: [] };
    await store.putDocument(old, undefined);
    const session = await tab().open('old');
    if (session) type(session, 'new');
    await session?.flush();
    expect([(await store.getDocument('old'))?.snapshot.master.source, both]).toEqual(['new', 0]);
  });
});
