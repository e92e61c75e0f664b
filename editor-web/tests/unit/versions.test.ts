// What changed between versions: items by name, meaning by the compiler.
import { beforeAll, describe, expect, it } from 'vitest';

import { compare } from '@/features/versions/model/compare';
import type { CompareCalls } from '@/features/versions/model/compare';
import { differences, itemsOf } from '@/features/versions/model/diff';
import { newSnapshot } from '@/shared/document';
import { compilerCalls } from '@/shared/wasm/compiler-calls';

import { hasWasm, loadCompiler, readRepository } from '../harness/wasm';

const text = readRepository('examples/late_mover.odx');

it('items', () => {
  expect(itemsOf(text).map(({ key }) => key)).toEqual([
    'strategy', 'market btc', 'param min_move', 'param stake', 'let early', 'let tight', 'rule 1', 'risk: stop loss', 'risk: take profit',
    'risk: max position', 'risk: max trades', 'test "one clean entry, then the stop"', 'test "waits for a tight spread"',
  ]);
});

it.each([
  [text, []],
  [text.replace('= 3% ', '= 4% '), [['param min_move', 'changed']]],
  [text.replace(/let tight.*\n/, ''), [['let tight', 'removed']]],
  [text.replace('stop loss     30%', 'stop loss     20%').replace('risk {', 'risk {\n  max loss      $50 per day'), [['risk: stop loss', 'changed'], ['risk: max loss', 'added']]],
  [`${text}\n## Another.\nwhen abs_move > 9% {\n  close up\n}\n`, [['rule: Another.', 'added']]],
])('differences %#', (after, want) => {
  expect(differences(text, after).map(({ what, before, after: now }) => [what, before === null ? 'added' : now === null ? 'removed' : 'changed'])).toEqual(want);
});

describe.skipIf(!hasWasm)('with the compiler', () => {
  let calls: CompareCalls;
  beforeAll(async () => {
    const odx = compilerCalls(await loadCompiler());
    calls = { derive: async (snapshot) => odx.derive(snapshot), format: async (document) => odx.format(document), compile: async (document) => odx.compile(document) };
  });
  it.each([
    ['comments and spacing mean nothing', text.replace('## Buys', '## Takes').replace('= 3%   in', '= 3% in'), 'same'],
    ['another name of a value means nothing', text.replaceAll('tight', 'narrow'), 'same'],
    ['a number does', text.replace('= 3% ', '= 4% '), 'different'],
    ['what does not compile cannot be compared', text.replace('abs_move', 'abs_mov'), 'unknown'],
  ])('%s', async (_name, after, meaning) => {
    const snapshot = (source: string) => newSnapshot({ notation: 'text', source });
    expect((await compare(calls, snapshot(text), snapshot(after))).meaning).toBe(meaning);
  });
  it('a form and its text mean the same', async () => {
    const form = newSnapshot({ notation: 'form', source: readRepository('tests/golden/views/form_original.json') });
    const own = newSnapshot({ notation: 'text', source: readRepository('tests/golden/views/form_original.odx') });
    expect((await compare(calls, form, own)).meaning).toBe('same');
  });
});
