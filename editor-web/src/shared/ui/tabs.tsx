// tabs.tsx — a row of tabs (arrows move, as in every tab list). The panel is the caller's: `tabPanelProps`.
import type { ReactNode } from 'react';

import { classNames } from '../lib/class-names';
import { Icon } from './icon';
import type { IconName } from './icon';

export interface Tab<T extends string> { readonly id: T; readonly title: ReactNode; readonly icon?: IconName; readonly badge?: ReactNode }

export interface TabsProps<T extends string> {
  readonly label: string;
  readonly name: string;
  readonly tabs: readonly Tab<T>[];
  readonly active: T | null;
  readonly onChange: (id: T) => void;
  /** The panel is above its tabs. */
  readonly below?: boolean;
}

export function tabPanelProps(name: string, id: string) {
  return { role: 'tabpanel', id: `${name}-panel-${id}`, 'aria-labelledby': `${name}-tab-${id}` } as const;
}

export function Tabs<T extends string>({ label, name, tabs, active, onChange, below = false }: TabsProps<T>) {
  const move = (by: number) => {
    const at = Math.max(0, tabs.findIndex((tab) => tab.id === active));
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.id);
    document.getElementById(`${name}-tab-${next.id}`)?.focus();
  };
  return (
    <div role="tablist" aria-label={label} className="flex min-w-0 overflow-x-auto"
      onKeyDown={(event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by) move(by);
      }}>
      {tabs.map((tab, index) => {
        const on = tab.id === active;
        return (
          <button key={tab.id} type="button" role="tab" id={`${name}-tab-${tab.id}`} aria-selected={on} aria-controls={on ? `${name}-panel-${tab.id}` : undefined}
            tabIndex={on || (active === null && index === 0) ? 0 : -1} onClick={() => onChange(tab.id)}
            className={classNames('flex h-9 items-center gap-1.5 whitespace-nowrap px-3 text-sm transition-colors', below ? 'border-t-2' : 'border-b-2', on ? 'border-accent text-ink' : 'border-transparent text-ink-soft hover:text-ink')}>
            {tab.icon && <Icon name={tab.icon} className="max-[30rem]:hidden" />}
            {tab.title}
            {tab.badge}
          </button>
        );
      })}
    </div>
  );
}
