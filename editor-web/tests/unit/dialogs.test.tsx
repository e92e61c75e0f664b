// @vitest-environment happy-dom
// Dialogs of the page: what is not open costs nothing, and a name that is left as it was is no edit.
import { act } from 'react';
import { afterEach, expect, it } from 'vitest';

import { HelpDialog } from '@/app/help-dialog';
import { RenameDialog } from '@/app/rename-dialog';
import { commandCell } from '@/shared/commands/commands';
import type { DocumentSession } from '@/shared/document';
import { SessionContext } from '@/shared/hooks/use-document';

import { drawn } from '../harness/drawn';
import type { Drawn } from '../harness/drawn';

let shown: Drawn | null = null;
afterEach(() => shown?.remove());

it('help that is closed does not follow the commands; open it has their keys', async () => {
  let reads = 0;
  const command = { id: 'a', title: 'Do it', group: 'Page', run: () => undefined, get keys() { reads++; return 'Mod+E'; } };
  shown = await drawn(<HelpDialog open={false} onClose={() => undefined} />);
  await act(async () => commandCell.set([command]));
  expect(reads).toBe(0);
  await shown.redraw(<HelpDialog open onClose={() => undefined} />);
  expect(shown.host.textContent).toContain('Do it');
});

it('a name with quotes that is left as it was is no edit; another one is', async () => {
  const edits: string[] = [], state = { title: 'The "one"', snapshot: { master: { notation: 'text', source: 'odx 1\nstrategy "The \\"one\\""\n' } } };
  const session = { getState: () => state, subscribe: () => () => undefined, edit: (_notation: string, source: string) => edits.push(source) } as unknown as DocumentSession;
  const dialog = <SessionContext value={session}><RenameDialog open onClose={() => undefined} /></SessionContext>;
  shown = await drawn(dialog);
  const submit = () => act(async () => shown?.host.querySelector('form')?.requestSubmit()), input = shown.host.querySelector('input');
  await submit();
  expect([input?.value, edits]).toEqual(['The "one"', []]);
  await act(async () => {
    if (!input) return;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, 'My "one"');
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await submit();
  expect(edits).toEqual(['odx 1\nstrategy "My \\"one\\""\n']);
});
