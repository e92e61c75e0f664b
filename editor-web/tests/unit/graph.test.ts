// The graph document: read, written, inputs as the compiler takes them, edits.

import { describe, expect, it } from 'vitest';

import { freeId, inputOf, inputsOf, marketNames, membersOf, nodeOf, ownedBy, readGraph, withData, withLiteral, withNode, withoutValue, withPosition, writeGraph } from '@/shared/graph';
import type { Graph } from '@/shared/graph';

import { hasWasm, loadCompiler, readRepository } from '../harness/wasm';


const graphOf = (source: string): Graph => {
  const graph = readGraph(source);
  if (!graph) throw new Error('no graph');
  return graph;
};
const small = graphOf(JSON.stringify({
  mode: 'node', 'x-mine': 1,
  nodes: [
    { id: 'm', type: 'input', data: { field: 'abs_move_pct' }, 'x-color': 'red' },
    { id: 'c', type: 'comparator', data: { operator: '>', value: 3 }, position: { x: 1, y: 2 } },
    { id: 'd', type: 'comparator', data: { operator: 'between', value: [null, 0.4] } },
    { id: 'l', type: 'logic', data: { operator: 'AND' } },
    { id: 'a', type: 'action', data: { signal: 'buy', outcome: 'UP', size_mode: 'fixed', size_usdc: 50, order_type: 'market' } },
  ],
  edges: [
    { source: 'm', target: 'c', id: 'e1' }, { source: 'm', target: 'd', targetHandle: '1' }, { source: 'm', target: 'd' },
    { source: 'c', target: 'l' }, { source: 'd', target: 'l' }, { source: 'l', target: 'a' },
  ],
}));
const node = (graph: Graph, id: string) => {
  const found = nodeOf(graph, id);
  if (!found) throw new Error(id);
  return found;
};

it.each([
  ['none', {}, []], ['one without a name', { market: { venue: 'okx' } }, ['m']],
  ['several', { market: { name: 'a' }, nodes: [{ id: 'x', type: 'market', data: { name: 'b' } }, { id: 'y', type: 'input', data: { name: 'c' } }] }, ['a', 'b']],
])('names of markets: %s', (_, root, names) => expect(marketNames(graphOf(JSON.stringify({ mode: 'node', nodes: [], edges: [], ...root })))).toEqual(names));

describe('graph documents', () => {
  it('come back as they are', () => {
    const original = readRepository('tests/golden/views/graph_original.json');
    expect(JSON.parse(writeGraph(graphOf(original)))).toEqual(JSON.parse(original));
    expect(JSON.parse(writeGraph(small))).toMatchObject({ 'x-mine': 1, nodes: [{ 'x-color': 'red' }, {}, {}, {}, {}] });
  });
  it.each([['{'], ['[]'], ['{"nodes": [{"id": 1, "type": "input"}]}'], ['{"nodes": [{"id": "a", "type": "later"}]}'], ['{"nodes": [], "edges": [3]}']])('%s is none', (source) => {
    expect(readGraph(source)).toBeNull();
  });
  it('inputs', () => {
    expect(inputsOf(small, node(small, 'c')).map(({ handle, edge, literal }) => [handle, edge?.source, literal])).toEqual([['a', 'm', undefined], ['b', undefined, 3]]);
    expect(inputsOf(small, node(small, 'd')).map(({ handle, edge }) => [handle, edge?.source])).toEqual([['a', 'm'], ['1', 'm']]);
    expect(inputOf(small, node(small, 'a'), 'if')?.edge?.source).toBe('l');
    expect(inputsOf(small, node(small, 'l')).map(({ edge }) => edge?.source)).toEqual(['c', 'd']);
  });
  it('edits touch what they name', () => {
    const more = withData(withPosition(small, 'c', { x: 5, y: 6 }), 'c', { value: '4%', operator: undefined });
    expect(node(more, 'c')).toMatchObject({ data: { value: '4%' }, position: { x: 5, y: 6 } });
    expect(node(more, 'm')).toBe(node(small, 'm'));
    expect(freeId(small, 'c')).toBe('c_2');
    expect(withNode(small, { id: 'z', type: 'const' }, 'c').nodes.map(({ id }) => id)).toEqual(['m', 'z', 'c', 'd', 'l', 'a']);
  });
  it('takes away what fed only that', () => {
    expect([...ownedBy(small, 'l')].sort()).toEqual(['c', 'd', 'l', 'm']);
    expect(withoutValue(small, 'c').nodes.map(({ id }) => id)).toEqual(['m', 'd', 'l', 'a']);
    const literal = withLiteral(small, 'd', '1', 'value', [0.1, 0.4]);
    expect(inputsOf(literal, node(literal, 'd')).map(({ handle }) => handle)).toEqual(['a']);
    expect(nodeOf(literal, 'm')).not.toBeNull();
  });
});

describe.skipIf(!hasWasm)('every example as a graph', () => {
  it('reads, writes the same, and each value has its inputs', async () => {
    const odx = await loadCompiler();
    const names = ['grid', 'snap_back', 'late_mover', 'full_set', 'mirror_hedge', 'trend', 'two_venues'];
    for (const name of names) {
      const { text } = odx.convert({ name: `examples/${name}.odx`, text: readRepository(`examples/${name}.odx`), to: 'graph' });
      if (text === null) continue;
      const graph = graphOf(text);
      expect(JSON.parse(writeGraph(graph))).toEqual(JSON.parse(text));
      for (const each of graph.nodes) {
        const edges = graph.edges.filter(({ target }) => target === each.id);
        const taken = inputsOf(graph, each).filter(({ edge }) => edge !== null).length;
        const members = edges.filter((edge) => membersOf(graph, node(graph, edge.source)).some(({ id }) => id === each.id)).length;
        expect([name, each.id, taken + members]).toEqual([name, each.id, edges.length]);
      }
    }
  });
});
