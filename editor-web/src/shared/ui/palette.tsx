// palette.tsx — every command by name (Mod+K): type, arrows, Enter.
import { useId, useState } from 'react';

import { commandCell } from '../commands/commands';
import type { Command } from '../commands/commands';
import { useMessages } from '../i18n';
import { useCell } from '../lib/cell';
import { classNames } from '../lib/class-names';
import { Dialog } from './dialog';
import { Kbd } from './menu';
import { messages } from './messages';

/** Commands whose title or group has all the words that were typed. */
export function foundCommands(commands: readonly Command[], typed: string): Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return commands.filter((command) => {
    const name = `${command.group} ${command.title}`.toLowerCase();
    return !command.disabled && words.every((word) => name.includes(word));
  });
}

export function Palette({ open, title, onClose }: { open: boolean; title: string; onClose: () => void }) {
  return <Dialog open={open} title={title} onClose={onClose}><PaletteList onClose={onClose} /></Dialog>;
}

function PaletteList({ onClose }: { onClose: () => void }) {
  const commands = useCell(commandCell);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const t = useMessages(messages);
  const id = useId();
  const found = foundCommands(commands, typed);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  return (
    <>
      <input role="combobox" aria-label={t('search')} aria-expanded="true" aria-controls={id} aria-activedescendant={found[at] && `${id}-${found[at].id}`} autoFocus value={typed} placeholder={t('search')}
        onChange={(event) => { setTyped(event.target.value); setAt(0); }}
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (by) {
            event.preventDefault();
            setAt((at + by + found.length) % Math.max(1, found.length));
          } else if (event.key === 'Enter') {
            event.preventDefault(); // else it presses what has the focus once the palette is gone
            run(found[at]);
          }
        }}
        className="mb-2 h-9 w-full rounded-md border border-line-strong bg-surface px-3" />
      <ul role="listbox" id={id} aria-label={t('search')} className="max-h-[50vh] overflow-auto">
        {found.map((command, index) => (
          <li key={command.id} id={`${id}-${command.id}`} role="option" aria-selected={index === at} onPointerMove={() => setAt(index)} onClick={() => run(command)}
            className={classNames('flex cursor-pointer items-center gap-2 rounded px-2 py-1.5 text-sm', index === at && 'bg-accent-soft')}>
            <span className="w-24 shrink-0 text-ink-faint">{command.group}</span>
            <span className="flex-1">{command.title}</span>
            {command.keys && <Kbd keys={command.keys} />}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="px-2 py-1 text-sm text-ink-soft">{t('nothingFound')}</p>}
    </>
  );
}
