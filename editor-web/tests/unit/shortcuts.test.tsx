// @vitest-environment happy-dom
// Undo by keys: of what is typed in a field, and of the document where nothing is typed that it has not got.
import { act } from 'react';
import { afterEach, expect, it } from 'vitest';

import { LiteralField } from '@/features/form-view/components/literal-field';
import { ValueInput } from '@/features/graph-view/components/value-input';
import { commandCell } from '@/shared/commands/commands';
import { useShortcuts } from '@/shared/commands/use-shortcuts';

import { drawn } from '../harness/drawn';
import type { Drawn } from '../harness/drawn';

let shown: Drawn | null = null;
afterEach(async () => {
  await shown?.remove();
  commandCell.set([]);
});

const command = (id: string, keys: string, isOfFields: boolean, run: () => void) => ({ id, title: id, group: '', keys, isOfFields, run });
const typed = (field: HTMLInputElement, value: string) => act(async () => {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
});

function Page() {
  useShortcuts();
  const common = { label: 'a', value: '8c', disabled: false };
  return <><LiteralField {...common} onCommit={(now) => now !== 'no'} /><ValueInput {...common} onCommit={() => undefined} /><input type="search" /><input type="range" /><i /></>;
}

it('what is typed in a field and not taken yet is undone there; else the document is', async () => {
  let done: string[] = [];
  commandCell.set([command('undo', 'Mod+Z', true, () => done.push('undo')), command('save', 'Mod+S', false, () => done.push('save'))]);
  shown = await drawn(<Page />);
  const [literal, value, search, range] = [...shown.host.querySelectorAll('input')] as [HTMLInputElement, HTMLInputElement, HTMLInputElement, HTMLInputElement], other = shown.host.querySelector('i') as Element;
  const press = async (at: Element, key: string) => {
    const event = new KeyboardEvent('keydown', { key, ctrlKey: true, bubbles: true, cancelable: true });
    done = [];
    await act(async () => at.dispatchEvent(event));
    return [...done, event.defaultPrevented];
  };
  const [document, field] = [['undo', true], [false]];
  for (const at of [literal, value, range, other]) expect(await press(at, 'z')).toEqual(document);
  expect(await press(search, 'z')).toEqual(field);
  for (const at of [literal, value]) {
    await typed(at, 'no');
    expect([await press(at, 'z'), await press(at, 's')]).toEqual([field, ['save', true]]);
    await act(async () => at.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })));
  }
  expect([await press(literal, 'z'), await press(value, 'z')], 'what was refused is still typed, what was taken is not').toEqual([field, document]);
});
