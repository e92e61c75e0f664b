// The model: what follows from an edit, undo, drafts, saves; with the real compiler.
import { IDBFactory } from 'fake-indexeddb';
import { beforeAll, describe, expect, it } from 'vitest';

import { BrowserStore, derive, exportedName, importedFile, Library, newSnapshot, renamed, titleIn } from '@/shared/document';
import type { DocumentSession } from '@/shared/document';
import type { Odx } from '@/shared/wasm/odx.mjs';

import { alone } from '../harness/alone';
import { hasWasm, loadCompiler, readRepository } from '../harness/wasm';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('files', () => {
  it.each([
    ['a.odx', 'odx 1\n', 'text'],
    ['a.txt', '# mine\nodx 1\n', 'text'],
    ['a.json', '{"mode": "form"}', 'form'],
    ['a.json', '{"mode": "node"', 'graph'],
    ['a.odx', '{"nodes": []}', 'graph'],
  ])('%s %s', (name, text, notation) => {
    expect(importedFile(name, bytes(text))).toEqual({ source: { notation, source: text } });
  });
  it.each([
    ['a.odx', bytes(''), 'empty'],
    ['a.json', bytes('[1]'), 'not-a-strategy'],
    ['a.png', new Uint8Array([0x89, 0x50, 0xff]), 'not-text'],
    ['a.odx', new Uint8Array(1024 * 1024 + 1).fill(32), 'too-large'],
    ['notes.txt', bytes('hello'), 'not-a-strategy'],
  ])('%s is refused', (name, content, problem) => {
    expect(importedFile(name, content)).toEqual({ problem });
  });
  it('names', () => {
    expect(exportedName('Équilibrage du soir!', 'text')).toBe('equilibrage-du-soir.odx');
    expect(exportedName('استراتيجية 2', 'text')).toBe('استراتيجية-2.odx');
    expect(exportedName(`../${'a'.repeat(90)}`, 'form')).toBe(`${'a'.repeat(59)}.form.json`);
    expect(exportedName('', 'graph')).toBe('strategy.graph.json');
  });
});

it.each([
  ['text', 'odx 1\n# strategy "no"\nstrategy "Old \\" one"  # it\nbuy\n', 'odx 1\n# strategy "no"\nstrategy "New \\"one\\" \\\\ $& 2"  # it\nbuy\n', 'Old " one'],
  ['text', 'odx 1\n', null, null], ['form', '{"mode": "form"}', '{\n  "mode": "form",\n  "name": "New \\"one\\" \\\\ $& 2"\n}', null],
  ['graph', '{"mode": ', null, null], ['graph', '[]', null, null], ['form', '{"name": "An \\"old\\" one", ', null, 'An "old" one'],
] as const)('another name in a %s', (notation, source, text, old) => {
  expect(titleIn({ notation, source })).toBe(old);
  expect(renamed({ notation, source }, ' New\n"one" \\ $& 2 ')).toBe(text);
  expect(text && titleIn({ notation, source: text })).toBe(text && 'New "one" \\ $& 2');
  expect(renamed({ notation, source }, ' \n ')).toBeNull();
});

