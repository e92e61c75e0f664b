// walk.ts — random edits of a document in all views, undo, redo, drafts, saves, reloads, beside a shadow that
// keeps its own books. In: a seed and a number of steps. Out: counts. Throws at the first disagreement.
import { IDBFactory } from 'fake-indexeddb';

import { BrowserStore, derive, Library, request } from '@/shared/document';
import type { Derived, DocumentSession, Notation, Source } from '@/shared/document';
import type { Odx } from '@/shared/wasm/odx.mjs';

import { alone } from './alone';

const NOTATIONS: readonly Notation[] = ['form', 'graph', 'text'];
const STORED = 100, LIMIT = 400;

interface Shadow { readonly master: Source; readonly drafts: readonly string[] }

/** A generator of numbers below n; the same seed gives the same walk. */
export function dice(seed: number): (n: number) => number {
  let state = seed * 2 + 1;
  return (n) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % n;
  };
}

function mutatedText(text: string, below: (n: number) => number): string {
  const at = below(text.length + 1), lines = text.split('\n'), line = below(lines.length);
  const kinds = [
    () => text.replace(/\d+(?=%|c\b)/g, (digits) => (below(3) ? digits : String(1 + below(60)))),
    () => text.replace(/\$\d+/, `$${1 + below(300)}`),
    () => lines.filter((_, index) => index !== line).join('\n'),
    () => [...lines.slice(0, line), `# note ${below(1000)}`, ...lines.slice(line)].join('\n'),
    () => text.slice(0, at) + text.slice(at + 1 + below(4)),
    () => text.slice(0, at) + ['é', '}', '"', ' ', '5s', '\n'][below(6)] + text.slice(at),
    () => text.replace(/strategy "[^"]*"/, `strategy "S${below(1000)}"`),
    () => text.replace(/\nlayout \{[\s\S]*$/, ''),
  ];
  return (kinds[below(kinds.length)] ?? kinds[0])?.() ?? text;
}

interface Json { [key: string]: unknown }
type Node = Json & { id: string; position?: { x: number; y: number }; data?: Json };

function mutatedGraph(text: string, below: (n: number) => number): string {
  let root: { nodes: Node[]; edges: Json[] };
  try {
    root = JSON.parse(text) as typeof root;
  } catch {
    return `${text} `;
  }
  const node = root.nodes[below(root.nodes.length || 1)];
  if (!node) return `${text} `;
  const kinds = [
    () => { node.position = { x: below(900), y: below(900) }; },
    () => { if (typeof node.data?.value === 'number') node.data.value = below(50) / 100; },
    () => { node['x-colour'] = `c${below(9)}`; },
    () => { root.edges = root.edges.filter((_, index) => index !== below(root.edges.length)); },
    () => { root.nodes = root.nodes.filter((other) => other !== node); },
    () => { node.data = { ...node.data, operator: ['<', '>', 'AND', 'OR', '?'][below(5)] }; },
  ];
  kinds[below(kinds.length)]?.();
  return JSON.stringify(root, null, 2);
}

function mutatedForm(text: string, below: (n: number) => number): string {
  const kinds = [
    () => text.replace(/("(?:value|size_usdc|stoploss_pct)": )\d+(\.\d+)?/, `$1${1 + below(90)}`),
    () => text.replace(/"operator": "[<>]=?"/, `"operator": "${['<', '>', '<=', '=?'][below(4)]}"`),
    () => text.replace(/"(AND|OR)"/, below(2) ? '"OR"' : '"AND"'),
    () => text.slice(0, below(text.length + 1)),
  ];
  return (kinds[below(kinds.length)] ?? kinds[0])?.() ?? text;
}

const mutate = { text: mutatedText, graph: mutatedGraph, form: mutatedForm };

function fail(step: number, what: string): never {
  throw new Error(`step ${step}: ${what}`);
}

/** The text of a live view in the one style, but for the layout, which means nothing. */
function styled(odx: Odx, { notation, source }: Source, step: number): string {
  const document = request({ notation, source }, {});
  const text = notation === 'text' ? odx.format(document).text : odx.convert({ ...document, to: 'text' }).text;
  return (text ?? fail(step, `${notation} is live and says nothing`)).replace(/\n+layout \{\n[^]*?\n\}\n/, '\n').replace(/\n+/g, '\n');
}

/** All live views say the same: the same text; or, where one thing has two spellings, the same instructions. */
function checkAgreement(odx: Odx, derived: Derived, step: number): void {
  const live = NOTATIONS.filter((notation) => derived.views[notation].standing === 'live');
  const sources = live.map((notation): Source => ({ notation, source: derived.views[notation].source ?? '' }));
  const texts = sources.map((source) => styled(odx, source, step));
  if (new Set(texts).size === 1) return;
  const meanings = sources.map((source) => odx.compile({ ...request(source, {}), stripped: true }).sha256 ?? `${source.notation} does not compile`);
  if (new Set(meanings).size > 1) fail(step, `views disagree:\n${texts.join('\n-----\n')}`);
}

const keyOf = ({ notation, source }: Source) => `${notation}\0${source}`;

export class Walk {
  readonly counts = { edits: 0, broken: 0, undone: 0, drafts: 0, reloads: 0, saves: 0, restored: 0, ok: 0 };
  #past: Shadow[] = [];
  #present: Shadow;
  #future: Shadow[] = [];
  #ok = true;
  #session: DocumentSession | null = null;
  #id = '';
  #clock = 0;
  readonly #factory = new IDBFactory();
  #library: Library;
  #asked = 0;
  readonly #odx: Odx;
  readonly #below: (n: number) => number;

  constructor(odx: Odx, source: Source, below: (n: number) => number) {
    this.#odx = odx;
    this.#below = below;
    this.#present = { master: source, drafts: [] };
    this.#library = this.#newLibrary();
  }

  #newLibrary(): Library {
    return new Library({
      // At once or later, as nearest.ts answers; not drawn by `below`: seeds are to walk as they always did.
      derive: (snapshot) => (++this.#asked % 3 === 0 ? Promise.resolve(derive(this.#odx, snapshot)) : derive(this.#odx, snapshot)), store: new BrowserStore(() => this.#factory),
      nowMs: () => (this.#clock += 1000), newId: () => `id${this.#clock++}`, newLater: () => () => undefined, ...alone,
    });
  }

  async start(): Promise<void> {
    this.#id = await this.#library.create(this.#present.master, '');
    this.#session = await this.#library.open(this.#id);
    await this.#session?.whenSettled();
  }

  async step(number: number): Promise<void> {
    const session = this.#session ?? fail(number, 'no session');
    const kind = this.#below(20);
    if (kind < 12) this.#edit(session);
    else if (kind < 15) this.#undo(session);
    else if (kind < 17) this.#redo(session);
    else if (kind === 17) this.#draft(session);
    else if (kind === 18) await this.#version(session);
    else if (this.#below(3) === 0) await this.#reload();
    await this.#check(number);
  }

  #move(next: Shadow): void {
    this.#past = [...this.#past, this.#present].slice(-LIMIT);
    this.#present = next;
    this.#future = [];
  }

  #edit(session: DocumentSession): void {
    const notation = NOTATIONS[this.#below(3)] ?? 'text';
    const { master } = this.#present;
    const shown = master.notation === notation ? master.source : session.getState().derived?.views[notation].source;
    if (shown === null || shown === undefined) return;
    const source = mutate[notation](shown, this.#below);
    if (session.getState().readOnly || (master.notation === notation && source === master.source)) return;
    const leaves = master.notation !== notation && !this.#ok && !this.#present.drafts.includes(keyOf(master));
    this.#move({ master: { notation, source }, drafts: leaves ? [...this.#present.drafts, keyOf(master)] : this.#present.drafts });
    session.edit(notation, source, { label: notation });
    this.counts.edits++;
  }

  #undo(session: DocumentSession): void {
    const last = this.#past.at(-1);
    session.undo();
    if (!last) return;
    this.#future = [this.#present, ...this.#future];
    this.#present = last;
    this.#past = this.#past.slice(0, -1);
    this.counts.undone++;
  }

  #redo(session: DocumentSession): void {
    const next = this.#future[0];
    session.redo();
    if (!next) return;
    this.#past = [...this.#past, this.#present];
    this.#present = next;
    this.#future = this.#future.slice(1);
  }

  #draft(session: DocumentSession): void {
    const { snapshot, readOnly } = session.getState();
    const draft = snapshot.drafts[this.#below(snapshot.drafts.length || 1)];
    if (!draft || readOnly) return;
    const rest = this.#present.drafts.filter((key) => key !== keyOf(draft)), own = keyOf(this.#present.master);
    if (this.#below(4) === 0) {
      this.#move({ ...this.#present, drafts: rest });
      session.dropDraft(draft, 'drop');
    } else {
      this.#move({ master: draft, drafts: this.#ok || rest.includes(own) ? rest : [...rest, own] });
      session.takeDraft(draft, 'take');
    }
    this.counts.drafts++;
  }

  async #version(session: DocumentSession): Promise<void> {
    const { versions, snapshot, readOnly } = session.getState();
    if (versions.length > 20 || (versions.length && this.#below(2))) {
      const version = versions[this.#below(versions.length)];
      if (!version || readOnly) return;
      const next = { master: version.snapshot.master, drafts: version.snapshot.drafts.map(keyOf) };
      const same = keyOf(next.master) === keyOf(snapshot.master) && next.drafts.join() === snapshot.drafts.map(keyOf).join();
      if (!same) this.#move(next);
      session.restore(version, 'restore');
      this.counts.restored++;
    } else {
      await session.save();
      this.counts.saves++;
    }
  }

  async #reload(): Promise<void> {
    const versions = this.#session?.getState().versions.map(({ id }) => id);
    await this.#library.flush();
    this.#library = this.#newLibrary();
    this.#session = await this.#library.open(this.#id);
    this.#past = this.#past.slice(-STORED);
    this.#future = this.#future.slice(0, STORED);
    if (String(this.#session?.getState().versions.map(({ id }) => id)) !== String(versions)) throw new Error('versions were lost');
    this.counts.reloads++;
  }

  async #check(step: number): Promise<void> {
    const session = this.#session ?? fail(step, 'the document is gone');
    await session.whenSettled();
    const { snapshot, derived, undoLabel, redoLabel, settling } = session.getState();
    if (!derived || settling) fail(step, 'not settled');
    if (keyOf(snapshot.master) !== keyOf(this.#present.master)) fail(step, `another master:\n${keyOf(snapshot.master)}\n-----\n${keyOf(this.#present.master)}`);
    if (snapshot.drafts.map(keyOf).join() !== this.#present.drafts.join()) fail(step, 'other drafts');
    if ((undoLabel === null) !== (this.#past.length === 0)) fail(step, `undo: ${undoLabel}, ${this.#past.length} steps`);
    if ((redoLabel === null) !== (this.#future.length === 0)) fail(step, `redo: ${redoLabel}, ${this.#future.length} steps`);
    if (derived.views[snapshot.master.notation].source !== snapshot.master.source) fail(step, 'the master is not shown as it is');
    this.#ok = derived.ok;
    if (derived.ok) {
      this.counts.ok++;
      checkAgreement(this.#odx, derived, step);
    } else {
      this.counts.broken++;
      const good = snapshot.good && derive(this.#odx, { ...snapshot, master: snapshot.good });
      for (const notation of NOTATIONS)
        if (notation !== snapshot.master.notation && good && derived.views[notation].source !== good.views[notation].source) fail(step, `${notation} is not the last good one`);
    }
  }
}
