// split.tsx — panes side by side (or one above the other) with bars between them, to drag or to move by arrows.
import { Fragment, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';

import { useMessages } from '../i18n';
import { classNames } from '../lib/class-names';
import { readSetting, writeSetting } from '../lib/settings';
import { messages } from './messages';

export interface Pane { readonly id: string; readonly title: string; readonly content: ReactNode }

const LEAST = 0.12;

function keptShares(name: string, count: number, initial: readonly number[] | undefined): readonly number[] {
  const kept = (readSetting(`split.${name}.${count}`) ?? '').split(',').map(Number);
  return kept.length === count && kept.every((share) => share >= LEAST) ? kept : initial ?? Array.from({ length: count }, () => 1 / count);
}

export interface SplitPanesProps {
  readonly name: string;
  readonly panes: readonly Pane[];
  /** Shares of the room until somebody moves a bar; equal if left out. */
  readonly initial?: readonly number[];
  readonly vertical?: boolean;
}

export function SplitPanes({ name, panes, initial, vertical = false }: SplitPanesProps) {
  const root = useRef<HTMLDivElement>(null);
  const [moved, setMoved] = useState<Record<string, readonly number[]>>({});
  const t = useMessages(messages);
  const key = `${name}.${panes.length}`;
  const shares = moved[key] ?? keptShares(name, panes.length, initial);
  const shift = (bar: number, by: number) => {
    const left = shares[bar] ?? 0, right = shares[bar + 1] ?? 0;
    const step = Math.max(LEAST - left, Math.min(right - LEAST, by));
    const next = shares.map((share, index) => (index === bar ? share + step : index === bar + 1 ? share - step : share));
    setMoved({ ...moved, [key]: next });
    writeSetting(`split.${key}`, next.map((share) => share.toFixed(4)).join(','));
  };
  const drag = (bar: number) => (event: PointerEvent<HTMLDivElement>) => {
    const box = root.current?.getBoundingClientRect();
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const edge = shares.slice(0, bar + 1).reduce((sum, share) => sum + share, 0);
    const at = vertical ? (event.clientY - box.top) / box.height : (event.clientX - box.left) / box.width;
    shift(bar, at - edge);
  };
  const press = (bar: number) => (event: KeyboardEvent) => {
    const by = { ArrowLeft: -0.02, ArrowUp: -0.02, ArrowRight: 0.02, ArrowDown: 0.02 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    shift(bar, by);
  };
  return (
    <div ref={root} className={classNames('flex h-full min-h-0 w-full min-w-0', vertical && 'flex-col')}>
      {panes.map((pane, index) => (
        <Fragment key={pane.id}>
          {index > 0 && (
            <div role="separator" tabIndex={0} aria-orientation={vertical ? 'horizontal' : 'vertical'} aria-label={`${t('resize')}: ${pane.title}`}
              aria-valuenow={Math.round(shares.slice(0, index).reduce((sum, share) => sum + share, 0) * 100)} aria-valuemin={0} aria-valuemax={100}
              onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerMove={drag(index - 1)} onKeyDown={press(index - 1)}
              className={classNames('relative z-10 shrink-0 touch-none bg-line after:absolute hover:bg-accent focus-visible:bg-accent', vertical ? 'h-px cursor-row-resize after:inset-x-0 after:-inset-y-1' : 'w-px cursor-col-resize after:inset-y-0 after:-inset-x-1')} />
          )}
          <section aria-label={pane.title} className="min-h-0 min-w-0 overflow-hidden" style={{ flex: `${shares[index]} 1 0` }}>{pane.content}</section>
        </Fragment>
      ))}
    </div>
  );
}
