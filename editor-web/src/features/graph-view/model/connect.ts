// connect.ts — wires: one more, one less, another source; as pure functions and with the compiler's opinion.
import { inputOf, isMember, nodeOf, withData, withEdge, withoutEdge } from '@/shared/graph';
import type { Graph, GraphEdge } from '@/shared/graph';
import type { Findings } from '@/shared/wasm/odx.mjs';

import { mayFeed } from './face';

/** The input of an action that says to which rule it belongs. */
export const RULE_HANDLE = 'rule';

const edgesInto = (graph: Graph, id: string) => graph.edges.filter(({ target }) => target === id);

/** The graph with the wire; what stood at that input goes. Null if these two never go together. */
export function connected(graph: Graph, source: string, target: string, handle: string): Graph | null {
  const from = nodeOf(graph, source), to = nodeOf(graph, target);
  if (!from || !to || !mayFeed(from, to, handle)) return null;
  if (handle === RULE_HANDLE) {
    const owner = edgesInto(graph, target).find((edge) => isMember(graph, edge));
    const cond = inputOf(graph, to, 'if')?.edge;
    const bare = [owner, cond].reduce((next, edge) => (edge ? withoutEdge(next, edge) : next), graph);
    return withEdge(bare, source, target, null);
  }
  const old = inputOf(graph, to, handle)?.edge;
  const key = to.type === 'comparator' && handle === 'b' ? 'value' : handle;
  const bare = withData(old ? withoutEdge(graph, old) : graph, target, { [key]: undefined });
  const isListed = to.type === 'logic';
  return withEdge(bare, source, target, isListed ? null : handle);
}

export function disconnected(graph: Graph, edge: GraphEdge): Graph {
  return withoutEdge(graph, edge);
}

/** What the compiler has against a change: the first error that was not there before. */
export function objection(before: Findings, after: Findings): string | null {
  const known = new Set(before.findings.map(({ code, title }) => `${code} ${title}`));
  const fresh = after.findings.find(({ code, title, level }) => level === 'error' && !known.has(`${code} ${title}`) && !UNFINISHED.has(code));
  return fresh ? fresh.title : null;
}

/** Errors of a graph that is not finished yet: more wires mend them. */
const UNFINISHED = new Set(['ODX603', 'ODX605', 'ODX606', 'ODX608']);
