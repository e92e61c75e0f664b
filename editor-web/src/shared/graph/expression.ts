// expression.ts — a value of the graph in the words of the language, for what has no fields in a sentence.
//
// For reading only: the text itself is the compiler's to write. Promise: ends for every graph, loops included.
import { listOf, nodeOf, textOf } from './graph';
import type { Graph, GraphNode, Json } from './graph';
import { inputOf, inputsOf, membersOf } from './inputs';

const literalText = (value: Json | undefined): string => (value === undefined || value === null ? '…' : typeof value === 'object' ? JSON.stringify(value) : String(value));

const DEEPEST = 12;

class Printer {
  readonly #graph: Graph;
  constructor(graph: Graph) {
    this.#graph = graph;
  }

  at(node: GraphNode, handle: string, depth: number): string {
    const input = inputOf(this.#graph, node, handle);
    const source = input?.edge ? nodeOf(this.#graph, input.edge.source) : null;
    return source ? this.value(source, depth + 1) : literalText(input?.literal);
  }

  #all(node: GraphNode, depth: number): string[] {
    return inputsOf(this.#graph, node).map(({ handle }) => this.at(node, handle, depth));
  }

  /** The name of a named value, else what it is. */
  value(node: GraphNode, depth: number): string {
    const name = textOf(node.data.name);
    if (depth > 0 && name !== null) return name;
    return depth > DEEPEST ? '…' : this.own(node, depth);
  }

  #arguments(node: GraphNode, depth: number): string {
    const { args, period } = node.data;
    const given = Array.isArray(args) ? listOf(args).map((item, i) => (item === null ? this.at(node, String(i + 1), depth) : literalText(item))) : null;
    const field = node.data.field === undefined ? [] : [literalText(node.data.field)];
    const inputs = given ?? [...field, ...inputsOf(this.#graph, node).filter(({ handle }) => handle !== 'period').map(({ handle }) => this.at(node, handle, depth))];
    return [...inputs, ...(period === undefined ? [] : [literalText(period)])].join(', ');
  }

  #infix(node: GraphNode, depth: number, word: string): string {
    const text = this.#all(node, depth).join(` ${word} `);
    return depth > 0 ? `(${text})` : text;
  }

  own(node: GraphNode, depth: number): string {
    const { type, data } = node;
    const operator = literalText(data.operator);
    const at = (handle: string) => this.at(node, handle, depth);
    switch (type) {
      case 'input': return literalText(data.field);
      case 'const': case 'param': return literalText(data.value);
      case 'indicator': case 'fn': return `${literalText(data.fn).toLowerCase()}(${this.#arguments(node, depth)})`;
      case 'math': return operator === 'neg' ? `-${at('a')}` : this.#infix(node, depth, operator);
      case 'comparator': return Array.isArray(data.value) ? `${at('a')} ${operator} ${data.value.map(literalText).join(' and ')}` : `${at('a')} ${operator} ${data.value === undefined ? at('b') : literalText(data.value)}`;
      case 'cross': return `${at('a')} crosses ${operator} ${at('b')}`;
      case 'logic': return operator === 'NOT' ? `not ${at('a')}` : this.#infix(node, depth, operator.toLowerCase());
      case 'held': return `${at('a')} for ${at('for')}`;
      case 'prev': return `prev(${at('a')}, ${at('n')})`;
      case 'sample': return data.across === true ? `${at('a')} across slots` : `${at('a')} every ${at('every')}`;
      case 'select': return `if ${at('if')} then ${at('a')} else ${at('b')}`;
      case 'fallback': return `${at('a')} otherwise ${at('b')}`;
      case 'fold': return `${literalText(data.fn)}(${literalText(data.counter)} in ${at('low')} .. ${at('high')}: ${at('body')})`;
      case 'let': return at('a');
      case 'state': return at('value');
      case 'repeat': return `${literalText(data.counter)} in ${at('low')} .. ${at('high')}: ${membersOf(this.#graph, node).map((each) => this.value(each, depth + 1)).join(', ')}`;
      case 'legs': return membersOf(this.#graph, node).map((each) => this.value(each, depth + 1)).join(' + ');
      case 'action': return [data.signal, data.outcome].filter(Boolean).map(literalText).join(' ');
      default: return [data.name, data.path, data.venue, data.selector, data.token].filter((each) => each !== undefined).map(literalText).join(' ') || type;
    }
  }
}

/** `isOwn`: what a named value is, not its name. */
export function expressionText(graph: Graph, node: GraphNode, isOwn = false): string {
  const printer = new Printer(graph);
  return isOwn ? printer.own(node, 0) : printer.value(node, 0);
}
