// use-streams.ts — which stream of the recording each market of the open document runs on.
//
// Promise: a choice is that of one document on one recording: other strategies call their markets the same.
import { useCallback } from 'react';

import { useTape } from '../data/tapes';
import type { Tape } from '../data/tapes';
import type { DocumentSession } from '../document';
import { Cell, useCell } from '../lib/cell';
import { useSession } from './use-document';

/** By the name of a market; what is not there runs on its own. */
export type Streams = Readonly<Record<string, string>>;
const NONE: Streams = {};

const chosen = new WeakMap<DocumentSession, Cell<{ readonly tape: Tape | null; readonly streams: Streams }>>();

function chosenBy(session: DocumentSession) {
  const cell = chosen.get(session) ?? new Cell({ tape: null as Tape | null, streams: NONE });
  chosen.set(session, cell);
  return cell;
}

export function useStreams(): { readonly streams: Streams; readonly setStream: (market: string, stream: string | null) => void } {
  const { tape } = useTape(), cell = chosenBy(useSession()), now = useCell(cell), streams = now.tape === tape ? now.streams : NONE;
  const setStream = useCallback((market: string, stream: string | null) => {
    const others = Object.entries(streams).filter(([name]) => name !== market);
    cell.set({ tape, streams: Object.fromEntries(stream === null ? others : [...others, [market, stream]]) });
  }, [cell, tape, streams]);
  return { streams, setStream };
}
