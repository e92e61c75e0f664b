// commands.ts — what can be done on this page: one table for the palette (Mod+K), the shortcuts and the help.
//
// In: `useCommands([...])` of whatever is on screen. Out: the list, in order of registration. Promise: a command
// is there exactly as long as the component that offers it.
import { useEffect } from 'react';

import { Cell } from '../lib/cell';
import { matchesKeys } from '../lib/keys';

export interface Command {
  /** `view.text`; unique. */
  readonly id: string;
  readonly title: string;
  /** Heading in the palette: "View", "Document". */
  readonly group: string;
  /** `Mod+S`; lib/keys.ts. */
  readonly keys?: string;
  readonly run: () => void;
  readonly disabled?: boolean;
  /** In a field of text its keys are the field's: what was typed there is undone, not the document. */
  readonly isOfFields?: boolean;
}

/** For a field that shows the document and in which nothing is typed that the document has not got. */
export const UNDO_OF_DOCUMENT = { 'data-undo': 'document' } as const;

const FIELDS = 'textarea, input:not([type=range], [type=checkbox], [type=radio], [type=file])';

/** The command whose keys are pressed, if there is one that is to be run here. */
export function pressedCommand(event: KeyboardEvent, commands: readonly Command[]): Command | undefined {
  const { target } = event, isField = target instanceof Element && target.matches(FIELDS) && !target.matches('[data-undo=document]');
  return commands.find(({ keys, disabled, isOfFields }) => keys !== undefined && !disabled && matchesKeys(event, keys) && !(isOfFields && isField));
}

export const commandCell = new Cell<readonly Command[]>([]);

export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    const ids = new Set(commands.map((command) => command.id));
    commandCell.set([...commandCell.get().filter((command) => !ids.has(command.id)), ...commands]);
    return () => commandCell.set(commandCell.get().filter((command) => !commands.includes(command)));
  }, [commands]);
}

/** Runs a command by its id, if it is there and can be. */
export function runCommand(id: string): void {
  const command = commandCell.get().find((each) => each.id === id);
  if (command && !command.disabled) command.run();
}
