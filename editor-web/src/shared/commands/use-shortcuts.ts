import { useEffect } from 'react';

import { commandCell, pressedCommand } from './commands';

/** Runs the command whose keys are pressed; mounted once, by the app. */
export function useShortcuts(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const command = pressedCommand(event, commandCell.get());
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
