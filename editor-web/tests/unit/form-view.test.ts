// The form: parts of a strategy, and gestures that leave a document the compiler reads.
import { beforeAll, describe, expect, it } from 'vitest';

import { typedSize } from '@/features/form-view/model/sizes';
import { affirmed, negated, withAction, withComparator, withCondition, withField, withJoined, withLimit, withLimitValue, withNamed, withoutCondition, withoutLimit, withoutRule, withRule, withSource, withValue } from '@/features/form-view/model/edits';
import { partsOf } from '@/features/form-view/model/parts';
import type { Condition, Part } from '@/features/form-view/model/parts';
import { readGraph, spelled, typedValue, writeGraph } from '@/shared/graph';
import type { Graph } from '@/shared/graph';
import type { Odx } from '@/shared/wasm/odx.mjs';

import { hasWasm, loadCompiler, readRepository } from '../harness/wasm';

describe('values as they are typed', () => {
  it.each([
    ['5', 'PRICE', '5c'], ['2,5', 'PRICE', '2.5c'], ['3 %', 'RATIO', '3%'], ['50', 'USD', '$50'], ['50 $', null, '$50'], ['90', 'DURATION', '90s'],
    ['3', 'COUNT', 3], ['1_000', null, 1000], ['min(1, 2)', 'PRICE', 'min(1, 2)'], ['', 'PRICE', null], ['\u22123', 'RATIO', '-3%'], ['5¢', 'PRICE', '5c'],
  ] as const)('%s of %s is %s', (typed, unit, value) => expect(typedValue(typed, unit)).toBe(value));
  it.each([
    ['$50', { data: { size_mode: 'fixed', size_usdc: 50 } }], ['25%', { data: { size_mode: 'percent', size_pct: 25 } }],
    ['100 parts', { data: { size_mode: 'shares', size_shares: 100 } }], ['tout', { data: { size_mode: 'all' } }],
    ['50', { ask: '50' }], ['', null], ['stake * 2', { data: { size: 'stake * 2' } }],
  ])('a size %s', (typed, taken) => expect(typedSize(typed)).toEqual(taken));
  it('numbers of columns with their units', () => {
    expect([spelled(0.05, 'PRICE', 0), spelled(3, 'RATIO', 2), spelled(0.1, 'RATIO', 0), spelled(2, 'DURATION', 0, 'minutes_into_slot'), spelled(8, 'COUNT', 0)]).toEqual(['5c', '3%', '10%', '2m', '8']);
  });
});

const EXAMPLES = ['late_mover', 'fade', 'grid', 'snap_back', 'full_set', 'trend', 'mirror_hedge', 'two_venues', 'long_shot', 'rebound', 'heavy_side', 'slot_trend'];

