import { useEffect } from 'react';

import { matchesKeys } from '../lib/keys';
import { commandCell } from './commands';

/** Runs the command whose keys are pressed; mounted once, by the app. */
export function useShortcuts(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const command = commandCell.get().find(({ keys, disabled }) => keys !== undefined && !disabled && matchesKeys(event, keys));
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
