// use-walk.ts — a run of the strategy to move about in: opened anew on each edit, walked in slices.
//
// Promise: while a newer run is being walked the older one stays on screen; what was overtaken is closed.
import { useEffect, useRef, useState } from 'react';

import { useRunnable } from '@/shared/hooks/use-runnable';
import type { Runnable } from '@/shared/hooks/use-runnable';
import { afterFrame } from '@/shared/lib/after-frame';
import { closeRun, overRecording, runs } from '@/shared/wasm/runs';
import type { ConditionRow, CursorCounts, CursorWalk, DataColumns, ValueRow } from '@/shared/wasm/odx.mjs';

export interface Walk {
  readonly run: number;
  readonly values: readonly ValueRow[];
  readonly conditions: readonly ConditionRow[];
  readonly rules: readonly { readonly label: string }[];
  readonly walked: CursorWalk;
  readonly counts: CursorCounts;
  readonly columns: DataColumns;
}

export interface WalkState {
  readonly walk: Walk | null;
  /** Ticks so far while one is being walked. */
  readonly ticks: number | null;
  readonly problem: string | null;
  readonly missing: 'compiling' | 'errors' | 'tape' | null;
}

const POINTS = 2000;

/** Null: it was overtaken. What is answered is open, and whoever asked closes it. */
async function walked({ tape, name, text, modules, markets }: Runnable, isOver: () => boolean, show: (ticks: number) => void): Promise<Walk | null> {
  const started = await overRecording(tape, () => runs.latest('walk', 'startCursor', { recording: tape.id, markets, name, text, modules, places: ['text', 'graph'] }));
  if (started === null) return null;
  if (started.run === null) throw new Error(started.findings.findings.find(({ level }) => level === 'error')?.title ?? '');
  const { run, values, conditions, rules, streams } = started;
  let walk: Walk | null = null;
  try {
    let now = await runs.call('walkCursor', run);
    while (!now.done && now.stopped === undefined && !isOver()) {
      show(now.ticks);
      now = await runs.call('walkCursor', run);
    }
    if (isOver()) return null;
    const [counts, columns] = [await runs.call('cursorCounts', run), await runs.call('columns', POINTS, streams?.[0])];
    walk = { run, values: values ?? [], conditions: conditions ?? [], rules: rules ?? [], walked: now, counts, columns };
    return walk;
  } finally {
    if (!walk) close(run);
  }
}

const close = (run: number | null) => closeRun('closeCursor', run);

export function useWalk(): WalkState {
  const runnable = useRunnable();
  const [state, setState] = useState<Omit<WalkState, 'missing'>>({ walk: null, ticks: null, problem: null });
  const shown = useRef<number | null>(null);
  useEffect(() => {
    if (!('runnable' in runnable)) return;
    let over = false;
    const set = (change: Partial<WalkState>) => { if (!over) setState((now) => ({ ...now, ...change })); };
    const cancel = afterFrame(() => void walked(runnable.runnable, () => over, (ticks) => set({ ticks })).then((walk) => {
      if (!walk) return;
      if (over) return close(walk.run);
      close(shown.current);
      shown.current = walk.run;
      set({ walk, ticks: null, problem: null });
    }, (error: unknown) => set({ ticks: null, problem: error instanceof Error ? error.message : String(error) })));
    return () => {
      over = true;
      cancel();
    };
  }, [runnable]);
  useEffect(() => () => close(shown.current), []);
  return { ...state, missing: 'missing' in runnable ? runnable.missing : null };
}
