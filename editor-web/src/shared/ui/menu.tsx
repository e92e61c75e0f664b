// menu.tsx — a button that opens a list of actions: arrows, Home, End, Escape; focus comes back to the button.
import { Fragment, useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';

import { classNames } from '../lib/class-names';
import { shownKeys } from '../lib/keys';
import { Button } from './button';
import type { ButtonProps } from './button';
import { Icon } from './icon';
import type { IconName } from './icon';

export interface MenuItem {
  readonly id: string;
  readonly title: string;
  readonly icon?: IconName;
  readonly keys?: string;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  /** Rows of one group stand together below its name. */
  readonly group?: string;
  readonly run: () => void;
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]:not(:disabled)')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}

export function Menu({ items, label, ...button }: ButtonProps & { items: readonly MenuItem[]; label: string }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = (refocus: boolean) => {
    setOpen(false);
    if (refocus) root.current?.querySelector('button')?.focus();
  };
  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>('[role^="menuitem"]:not(:disabled)')?.focus();
    const outside = (event: PointerEvent) => !root.current?.contains(event.target as Node) && setOpen(false);
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [open]);
  return (
    <div ref={root} className="relative" onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
      onKeyDown={(event) => {
        if (!open) return;
        if (event.key === 'Escape') {
          event.stopPropagation();
          close(true);
        } else moveFocus(event);
      }}>
      <Button aria-haspopup="menu" aria-expanded={open} aria-controls={open ? id : undefined} aria-label={label} title={label} {...button} onClick={() => setOpen(!open)} />
      {open && (
        <div role="menu" id={id} aria-label={label} className="absolute right-0 z-40 mt-1 min-w-56 max-w-[calc(100vw-1rem)] rounded-md border border-line bg-raised p-1 shadow-float">
          {items.map((item, at) => (
            <Fragment key={item.id}>
              {item.group !== undefined && item.group !== items[at - 1]?.group && <div role="presentation" className="mt-1 border-t border-line px-2 pt-2 pb-1 text-xs font-medium text-ink-faint first:mt-0 first:border-t-0">{item.group}</div>}
              <MenuRow item={item} onRun={() => { close(true); item.run(); }} />
            </Fragment>
          ))}
        </div>
      )}
    </div>
  );
}

function MenuRow({ item, onRun }: { item: MenuItem; onRun: () => void }) {
  return (
    <button type="button" role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'} aria-checked={item.checked} disabled={item.disabled} onClick={onRun} tabIndex={-1}
      className={classNames('flex w-full items-center gap-2 rounded px-2 py-1.5 text-left text-sm hover:bg-hover focus:bg-hover focus:outline-none disabled:opacity-55')}>
      <span className="w-4">{item.checked ? <Icon name="check" /> : item.icon && <Icon name={item.icon} />}</span>
      <span className="flex-1">{item.title}</span>
      {item.keys && <Kbd keys={item.keys} />}
    </button>
  );
}

export function Kbd({ keys }: { keys: string }) {
  return <kbd className="rounded border border-line px-1 font-sans text-xs text-ink-faint">{shownKeys(keys)}</kbd>;
}
