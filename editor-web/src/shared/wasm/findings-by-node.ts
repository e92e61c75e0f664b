// findings-by-node.ts — which findings are about a node of the graph, by its id.
import type { Finding } from './odx.mjs';

export type FindingsByNode = ReadonlyMap<string, readonly Finding[]>;

export function findingsByNode(findings: readonly Finding[]): FindingsByNode {
  const map = new Map<string, Finding[]>();
  for (const finding of findings) for (const id of finding.graph?.nodes ?? []) map.set(id, [...(map.get(id) ?? []), finding]);
  return map;
}
