// commands.ts — what can be done on this page: one table for the palette (Mod+K), the shortcuts and the help.
//
// In: `useCommands([...])` of whatever is on screen. Out: the list, in order of registration. Promise: a command
// is there exactly as long as the component that offers it.
import { useEffect } from 'react';

import { Cell } from '../lib/cell';

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
