// findings-by-node.ts — which findings are about a node of the graph, by its id.
import type { Finding } from './odx.mjs';

export type FindingsByNode = ReadonlyMap<string, readonly Finding[]>;

/** Many ask it of the same findings. */
const made = new WeakMap<readonly Finding[], FindingsByNode>();

export function findingsByNode(findings: readonly Finding[]): FindingsByNode {
  const known = made.get(findings);
  if (known) return known;
  const map = new Map<string, Finding[]>();
  for (const finding of findings) for (const id of finding.graph?.nodes ?? []) map.set(id, [...(map.get(id) ?? []), finding]);
  made.set(findings, map);
  return map;
}
