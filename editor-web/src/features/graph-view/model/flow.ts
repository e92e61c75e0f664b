// flow.ts — the graph as React Flow wants it: nodes with faces, wires with the inputs they come to, frames of groups.
import { inputsOf, isMember, nodeOf, textOf } from '@/shared/graph';
import type { Graph, GraphEdge } from '@/shared/graph';
import { nameIn } from '@/shared/i18n';
import type { Language } from '@/shared/i18n';
import { saysSame } from '@/shared/lib/kept';
import type { Finding } from '@/shared/wasm/odx.mjs';
import type { Edge } from '@xyflow/react';

import type { GroupFlowNode } from '../components/group-frame';
import type { Problem, StrategyFlowNode } from '../components/strategy-node';
import { kindMessages } from '../messages';
import { RULE_HANDLE } from './connect';
import { faceOf } from './face';
import { nodeHeight, NODE_WIDTH } from './layout';

export type AnyFlowNode = StrategyFlowNode | GroupFlowNode;
export type FlowEdge = Edge & { readonly data: { readonly edge: GraphEdge } };

/** The key that says in which group a node is; ours, kept by the compiler like every `x-` key. */
export const GROUP_KEY = 'x-group';

/** What a node is marked with: its first error, else its first warning. */
function problemOf(findings: readonly Finding[] = []): Problem | null {
  const worst = findings.find(({ level }) => level === 'error') ?? findings.find(({ level }) => level === 'warning');
  return worst ? { isError: worst.level === 'error', title: worst.title } : null;
}

export function flowNodes(graph: Graph, findings: ReadonlyMap<string, readonly Finding[]>, language: Language = 'en'): StrategyFlowNode[] {
  return graph.nodes.map((node) => {
    const face = faceOf(graph, node, language), problem = problemOf(findings.get(node.id));
    return {
      id: node.id, type: 'strategy', position: node.position ?? { x: 0, y: 0 }, width: NODE_WIDTH,
      ariaLabel: [nameIn(kindMessages, language, face.kind), face.title, ...(problem ? [problem.title] : [])].join(' '), data: { face, problem },
    };
  });
}

/** At which input each edge arrives. */
function handleOf(graph: Graph, edge: GraphEdge): string {
  if (isMember(graph, edge)) return RULE_HANDLE;
  const target = nodeOf(graph, edge.target);
  return (target && inputsOf(graph, target).find((input) => input.edge === edge)?.handle) ?? edge.handle ?? '';
}

/** Read out by what the nodes are called: by their names, which stay while their numbers are typed, else by what they say. */
export function flowEdges(graph: Graph, nodes: readonly StrategyFlowNode[] = []): FlowEdge[] {
  const seen = new Map<string, number>(), titles = new Map(nodes.map(({ id, data }) => [id, data.face.title]));
  const names = new Map(graph.nodes.map(({ id, data }) => [id, textOf(data.name) ?? (titles.get(id) || id)]));
  return graph.edges.map((edge) => {
    const handle = handleOf(graph, edge), name = `${edge.source} ${edge.target} ${handle}`;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return { id: `${name} ${count}`, source: edge.source, target: edge.target, targetHandle: handle, data: { edge }, ariaLabel: `${names.get(edge.source) ?? edge.source} → ${names.get(edge.target) ?? edge.target}`, className: handle === RULE_HANDLE ? 'graph-rule-wire' : '' };
  });
}

export function flowGroups(graph: Graph): GroupFlowNode[] {
  const groups = new Map<string, { left: number; top: number; right: number; bottom: number }>();
  for (const node of graph.nodes) {
    const name = textOf(node.json[GROUP_KEY]), at = node.position;
    if (name === null || !at) continue;
    const box = groups.get(name) ?? { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    groups.set(name, {
      left: Math.min(box.left, at.x), top: Math.min(box.top, at.y),
      right: Math.max(box.right, at.x + NODE_WIDTH), bottom: Math.max(box.bottom, at.y + nodeHeight(graph, node)),
    });
  }
  return [...groups].map(([title, { left, top, right, bottom }]) => ({
    id: `${GROUP_KEY} ${title}`, type: 'group', position: { x: left - 16, y: top - 32 }, width: right - left + 32, height: bottom - top + 48,
    data: { title }, zIndex: -1, selectable: false, draggable: false, deletable: false, focusable: false,
  }));
}

const looksSame = (a: AnyFlowNode, b: AnyFlowNode) => a.type === b.type && a.position.x === b.position.x && a.position.y === b.position.y
  && a.width === b.width && a.height === b.height && a.ariaLabel === b.ariaLabel && saysSame(a.data, b.data);

/** Its dots are where they were: React Flow need not measure it before it draws its wires. */
const hasSameDots = (a: AnyFlowNode, b: AnyFlowNode) => a.type === 'strategy' && b.type === 'strategy' && a.data.face.isAct === b.data.face.isAct
  && a.data.face.hasOutput === b.data.face.hasOutput && a.data.face.ports.map(({ handle }) => handle).join() === b.data.face.ports.map(({ handle }) => handle).join();

/** What is to be drawn, with the objects of before where they show the same: those are not drawn again. The list of before if all do. */
export function redrawn(before: AnyFlowNode[], drawn: readonly AnyFlowNode[], chosen: ReadonlySet<string>): AnyFlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const nodes = drawn.map((node) => {
    const was = known.get(node.id), selected = chosen.has(node.id);
    if (was && was.selected === selected && looksSame(was, node)) return was;
    return { ...node, selected, ...(was?.measured && hasSameDots(was, node) && { measured: was.measured }) };
  });
  return nodes.length === before.length && nodes.every((node, i) => node === before[i]) ? before : nodes;
}
