// @vitest-environment happy-dom
// Nodes on the clipboard: which are pasted without a key, and when a copy is one of text.
import { afterEach, expect, it } from 'vitest';

import { clipAtHand, copied, isOfText } from '@/features/graph-view/model/clipboard';
import type { Graph } from '@/shared/graph';

afterEach(() => document.body.replaceChildren());

const node = { id: 'a', type: 'param', data: { name: 'a', value: '1' }, position: null, json: {} };
const clip = copied({ root: {}, nodes: [node], edges: [] } as unknown as Graph, new Set(['a']));

it.each<[string, string, () => Promise<string>, string | null]>([
  ['nodes of another tab', 'own', async () => clip, clip], ['text', 'own', async () => 'hello', 'own'], ['a browser that refuses', 'own', () => Promise.reject(new Error('no')), 'own'],
  ['a browser that refuses, with none of its own', '', () => Promise.reject(new Error('no')), null], ['an empty clipboard', '', async () => '', ''],
])('%s', async (_, own, read, found) => expect(await clipAtHand(own, read)).toBe(found));

it('text that is selected elsewhere on the page is not what is copied here', () => {
  document.body.innerHTML = '<p>elsewhere</p><div><b>inside</b><input><i tabindex="0"></i></div>';
  const [view, field, own] = ['div', 'input', 'i'].map((name) => document.querySelector(name) as Element) as [Element, Element, Element];
  const select = (name: string) => getSelection()?.selectAllChildren(document.querySelector(name) as Element);
  expect([isOfText(own, view), isOfText(field, view)]).toEqual([false, true]);
  select('p');
  expect(isOfText(own, view)).toBe(false);
  select('b');
  expect(isOfText(own, view)).toBe(true);
});
