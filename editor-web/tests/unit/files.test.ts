// Files that are dropped: packed ones, folders, what is a recording.
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { tapeOf, tapeProblem } from '@/shared/data/tapes';
import { dropped, MOST_FILES } from '@/shared/files/dropped';
import { takenFiles } from '@/shared/files/taken';
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
    const long = Uint8Array.from({ length: 200_003 }, (_, at) => at % 251), id = tapeOf([{ name: 'a.csv', bytes: long }]).id;
    for (const at of [0, 1, 2, 77_777, 200_002]) expect(tapeOf([{ name: 'a.csv', bytes: long.map((byte, i) => (i === at ? byte + 1 : byte)) }]).id, `byte ${at}`).not.toBe(id);
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
  expect(found.map((each) => [each.name, 'isInFolder' in each && each.isInFolder])).toEqual([
    ['polymarket/btc-5m/1.tape', true], ['polymarket/btc-5m/2.tape', true], ['polymarket/btc-5m/slots.csv', true], ['imports.jsonl', true], ['alone.csv', false],
  ]);
  expect(await dropped(null)).toEqual([]);
});

const refused = (_: unknown, refuse: (error: Error) => void) => refuse(new Error('NotReadableError'));
const transferOf = (...entries: object[]) => ({ items: entries.map((each) => item({ entry: each })) }) as unknown as DataTransfer;

it('what cannot be read is a problem of its own name, not of all', async () => {
  const shut = { name: 'shut', isFile: false, isDirectory: true, createReader: () => ({ readEntries: refused }) };
  const tapes = folder('tapes', [entry('1.tape'), { ...entry('gone.tape'), file: refused }, shut, entry('2.tape')]);
  const found = await dropped(transferOf(tapes, shut));
  expect(found.map((each) => [each.name, 'problem' in each ? each.problem : 'read'])).toEqual([
    ['1.tape', 'read'], ['gone.tape', 'unreadable'], ['shut', 'unreadable'], ['2.tape', 'read'], ['shut', 'unreadable'],
  ]);
});

it('of a folder with too many files it is said that the rest was left out', async () => {
  const found = await dropped(transferOf(folder('year', [folder('day', Array.from({ length: MOST_FILES + 1 }, (_, i) => entry(`${i}.tape`)))])));
  expect([found.length, found.at(-1)]).toEqual([MOST_FILES + 1, { name: 'year', problem: 'too-many' }]);
  const exact = await dropped(transferOf(folder('year', Array.from({ length: MOST_FILES }, (_, i) => entry(`${i}.tape`)))));
  expect(exact.filter((each) => 'problem' in each)).toEqual([]);
});

describe('what files are', () => {
  const file = (name: string, text: string, isInFolder = false) => ({ name, file: new File([text], name), isInFolder });
  it('strategies, recordings, and what is wrong with the rest', async () => {
    const broken = { ...file('broken.csv', ''), file: { size: 1, arrayBuffer: () => Promise.reject(new Error('gone')) } as unknown as File };
    const { strategies, recordings, problems } = await takenFiles([file('a.odx', 'odx 1\n'), file('t.csv', 'a,b\n1,2\n'), file('notes.txt', 'hello', true), file('odd.txt', 'hello'), broken, { ...broken, isInFolder: true }, { name: 'year', problem: 'too-many' }]);
    expect([strategies.map(({ name }) => name), recordings.map(({ name }) => name)]).toEqual([['a.odx'], ['t.csv']]);
    expect(problems.map(({ name, problem }) => [name, problem])).toEqual([['odd.txt', 'not-a-strategy'], ['broken.csv', 'unreadable'], ['broken.csv', 'unreadable'], ['year', 'too-many']]);
  });
  it('a recording that is too large together with others is left out, and those that fit are not', async () => {
    const rows = (count: number) => `a,b\n${'1,2\n'.repeat(count - 1)}`;
    const { recordings, problems } = await takenFiles([file('1.csv', rows(10)), file('2.csv', rows(20)), file('3.csv', rows(10))], 80);
    expect([recordings.map(({ name }) => name), problems]).toEqual([['1.csv', '3.csv'], [{ name: '2.csv', problem: 'too-large-together' }]]);
  });
});
