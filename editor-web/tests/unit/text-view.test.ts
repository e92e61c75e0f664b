import { diagnosticCount } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { findingsChange, shownFindings } from '@/features/text-view/editor/findings';
import { Turns } from '@/features/text-view/editor/turns';
import { changeBetween } from '@/features/text-view/model/change';
import { lineValues } from '@/features/text-view/model/line-values';
import { markdownBlocks } from '@/features/text-view/model/markdown';
import { codeMirrorSnippet } from '@/features/text-view/model/snippet';
import type { CursorValue } from '@/shared/cursor/cursor';
import { applyByteEdits, Offsets } from '@/shared/lib/offsets';
import type { Finding } from '@/shared/wasm/odx.mjs';

const anyText = fc.string({ unit: 'grapheme', maxLength: 700 });

it('a change is the change', () => {
  fc.assert(fc.property(anyText, anyText, (before, after) => {
    const change = changeBetween(before, after);
    expect(change ? before.slice(0, change.from) + change.insert + before.slice(change.to) : before).toBe(after);
  }));
});

it('offsets: bytes and units agree with the encoder', () => {
  fc.assert(fc.property(anyText, (text) => {
    const offsets = new Offsets(text), bytes = (part: string) => new TextEncoder().encode(part).length;
    let unit = 0;
    for (const character of text) {
      expect(offsets.toBytes(unit)).toBe(bytes(text.slice(0, unit)));
      expect(offsets.toUnits(offsets.toBytes(unit))).toBe(unit);
      unit += character.length;
    }
    expect(offsets.toUnits(1e9)).toBe(text.length);
  }));
  expect(applyByteEdits('é = 1\nü = 2', [{ bytes: [0, 2], insert: 'a' }, { bytes: [7, 9], insert: 'b' }])).toBe('a = 1\nb = 2');
});

it('snippets', () => {
  expect(codeMirrorSnippet('when ${1:up.ask < 50c} {\n  ${0:buy \\$50 of up}\n}')).toBe('when ${1:up.ask < 50c} {\n  ${0:buy $50 of up}\n}');
  expect(codeMirrorSnippet('let ${1:name} = $0')).toBe('let ${1:name} = ${}');
});

it('markdown', () => {
  expect(markdownBlocks('```odx\na\n```\n\none `b`\n\ntwo')).toEqual([{ kind: 'code', text: 'a' }, { kind: 'text', text: 'one `b`' }, { kind: 'text', text: 'two' }]);
});

it('values stand behind the line where their place ends, the widest first', () => {
  const text = 'let a = 1\nwhen b {\n}', value = (label: string, bytes: [number, number] | null): [string, CursorValue] => [label, { truth: null, text: label, bytes }];
  const values = new Map([value('x', [4, 5]), value('y', [4, 9]), value('z', [15, 16]), value('w', null)]);
  expect(lineValues(text, new Offsets(text), values).map(({ at, value: { text: shown } }) => [at, shown])).toEqual([[9, 'y'], [9, 'x'], [18, 'z']]);
});

it('what the page asks of the editor while it is told of a change is done behind that change, whatever happens', () => {
  const turns = new Turns(), done: string[] = [];
  turns.behind(() => done.push('at once'));
  turns.take(() => {
    turns.behind(() => done.push('asked'));
    done.push('told');
  }, () => done.push('shown'));
  expect(done).toEqual(['at once', 'told', 'shown', 'asked']);
  expect(() => turns.take(() => { throw new Error('the page'); }, () => done.push('shown all the same'))).toThrow('the page');
  turns.behind(() => done.push('at once again'));
  expect(done.slice(4)).toEqual(['shown all the same', 'at once again']);
});

it('findings are shown once in a text, again in another one, and taken away', () => {
  const finding = { code: 'ODX1', level: 'warning', title: 'a', label: '', facts: [], fixes: [], span: { bytes: [0, 1] } } as unknown as Finding;
  const findings = [finding], none: readonly Finding[] = [];
  let state = EditorState.create({ doc: 'abc', extensions: [shownFindings] });
  const show = (found: readonly Finding[]): boolean => {
    const change = findingsChange(state, found);
    if (change) state = state.update(change).state;
    return change !== null;
  };
  expect([show(none), show(findings), show(findings), diagnosticCount(state)]).toEqual([false, true, false, 1]);
  state = state.update({ changes: { from: 0, insert: 'x' } }).state;
  expect([show(findings), show(findings), show(none), show(none), diagnosticCount(state)]).toEqual([true, false, true, false, 0]);
});