describe.skipIf(!hasWasm)('with the compiler', () => {
  let odx: Odx;
  beforeAll(async () => {
    odx = await loadCompiler();
  });
  let clock = 0, serial = 0;
  const newLibrary = (factory = new IDBFactory()) => new Library({
    derive: async (snapshot) => derive(odx, snapshot),
    store: new BrowserStore(() => factory),
    nowMs: () => (clock += 10_000),
    newId: () => `id${++serial}`,
    newLater: () => () => undefined, ...alone,
  });
  const text = () => readRepository('examples/late_mover.odx');
  const opened = async (library: Library, source = { notation: 'text' as const, source: text() }): Promise<DocumentSession> => {
    const session = await library.open(await library.create(source, ''));
    if (!session) throw new Error('not there');
    await session.whenSettled();
    return session;
  };

  it('what a comment of the text allows is no finding of the other views', () => {
    const views = derive(odx, newSnapshot({ notation: 'text', source: readRepository('examples/late_leader.odx') })).views;
    expect(views.text.findings).toEqual([]);
    expect(views.graph.findings.filter(({ level }) => level !== 'note')).toEqual([]);
    const odd = derive(odx, newSnapshot({ notation: 'text', source: text().replace('let tight', 'let odd = up.spread > 9c\nlet tight') })).views;
    expect(odd.graph.findings.filter(({ level }) => level === 'warning').map(({ graph }) => graph?.nodes)).toEqual([['odd', 'odd.left']]);
  });

  it('shows the original form in all views, and gives it back', () => {
    const form = readRepository('tests/golden/views/form_original.json');
    const { views, ok, title } = derive(odx, newSnapshot({ notation: 'form', source: form }));
    expect([ok, title, views.text.standing, views.graph.standing]).toEqual([true, 'Imported form', 'live', 'live']);
    const back = derive(odx, newSnapshot({ notation: 'graph', source: views.graph.source ?? '' }));
    expect(JSON.parse(back.views.form.source ?? '')).toEqual(JSON.parse(form));
  });

  it('keeps the last good views behind a broken text', async () => {
    const session = await opened(newLibrary());
    const graph = session.getState().derived?.views.graph.source;
    session.edit('text', text().replace('abs_move', 'abs_mov'), { label: 'Edit' });
    await session.whenSettled();
    const { derived } = session.getState();
    expect(derived?.views.text.standing).toBe('broken');
    expect(derived?.views.text.findings.length).toBeGreaterThan(0);
    expect([derived?.views.graph.standing, derived?.views.graph.source]).toEqual(['stale', graph]);
  });

  it('keeps a broken text as a draft when the graph is edited', async () => {
    const session = await opened(newLibrary());
    const graph = session.getState().derived?.views.graph.source ?? '';
    session.edit('text', 'odx 1\nwhen', { label: 'Edit' });
    await session.whenSettled();
    session.edit('graph', graph.replace('"Late mover"', '"Later mover"'), { label: 'Rename' });
    await session.whenSettled();
    expect(session.getState().title).toBe('Later mover');
    expect(session.getState().snapshot.drafts).toEqual([{ notation: 'text', source: 'odx 1\nwhen' }]);
    session.takeDraft({ notation: 'text', source: 'odx 1\nwhen' }, 'Draft');
    await session.whenSettled();
    expect(session.getState().snapshot.master.source).toBe('odx 1\nwhen');
    session.undo();
    session.undo();
    session.undo();
    await session.whenSettled();
    expect(session.getState().snapshot.master.source).toBe(text());
    expect(session.getState().undoLabel).toBeNull();
  });

  /** A compiler that answers when it is told to. */
  const slowLibrary = () => {
    let answers: (() => void)[] = [];
    const library = new Library({
      derive: (snapshot) => new Promise((resolve) => answers.push(() => resolve(derive(odx, snapshot)))),
      store: new BrowserStore(() => new IDBFactory()), nowMs: () => (clock += 10_000), newId: () => `id${++serial}`, newLater: () => () => undefined, ...alone,
    });
    const answer = () => {
      for (const each of answers) each();
      answers = [];
    };
    return { library, answer };
  };
  const openedSlowly = async () => {
    const { library, answer } = slowLibrary();
    const session = await library.open(await library.create({ notation: 'text', source: text() }, ''));
    if (!session) throw new Error('not there');
    answer();
    await session.whenSettled();
    return { session, answer };
  };
  const renamed = (source: string) => source.replace('"Late mover"', '"Later mover"');

  it('an edit of a view while another is settling loses nothing of what was typed there', async () => {
    const { session, answer } = await openedSlowly();
    session.edit('text', text().replace('up.spread < 5c', 'up.spread < 7c'), { label: 'Typing' });
    const first = session.amend('graph', renamed, { label: 'Rename' });
    const second = session.amend('graph', (source) => source.replace('Later', 'Latest'), { label: 'Rename' });
    answer();
    expect(await Promise.all([first, second])).toEqual([true, true]);
    answer();
    await session.whenSettled();
    const { derived, snapshot } = session.getState();
    expect(derived?.views.text.source).toMatch(/strategy "Latest mover"[^]*up\.spread < 7c/);
    expect([snapshot.drafts, session.getState().undoLabel]).toEqual([[], 'Rename']);
  });

  it('an edit of a view whose master does not compile any more is refused', async () => {
    const { session, answer } = await openedSlowly();
    session.edit('text', 'odx 1\nwhen', { label: 'Typing' });
    const refused = session.amend('graph', renamed, { label: 'Rename' });
    answer();
    expect(await refused).toBe(false);
    expect(session.getState().snapshot.master.source).toBe('odx 1\nwhen');
  });

  it('an edit of the master, or of a view that is settled, is there at once', async () => {
    const session = await opened(newLibrary());
    void session.amend('text', renamed, { label: 'Rename' });
    void session.amend('text', (source) => `${source}# mine\n`, { label: 'Edit' });
    expect(session.getState().snapshot.master.source).toBe(`${renamed(text())}# mine\n`);
    await session.whenSettled();
    void session.amend('graph', (source) => source.replace('Later', 'Latest'), { label: 'Rename' });
    expect(session.getState().snapshot.master).toMatchObject({ notation: 'graph' });
  });

  it('views that say the same stay the same objects', async () => {
    const session = await opened(newLibrary());
    const before = session.getState().derived?.views;
    session.edit('text', text().replace('the smallest whole strategy.', 'whole.'), { label: 'Edit' });
    await session.whenSettled();
    session.edit('text', text(), { label: 'Edit' });
    await session.whenSettled();
    const again = session.getState().derived?.views;
    session.edit('text', text().replace('up.spread < 5c', 'up.spread < 7c'), { label: 'Edit' });
    await session.whenSettled();
    const after = session.getState().derived?.views;
    expect(again?.graph.findings).toBe(before?.graph.findings);
    expect(after?.graph).not.toBe(again?.graph);
    expect(after?.graph.source).toMatch(/0\.07|7c/);
    session.undo();
    session.redo();
    await session.whenSettled();
    expect(session.getState().derived?.views.graph).toBe(after?.graph);
  });

  it('what is answered at once is one change; an answer that was on its way is not shown then', async () => {
    const late: (() => void)[] = [];
    let isNear = false;
    const library = new Library({
      derive: (snapshot) => (isNear ? derive(odx, snapshot) : new Promise((resolve) => late.push(() => resolve(derive(odx, snapshot))))),
      store: new BrowserStore(() => new IDBFactory()), nowMs: () => (clock += 10_000), newId: () => `id${++serial}`, newLater: () => () => undefined, ...alone,
    });
    const session = await library.open(await library.create({ notation: 'text', source: text() }, ''));
    if (!session) throw new Error('not there');
    const seen: string[] = [];
    session.subscribe(() => seen.push(`${session.getState().settling} ${session.getState().title}`));
    isNear = true;
    session.edit('text', renamed(text()), { label: 'Rename' });
    expect(seen).toEqual(['false Later mover']);
    expect(session.getState().snapshot.good).toBe(session.getState().snapshot.master);
    for (const answer of late) answer();
    await session.whenSettled();
    await new Promise((resolve) => setTimeout(resolve));
    expect(seen).toEqual(['false Later mover']);
    expect(await session.amend('graph', (source) => source.replace('Later', 'Latest'), { label: 'Rename' })).toBe(true);
    expect(session.getState().title).toBe('Latest mover');
  });

  it('is there again after a reload, with undo and versions', async () => {
    const factory = new IDBFactory();
    const first = newLibrary(factory);
    const session = await opened(first);
    session.edit('text', text().replace('"Late mover"', '"Two"'), { label: 'Edit' });
    await session.whenSettled();
    await session.save('before');
    session.edit('text', text().replace('"Late mover"', '"Three"'), { label: 'Edit' });
    await first.flush();
    const again = await newLibrary(factory).open(session.getState().id);
    await again?.whenSettled();
    expect(again?.getState().title).toBe('Three');
    expect(again?.getState().versions.map(({ number, note, title }) => [number, note, title])).toEqual([[1, 'before', 'Two']]);
    again?.undo();
    await again?.whenSettled();
    expect([again?.getState().title, again?.getState().changed]).toEqual(['Two', false]);
  });

  it('a compiler that dies is asked once more; one that stays dead is said so, and what was typed is kept', async () => {
    let deaths = 0;
    const library = new Library({
      derive: async (snapshot) => {
        if (deaths-- > 0) throw new Error('out of memory');
        return derive(odx, snapshot);
      },
      store: new BrowserStore(() => new IDBFactory()), nowMs: () => ++clock, newId: () => `id${++serial}`, newLater: () => () => undefined, ...alone,
    });
    const session = await opened(library);
    deaths = 1;
    session.edit('text', renamed(text()), { label: 'Rename' });
    await session.whenSettled();
    expect([session.getState().problem, session.getState().title]).toEqual([null, 'Later mover']);
    deaths = 2;
    session.edit('text', text(), { label: 'Rename' });
    await session.whenSettled();
    expect([session.getState().problem, session.getState().settling]).toEqual(['out of memory', false]);
    expect(session.getState().snapshot.master.source).toBe(text());
    expect(await session.amend('graph', renamed, { label: 'Rename' })).toBe(false);
    session.retry();
    await session.whenSettled();
    expect([session.getState().problem, session.getState().title]).toEqual([null, 'Late mover']);
  });

  it('opens a document of a newer version read-only', async () => {
    const source = text().replace('odx 1', 'odx 7');
    const session = await opened(newLibrary(), { notation: 'text', source });
    expect(session.getState().readOnly).toBe(true);
    session.edit('text', text(), { label: 'Edit' });
    expect(session.getState().snapshot.master.source).toBe(source);
  });

  it('goes on in memory where nothing can be stored', async () => {
    const forbidden = new Library({
      derive: async (snapshot) => derive(odx, snapshot),
      store: new BrowserStore(() => { throw new Error('SecurityError'); }),
      nowMs: () => ++clock, newId: () => `id${++serial}`, newLater: () => () => undefined, ...alone,
    });
    const session = await opened(forbidden);
    await session.save();
    expect([session.getState().storage, session.getState().versions.length]).toEqual(['forbidden', 1]);
    expect((await forbidden.list()).length).toBe(1);
  });
});
