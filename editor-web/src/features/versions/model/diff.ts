// diff.ts — what changed between two versions of a strategy, item by item.
//
// In: two texts in the compiler's one style. Out: rules, limits, params and the rest, removed, added or changed.
// Layout has no meaning and is left out; whether the meaning is the same is the compiler's word (same-meaning.ts).

export interface Item {
  /** What it is, the same in both versions: `param stake`, `rule 2`, `stop loss`. */
  readonly key: string;
  readonly text: string;
}

export interface Difference {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

const NAMED = /^(param|let|state|market|leader|account|feed|def|show|use|always)\s+("[^"]*"|[\w./]+)/;

interface Block { readonly comment: string[]; readonly lines: string[] }

/** Items of the file: a line that is not indented begins one, comments above belong to it. */
function blocks(text: string): Block[] {
  const found: Block[] = [];
  let comment: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    if (line.startsWith('#')) comment.push(line);
    else if (/^[\s})\]]/.test(line)) found.at(-1)?.lines.push(line);
    else {
      found.push({ comment, lines: [line] });
      comment = [];
    }
  }
  return found;
}

/** Lines of `risk { ... }`, each a limit by its words. */
function limits(lines: readonly string[]): Item[] {
  return lines.slice(1).map((line) => line.trim()).filter((line) => line && line !== '}').map((line) => ({
    key: `risk: ${/^[a-z ]+?(?=\s+(?:[$\d(]|when\b)|\s{2})/.exec(line)?.[0] ?? line}`, text: line.replace(/\s+/g, ' '),
  }));
}

function itemOf({ comment, lines }: Block, ordinal: () => number): Item[] {
  const head = lines[0] ?? '', text = [...comment, ...lines].join('\n');
  const named = NAMED.exec(head);
  if (/^layout\b|^odx\b/.test(head)) return [];
  if (/^risk\b/.test(head)) return limits(lines);
  if (named) return [{ key: `${named[1]} ${named[2]}`, text }];
  const title = /^(strategy|module|test)\b\s*("(?:[^"\\]|\\.)*")?/.exec(head);
  if (title) return [{ key: title[1] === 'test' ? `test ${title[2] ?? ''}` : (title[1] ?? ''), text }];
  const label = comment.find((line) => line.startsWith('## '));
  return [{ key: label ? `rule: ${label.slice(3)}` : `rule ${ordinal()}`, text }];
}

export function itemsOf(text: string): Item[] {
  let rules = 0;
  return blocks(text).flatMap((block) => itemOf(block, () => ++rules));
}

/** Removed and changed in the order of `before`, then what is new in the order of `after`. */
export function differences(before: string, after: string): Difference[] {
  const then = itemsOf(before), now = itemsOf(after);
  const rest = new Map(now.map((item) => [item.key, item.text]));
  const found: Difference[] = [];
  for (const { key, text } of then) {
    const next = rest.get(key);
    if (next === undefined) found.push({ what: key, before: text, after: null });
    else if (next !== text) found.push({ what: key, before: text, after: next });
    rest.delete(key);
  }
  for (const { key, text } of now) if (rest.has(key)) found.push({ what: key, before: null, after: text });
  return found;
}
