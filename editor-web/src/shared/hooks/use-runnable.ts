// use-runnable.ts — what can be run just now: the last state of the document that compiles, and the recording.
import { useEffect, useMemo, useState } from 'react';

import { fileName } from '../document';
import type { Source } from '../document';
import { sampleTape, useTape } from '../data/tapes';
import type { Tape } from '../data/tapes';
import { useDocument } from './use-document';

export interface Runnable {
  readonly name: string;
  readonly text: string;
  readonly modules: Readonly<Record<string, string>>;
  readonly tape: Tape;
}

export type RunnableState = { readonly runnable: Runnable } | { readonly missing: 'compiling' | 'errors' | 'tape' };

export function useRunnable(): RunnableState {
  const { state } = useDocument();
  const { tape } = useTape();
  const [sample, setSample] = useState<Tape | null>(null);
  useEffect(() => {
    let gone = false;
    void sampleTape().then((found) => { if (!gone) setSample(found); }, () => undefined);
    return () => { gone = true; };
  }, []);
  const { master, modules } = state.snapshot;
  const isSettled = !state.settling && state.derived !== null, ok = state.derived?.ok ?? false;
  const [good, setGood] = useState<Source | null>(null);
  if (isSettled && ok && good !== master) setGood(master);
  const data = tape ?? sample;
  return useMemo((): RunnableState => {
    if (isSettled && !ok) return { missing: 'errors' };
    if (!good) return { missing: 'compiling' };
    if (!data) return { missing: 'tape' };
    return { runnable: { name: fileName(good.notation), text: good.source, modules, tape: data } };
  }, [isSettled, ok, good, data, modules]);
}
