// offsets.ts — places in a text, from bytes of UTF-8 (findings) to UTF-16 units (strings, editors) and back.
//
// Promise: any number has an answer inside the text; the middle of a character is its beginning.

export class Offsets {
  /** Byte offset of every 256th unit: a search starts near its end. */
  readonly #marks: number[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    let bytes = 0;
    for (let unit = 0; unit < text.length; unit++) {
      if (unit % 256 === 0) this.#marks.push(bytes);
      bytes += width(text, unit);
    }
  }

  toUnits(byte: number): number {
    let mark = 0;
    for (let high = this.#marks.length; mark + 1 < high;) {
      const middle = (mark + high) >> 1;
      if ((this.#marks[middle] ?? 0) <= byte) mark = middle;
      else high = middle;
    }
    let unit = mark * 256, at = this.#marks[mark] ?? 0;
    while (unit < this.#text.length) {
      at += width(this.#text, unit);
      if (at > byte) break;
      unit++;
    }
    return isSecondHalf(this.#text, unit) ? unit - 1 : unit;
  }

  toBytes(unit: number): number {
    const end = Math.max(0, Math.min(unit, this.#text.length));
    let at = this.#marks[end >> 8] ?? 0;
    const from = this.#marks[end >> 8] === undefined ? 0 : (end >> 8) * 256;
    for (let each = from; each < end; each++) at += width(this.#text, each);
    return at;
  }
}

function isSecondHalf(text: string, unit: number): boolean {
  const code = text.charCodeAt(unit);
  return unit > 0 && code >= 0xdc00 && code < 0xe000;
}

/** Bytes of a unit; a pair of surrogates has two units of two bytes. */
function width(text: string, unit: number): number {
  const code = text.charCodeAt(unit);
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code >= 0xd800 && code < 0xe000 ? 2 : 3;
}

export interface ByteEdit { readonly bytes: readonly [number, number]; readonly insert: string }

/** The text after edits whose places are bytes of it; they do not overlap. */
export function applyByteEdits(text: string, edits: readonly ByteEdit[]): string {
  const offsets = new Offsets(text);
  let result = text;
  for (const { bytes: [begin, end], insert } of [...edits].sort((a, b) => b.bytes[0] - a.bytes[0]))
    result = result.slice(0, offsets.toUnits(begin)) + insert + result.slice(offsets.toUnits(end));
  return result;
}
