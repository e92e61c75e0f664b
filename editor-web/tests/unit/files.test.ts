// Files that are dropped: packed ones, folders, what is a recording.
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { tapeOf, tapeProblem } from '@/shared/data/tapes';
import { dropped } from '@/shared/files/dropped';
import { unpacked } from '@/shared/files/unpacked';

const bytes = (text: string) => new TextEncoder().encode(text);
const packed = (size: number) => new Uint8Array(gzipSync(new Uint8Array(size)));

describe('packed files', () => {
  it('are unpacked up to a limit', async () => {
    expect(await unpacked(packed(1000), 1000)).toEqual(new Uint8Array(1000));
    expect(await unpacked(packed(1 << 24), 1 << 20)).toBe('tape-too-large');
    expect(await unpacked(packed(1000).subarray(0, 20), 1000)).toBe('damaged');
    expect(await unpacked(bytes('odx 1\n'), 2)).toEqual(bytes('odx 1\n'));
  });
});

describe('recordings', () => {
  it.each([
    ['a,b\n1,2\n', null], ['\uFEFF"a","b"\r\n', null], ['ODXTAPE\n', null], ['', 'empty'], ['hello\n', 'not-a-tape'], ['{"a":1,"b":2}\n', 'not-a-tape'],
  ])('%j', (text, problem) => expect(tapeProblem(bytes(text))).toBe(problem));
  it('of several files are one, and another when one of them is', () => {
    const [a, b] = [{ name: 'a.csv', bytes: bytes('a,b\n') }, { name: 'b.csv', bytes: bytes('a,c\n') }];
    expect([tapeOf([a]).name, tapeOf([a, b]).name, tapeOf([a, b]).files.length]).toEqual(['a.csv', 'a.csv + 1', 2]);
    expect(tapeOf([a, b]).id).not.toBe(tapeOf([a, { ...b, bytes: bytes('a,d\n') }]).id);
  });
});

/** As browsers give the files of a folder: some at a time, then none. */
function folder(name: string, entries: readonly object[]): object {
  return { name, isFile: false, isDirectory: true, createReader: () => {
    const left = [...entries];
    return { readEntries: (answer: (some: readonly object[]) => void) => answer(left.splice(0, 2)) };
  } };
}
const entry = (name: string) => ({ name, isFile: true, isDirectory: false, file: (answer: (file: File) => void) => answer(new File(['x'], name)) });
const item = (given: { entry?: object; file?: File; kind?: string }) => ({ kind: given.kind ?? 'file', webkitGetAsEntry: () => given.entry ?? null, getAsFile: () => given.file ?? null });

it('a folder is opened, and its files are named below it', async () => {
  const tapes = folder('tapes', [folder('polymarket', [folder('btc-5m', [entry('1.tape'), entry('2.tape'), entry('slots.csv')]), folder('empty', [])]), entry('imports.jsonl')]);
  const transfer = { items: [item({ entry: tapes }), item({ file: new File(['y'], 'alone.csv') }), item({ kind: 'string' })] } as unknown as DataTransfer;
  const found = await dropped(transfer);
  expect(found.map(({ name, isInFolder }) => [name, isInFolder])).toEqual([
    ['polymarket/btc-5m/1.tape', true], ['polymarket/btc-5m/2.tape', true], ['polymarket/btc-5m/slots.csv', true], ['imports.jsonl', true], ['alone.csv', false],
  ]);
  expect(await dropped(null)).toEqual([]);
});
