// use-runnable.ts — what can be run just now: the last state of the document that compiles, and the recording.
import { useEffect, useMemo, useState } from 'react';

import { fileName } from '../document';
import type { Notation } from '../document';
import { sampleTape, useTape } from '../data/tapes';
import type { Tape } from '../data/tapes';
import { marketNames } from '../graph';
import type { MarketStream } from '../wasm/runs-calls';
import { useDocument } from './use-document';
import { useDocumentGraph } from './use-graph';
import { useStreams } from './use-streams';

export interface Runnable {
  readonly name: string;
  readonly notation: Notation;
  readonly text: string;
  readonly modules: Readonly<Record<string, string>>;
  readonly tape: Tape;
  readonly markets: readonly MarketStream[];
}

export type RunnableState = { readonly runnable: Runnable } | { readonly missing: 'compiling' | 'errors' | 'tape' };

export function useRunnable(): RunnableState {
  const { tape } = useTape(), { streams } = useStreams();
  const names = useMarketNames();
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
    const markets = names.split('\n').map((market) => ({ market, ...(streams[market] !== undefined && { stream: streams[market] }) }));
    return { runnable: { name: fileName(good.notation), notation: good.notation, text: good.source, modules, tape: data, markets } };
  }, [ok, good, data, modules, names, streams]);
}

/** The markets of the strategy, a line each. */
export function useMarketNames(): string {
  const graph = useDocumentGraph();
  return useMemo(() => (graph ? marketNames(graph).join('\n') : ''), [graph]);
}
