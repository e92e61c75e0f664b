// The graph view's model: faces, wires, places, the clipboard; with the compiler where there is one.
import { beforeAll, describe, expect, it } from 'vitest';

import { connected, disconnected, objection } from '@/features/graph-view/model/connect';
import { copied, pasted } from '@/features/graph-view/model/clipboard';
import { faceOf, mayFeed, portsOf } from '@/features/graph-view/model/face';
import { flowEdges, flowNodes, redrawn } from '@/features/graph-view/model/flow';
import { arranged, needsArranging, nodeHeight, NODE_WIDTH } from '@/features/graph-view/model/layout';
import { foundInsertions, insertions } from '@/features/graph-view/model/palette';
import { freeId, nodeOf, readGraph, withNode, writeGraph } from '@/shared/graph';
import type { Graph } from '@/shared/graph';
import type { Finding, Odx } from '@/shared/wasm/odx.mjs';

import { hasWasm, loadCompiler, readRepository } from '../harness/wasm';

describe.skipIf(!hasWasm)('the graph of late mover', () => {
  let odx: Odx, graph: Graph;
  const graphOf = (name: string): Graph => {
    const { text } = odx.convert({ name: 'a.odx', text: readRepository(`examples/${name}.odx`), to: 'graph' });
    const read = text === null ? null : readGraph(text);
    if (!read) throw new Error('no graph');
    return read;
  };
  const at = (id: string, of = graph) => {
    const node = nodeOf(of, id);
    if (!node) throw new Error(id);
    return node;
  };
  const check = (of: Graph) => odx.check({ name: 'a.graph.json', text: writeGraph(of) });
  beforeAll(async () => {
    odx = await loadCompiler();
    graph = graphOf('late_mover');
  });

  it('faces', () => {
    expect(faceOf(graph, at('tight'))).toMatchObject({ kind: 'comparator', title: 'tight: < 5c', flow: 'condition' });
    expect(faceOf(graph, at('stake')).title).toBe('stake = $50');
    expect(portsOf(graph, at('when1.cond')).map(({ handle, source }) => [handle, source])).toEqual([['a', 'when1.cond.1'], ['b', 'early'], ['c', 'tight'], ['d', null]]);
  });

  it('faces in French: words of people, names of the strategy', () => {
    expect(faceOf(graph, at('tight'), 'fr').title).toBe('tight: < 5c');
    expect(faceOf(graph, at('tight.left'), 'fr').title).toBe('écart Up');
    expect(faceOf(graph, at('when1.1'), 'fr').title).toBe('acheter Up au marché');
    expect(faceOf(graph, at('when1.1'), 'fr').ports.map(({ label }) => label)).toContain('taille');
    expect(faceOf(graph, at('risk1'), 'fr').title).toBe('4 limites');
    const leader = graphOf('late_leader');
    expect(faceOf(leader, at('risk1', leader), 'fr').ports.map(({ label }) => label)).toEqual(['Stop perte à', 'Prise de gain à', 'Échanger au plus (par créneau)', 'Détenir au plus', 'Perdre au plus (par jour)']);
  });

  it('a wire is read out by what its ends are called', () => {
    const wires = flowEdges(graph, flowNodes(graph, new Map(), 'fr')), into = wires.find(({ target }) => target === 'tight');
    expect(into?.ariaLabel).toBe('écart Up → tight');
  });

  it('what can be inserted is said in French', () => {
    const english = insertions(['up', 'down']), french = insertions(['up', 'down'], 'fr');
    const same = french.filter((each, i) => each.detail === english[i]?.detail && !/^[a-c +*/<>-]+$/.test(each.detail) && !/^-1, 0/.test(each.detail) && !/^e /.test(each.detail));
    expect(same.map(({ title, detail }) => `${title}: ${detail}`)).toEqual([]);
    expect(foundInsertions(french, 'croise')[0]?.type).toBe('cross');
    expect(foundInsertions(french, 'mid_up')[0]?.title).toBe('prix moyen Up');
  });

  it('draws again what shows something else, and nothing more', () => {
    const before = redrawn([], flowNodes(graph, new Map()), new Set());
    const [first, second] = before;
    if (!first || !second) throw new Error('no nodes');
    expect(redrawn(before, flowNodes(graph, new Map()), new Set())).toBe(before);
    const after = redrawn(before, flowNodes(withNode(graph, { id: 'more', type: 'logic', data: {}, position: { x: 0, y: 0 } }), new Map()), new Set([second.id]));
    expect(after[0]).toBe(first);
    expect(after[1]).toEqual({ ...second, selected: true });
    expect(after).toHaveLength(before.length + 1);
    const moved = flowNodes(graph, new Map()).map((node) => (node.id === first.id ? { ...node, position: { x: -80, y: 8 } } : node));
    expect(redrawn(before, moved, new Set())[0]?.position).toEqual({ x: -80, y: 8 });
  });
  it('is measured again where dots came or went, and else is not', () => {
    const measured = { width: 184, height: 72 };
    const before = redrawn([], flowNodes(graph, new Map()), new Set()).map((node) => ({ ...node, measured }));
    const changed = flowNodes(graph, new Map()).map((node, i): typeof node => {
      const { face } = node.data, title = `${face.title}!`;
      if (i === 0) return { ...node, data: { ...node.data, face: { ...face, title } } };
      if (i === 1) return { ...node, data: { ...node.data, face: { ...face, title, ports: [...face.ports, { handle: 'z', label: 'z', literal: 1, shown: '1', source: null, optional: false }] } } };
      return i === 2 ? { ...node, data: { ...node.data, face: { ...face, hasOutput: !face.hasOutput } } } : node;
    });
    const after = redrawn(before, changed, new Set());
    expect(after.slice(0, 4).map((node, i) => [node === before[i], node.measured])).toEqual([[false, measured], [false, undefined], [false, undefined], [true, measured]]);
  });
  it('a node is marked with its error, else with its warning, and a screen reader hears it', () => {
    const finding = (level: 'error' | 'warning' | 'note', title: string) => ({ level, title }) as Finding;
    const marked = (...findings: Finding[]) => {
      const [node] = flowNodes(graph, new Map([[graph.nodes[0]?.id ?? '', findings]]));
      return [node?.data.problem ?? null, node?.ariaLabel?.split(' ').at(-1)];
    };
    expect(marked(finding('warning', 'wide'), finding('error', 'wrong'))).toEqual([{ isError: true, title: 'wrong' }, 'wrong']);
    expect(marked(finding('note', 'so'), finding('warning', 'wide'))).toEqual([{ isError: false, title: 'wide' }, 'wide']);
    expect(marked(finding('note', 'so'))[0]).toBeNull();
  });
  it('every edge arrives at an input that its node shows', () => {
    for (const name of ['late_mover', 'grid', 'snap_back', 'full_set', 'mirror_hedge', 'two_venues']) {
      const of = graphOf(name), nodes = new Map(flowNodes(of, new Map()).map((node) => [node.id, node]));
      for (const { source, target, targetHandle } of flowEdges(of)) {
        const face = nodes.get(target)?.data.face;
        const handles = [...(face?.ports.map(({ handle }) => handle) ?? []), ...(face?.isAct ? ['rule'] : [])];
        expect(handles, `${name}: ${source} to ${target}`).toContain(targetHandle);
      }
      expect(new Set(flowEdges(of).map(({ id }) => id)).size).toBe(of.edges.length);
    }
  });

  it('wires of the wrong kind are refused at once, of the wrong unit by the compiler', () => {
    expect(mayFeed(at('stake'), at('when1.1'), 'if')).toBe(false);
    expect(connected(graph, 'when1.1', 'tight', 'a')).toBeNull();
    const wrong = connected(graph, 'stake', 'tight', 'a');
    expect(wrong && objection(check(graph), check(wrong))).toBeTruthy();
    const right = connected(graph, 'early', 'when1.cond', 'd');
    expect(right && objection(check(graph), check(right))).toBeNull();
  });

  it('a wire and no wire', () => {
    const edge = graph.edges.find(({ source }) => source === 'tight');
    if (!edge) throw new Error('no edge');
    const cut = disconnected(graph, edge);
    expect(flowEdges(cut).filter(({ target }) => target === 'when1.cond').map(({ source }) => source)).toEqual(['when1.cond.1', 'early']);
    const again = connected(cut, 'tight', 'when1.cond', 'c');
    expect(again && odx.convert({ name: 'a.graph.json', text: writeGraph(again), to: 'text' }).text).toContain('abs_move > min_move and early and tight');
  });

  it('a literal goes when a wire comes', () => {
    const more = connected(graph, 'min_move', 'tight', 'b');
    expect(more && [at('tight', more).data.value, flowEdges(more).find(({ source, target }) => source === 'min_move' && target === 'tight')?.targetHandle]).toEqual([undefined, 'b']);
  });

  it('is arranged so that no two nodes lie upon each other', () => {
    for (const name of ['late_mover', 'grid', 'mirror_hedge']) {
      const of = arranged(graphOf(name));
      expect(needsArranging(of)).toBe(false);
      expect(arranged(of)).toEqual(of);
      const boxes = of.nodes.map((node) => ({ x: node.position?.x ?? 0, y: node.position?.y ?? 0, h: nodeHeight(of, node) }));
      boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(Math.abs(a.x - b.x) >= NODE_WIDTH || a.y + a.h <= b.y || b.y + b.h <= a.y).toBe(true)));
    }
  });

  it('copies and pastes, with wires', () => {
    const clip = copied(graph, new Set(['early.1', 'early']));
    const made = pasted(graph, clip);
    expect(made?.ids.length).toBe(2);
    expect(made && check(made.graph).errors).toBe(0);
    expect(made && made.graph.edges.length).toBe(graph.edges.length + 1);
    expect(pasted(graph, '{"nodes": []}')).toBeNull();
    const elsewhere = pasted(graphOf('grid'), copied(graph, new Set(['tight'])));
    expect(elsewhere?.graph.edges.length).toBe(graphOf('grid').edges.length);
  });

  it('whatever can be inserted is known to the compiler', () => {
    const all = insertions(['up', 'down']);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { type, data, title } of all) {
      const id = freeId(graph, typeof data.name === 'string' ? data.name : type);
      const { findings } = check(withNode(graph, { id, type, data: 'name' in data ? { ...data, name: id } : data }));
      const bad = findings.filter(({ level, code }) => level === 'error' && !['ODX603', 'ODX605', 'ODX606', 'ODX608'].includes(code)).map(({ code, title: says }) => `${code} ${says}`);
      expect([title, bad]).toEqual([title, []]);
    }
    expect(foundInsertions(all, 'crosses')[0]?.type).toBe('cross');
  });
});