describe.skipIf(!hasWasm)('with the compiler', () => {
  let odx: Odx;
  beforeAll(async () => { odx = await loadCompiler(); });
  const graphOf = (text: string, name = 'a.odx'): Graph => {
    const converted = odx.convert({ name, text, to: 'graph' }).text;
    const graph = converted === null ? null : readGraph(converted);
    if (!graph) throw new Error('no graph');
    return graph;
  };
  const example = (name: string) => graphOf(readRepository(`examples/${name}.odx`));
  const errorsOf = (graph: Graph) => odx.check({ name: 'a.graph.json', text: writeGraph(graph) }).findings.filter(({ level }) => level === 'error').map(({ code, title }) => `${code} ${title}`);
  const textOf = (graph: Graph) => odx.convert({ name: 'a.graph.json', text: writeGraph(graph), to: 'text' }).text ?? '';
  const ruleOf = (graph: Graph, at = 0) => {
    const rule = partsOf(graph).filter((part): part is Extract<Part, { kind: 'rule' }> => part.kind === 'rule')[at];
    if (!rule?.condition) throw new Error('no rule');
    return { ...rule, condition: rule.condition };
  };
  const itemsOf = (condition: Condition) => (condition.kind === 'group' ? condition.items : []);

  it.each(EXAMPLES)('%s: every rule and limit is a part', (name) => {
    const graph = example(name), parts = partsOf(graph), text = readRepository(`examples/${name}.odx`);
    const rules = text.match(/^(when|while|on) /gm)?.length ?? 0;
    expect(parts.filter(({ kind }) => kind === 'rule').length).toBe(rules);
    const limits = parts.flatMap((part) => (part.kind === 'risk' ? part.limits : []));
    const block = /^risk \{\n([^}]*)\}/m.exec(text)?.[1]?.trim().split('\n').length ?? 0;
    expect(limits.length).toBe(block);
    expect(parts.filter(({ kind }) => kind === 'setting').length).toBe(text.match(/^param /gm)?.length ?? 0);
    expect(parts.filter(({ kind }) => kind === 'locked').length).toBeGreaterThanOrEqual(text.match(/^test /gm)?.length ?? 0);
  });

  it('late mover in sentences', () => {
    const graph = example('late_mover'), { condition, actions } = ruleOf(graph);
    expect(condition).toMatchObject({ kind: 'group', operator: 'AND', items: [
      { kind: 'compare', operator: '>', left: { kind: 'field', field: 'abs_move_pct' }, right: [{ kind: 'named', name: 'min_move' }] },
      { kind: 'named', name: 'early' }, { kind: 'named', name: 'tight' }] });
    expect(actions.map(({ node: { data } }) => [data.signal, data.outcome, data.within])).toEqual([['buy', 'UP', '2c']]);
  });

  it.each([
    ['a condition more', (g: Graph) => withCondition(g, ruleOf(g).condition.id), 'and up.mid > 50c'],
    ['an alternative', (g: Graph) => withJoined(g, ruleOf(g).condition.id, 'OR', ruleOf(g).id), 'or up.mid > 50c'],
    ['what a name means, and more', (g: Graph) => withJoined(g, 'tight', 'AND', null), 'let tight = up.spread < 5c and up.mid > 50c'],
    ['not', (g: Graph) => negated(g, ruleOf(g).condition.id, ruleOf(g).id), 'not ('],
    ['not of a name', (g: Graph) => negated(g, 'early', ruleOf(g).condition.id), 'and not early and'],
    ['not, and yes again', (g: Graph) => affirmed(negated(g, 'early', ruleOf(g).condition.id), 'not', 'early', ruleOf(g).condition.id), 'abs_move > min_move and early and tight'],
    ['not of what a name means', (g: Graph) => negated(g, 'early', null), 'let early = not slot.progress between'],
    ['another field', (g: Graph) => withField(g, itemsOf(ruleOf(g).condition)[0]?.id ?? '', 'a', 'dir_move_pct'), 'when move > min_move'],
    ['a number for a name', (g: Graph) => withValue(g, itemsOf(ruleOf(g).condition)[0]?.id ?? '', 0, '4%'), 'abs_move > 4%'],
    ['between', (g: Graph) => withComparator(withValue(g, itemsOf(ruleOf(g).condition)[0]?.id ?? '', 0, '4%'), itemsOf(ruleOf(g).condition)[0]?.id ?? '', 'between'), 'abs_move between 4% and 4%'],
    ['crosses', (g: Graph) => withComparator(g, itemsOf(ruleOf(g).condition)[0]?.id ?? '', 'crosses above'), 'abs_move crosses above min_move'],
    ['an average', (g: Graph) => withSource(g, itemsOf(ruleOf(g).condition)[0]?.id ?? '', 'a', { type: 'indicator', data: { fn: 'EMA', field: 'abs_move_pct', period: 9 } }), 'ema(abs_move, 9) > min_move'],
    ['a name', (g: Graph) => withNamed(withValue(g, itemsOf(ruleOf(g).condition)[0]?.id ?? '', 0, '4%'), itemsOf(ruleOf(g).condition)[0]?.id ?? '', 'b', 'min_move'), 'abs_move > min_move'],
    ['one less', (g: Graph) => withoutCondition(g, itemsOf(ruleOf(g).condition)[0]?.id ?? '', ruleOf(g).condition.id), 'when early and tight'],
    ['a rule more', withRule, 'when up.mid > 50c'],
    ['an order more', (g: Graph) => withAction(g, ruleOf(g).id), 'close up'],
    ['a limit more', (g: Graph) => withLimit(g, 'time stop', '5m', null), 'time stop'],
    ['a limit changed', (g: Graph) => withLimitValue(g, 'risk1', 0, '20%'), /stop loss +20%/],
    ['a limit in other words', (g: Graph) => withLimitValue(g, 'risk1', 2, '10% of equity'), /max position +10% of equity/],
    ['a limit less', (g: Graph) => withoutLimit(g, 'risk1', 0), /risk \{\n +take profit/],
  ] as const)('%s', (_, edit, expected) => {
    const graph = example('late_mover'), edited = edit(graph);
    expect(errorsOf(edited)).toEqual([]);
    expect(textOf(edited)).toMatch(expected);
  });

  it('takes a range apart and back', () => {
    const graph = example('late_mover');
    const above = withComparator(graph, 'early', '>');
    expect([errorsOf(above), textOf(above)]).toEqual([[], expect.stringMatching(/let early = slot\.progress > 10%/) as string]);
  });

  it('a rule goes with all that is only its own', () => {
    const graph = example('snap_back'), rest = withoutRule(graph, ruleOf(graph, 1).id);
    expect(errorsOf(rest)).toEqual([]);
    expect(textOf(rest)).not.toContain('up.entry');
    expect(textOf(rest)).toContain('param drop');
  });
});
