// use-graph.ts — the document as a graph, read once for all who draw from it.
import { useCallback } from 'react';

import type { DocumentSession, EditKind } from '../document';
import { readGraph, writeGraph } from '../graph';
import type { Graph } from '../graph';
import { useMessages } from '../i18n';
import { showToast } from '../ui';
import { messages } from '../view/messages';
import { sourceOf, useDocument, useSession } from './use-document';

const last = new WeakMap<DocumentSession, { readonly source: string | null; readonly graph: Graph | null }>();

function graphOf(session: DocumentSession): Graph | null {
  const source = sourceOf(session.getState(), 'graph');
  let known = last.get(session);
  if (known?.source !== source || !known) last.set(session, known = { source, graph: source === null ? null : readGraph(source) });
  return known.graph;
}

/** Null: there is none, or it cannot be read. */
export function useDocumentGraph(): Graph | null {
  const session = useSession();
  return useDocument(() => graphOf(session));
}

/** For gestures: what the document says when they are made, without being drawn again whenever it says something else. */
export function useGraphReader(): () => Graph | null {
  const session = useSession();
  return useCallback(() => graphOf(session), [session]);
}

/** Changes the document through its graph; `next` is given what the document says when its turn comes. */
export function useGraphEdit(): (next: (graph: Graph) => Graph, kind: EditKind) => void {
  const { amend } = useSession();
  const t = useMessages(messages);
  return useCallback((next, kind) => {
    void amend('graph', (source) => {
      const graph = readGraph(source), changed = graph && next(graph);
      return changed && changed !== graph ? writeGraph(changed) : null;
    }, kind).then((isTaken) => isTaken || showToast({ text: t('notTaken') }));
  }, [amend, t]);
}
