// use-runnable.ts — what can be run just now: the last state of the document that compiles, and the recording.
import { useEffect, useMemo, useState } from 'react';

import { fileName } from '../document';
import type { Notation } from '../document';
import { sampleTape, useTape } from '../data/tapes';
import type { Tape } from '../data/tapes';
import { useDocument } from './use-document';

export interface Runnable {
  readonly name: string;
  readonly notation: Notation;
  readonly text: string;
  readonly modules: Readonly<Record<string, string>>;
  readonly tape: Tape;
}

export type RunnableState = { readonly runnable: Runnable } | { readonly missing: 'compiling' | 'errors' | 'tape' };

export function useRunnable(): RunnableState {
  const { tape } = useTape();
  const [sample, setSample] = useState<Tape | null>(null);
  useEffect(() => {
    let gone = false;
    void sampleTape().then((found) => { if (!gone) setSample(found); }, () => undefined);
    return () => { gone = true; };
  }, []);
  const good = useDocument(({ snapshot }) => snapshot.good), modules = useDocument(({ snapshot }) => snapshot.modules);
  const ok = useDocument(({ derived }) => derived?.ok ?? null);
  const data = tape ?? sample;
  return useMemo((): RunnableState => {
    if (ok === false) return { missing: 'errors' };
    if (ok === null || !good) return { missing: 'compiling' };
    if (!data) return { missing: 'tape' };
    return { runnable: { name: fileName(good.notation), notation: good.notation, text: good.source, modules, tape: data } };
  }, [ok, good, data, modules]);
}
