// inspector.tsx — one node in fields: its data, and where each input comes from.  All that the mouse can do on the
// canvas can be done here by keyboard.
import { nodeType, textOf, withData } from '@/shared/graph';
import type { Graph, GraphNode, Json } from '@/shared/graph';
import { useLanguage, useMessages, useNames } from '@/shared/i18n';
import { Button, IconButton } from '@/shared/ui';

import { messages } from '../messages';
import { dataMessages } from '../node-messages';
import { disconnected, RULE_HANDLE } from '../model/connect';
import { faceOf, mayFeed, portsOf } from '../model/face';
import type { Port } from '../model/face';
import { GROUP_KEY } from '../model/flow';
import { useGraph } from './graph-context';
import { useKindWord } from './kind-word';
import { ValueInput } from './value-input';

const literalText = (value: Json | undefined) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** What was typed, as JSON has it: numbers, lists and words of JSON as such, everything else as text. */
export function typedJson(typed: string): Json | undefined {
  if (typed.trim() === '') return undefined;
  try {
    return JSON.parse(typed) as Json;
  } catch {
    return typed;
  }
}

export function Inspector({ node }: { node: GraphNode }) {
  const { graph, change, disabled, findings, choose } = useGraph();
  const t = useMessages(messages), dataWord = useNames(dataMessages), kindWord = useKindWord(), language = useLanguage();
  const keys = (nodeType(node.type)?.data ?? '').split(' ').filter(Boolean).map((key) => key.replace('?', ''));
  const ports = portsOf(graph, node, language);
  const isCompared = ports.some(({ handle }) => handle === 'b');
  const own = keys.filter((key) => !ports.some(({ handle }) => handle === key) && !(key === 'value' && isCompared));
  const set = (key: string, value: Json | undefined) => change('edit', (now) => withData(now, node.id, { [key]: value }), `edit ${node.id} ${key}`);
  return (
    <aside aria-label={t('inspector')} className="flex max-h-full w-72 max-w-full flex-col gap-2 overflow-auto border-l border-line bg-surface p-3 text-sm @max-2xl:absolute @max-2xl:inset-x-0 @max-2xl:bottom-0 @max-2xl:z-10 @max-2xl:max-h-1/2 @max-2xl:w-full @max-2xl:border-t @max-2xl:border-l-0 @max-2xl:shadow-float">
      <div className="flex items-center justify-between">
        <h3 className="truncate font-semibold">{kindWord(node.type)} <span className="font-mono text-xs font-normal text-ink-faint">{node.id}</span></h3>
        <IconButton icon="close" label={t('close')} onClick={() => choose([])} />
      </div>
      {(findings.get(node.id) ?? []).map((finding, i) => <p key={i} className={finding.level === 'error' ? 'text-xs text-no' : 'text-xs text-warn'}>{finding.title}</p>)}
      {own.map((key) => <ValueInput key={key} label={dataWord(key)} value={literalText(node.data[key])} disabled={disabled} isLong={key === 'text'} onCommit={(typed) => set(key, typedJson(typed))} />)}
      {(ports.length > 0 || nodeType(node.type)?.class === 'ACT') && <h4 className="pt-1 text-xs font-semibold text-ink-faint uppercase">{t('inputs')}</h4>}
      {ports.map((port) => <PortRow key={port.handle} node={node} port={port} onLiteral={(value) => set(node.type === 'comparator' && port.handle === 'b' ? 'value' : port.handle, value)} />)}
      {nodeType(node.type)?.class === 'ACT' && <RuleRow node={node} />}
      <ValueInput label={t('group')} value={textOf(node.json[GROUP_KEY]) ?? ''} disabled={disabled} onCommit={(typed) => change('group', (now) => grouped(now, new Set([node.id]), typed))} />
      <ValueInput label={t('comment')} value={notesText(node)} disabled={disabled} isLong onCommit={(typed) => change('edit', (now) => commented(now, node.id, typed))} />
    </aside>
  );
}

export function grouped(graph: Graph, ids: ReadonlySet<string>, name: string): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (ids.has(node.id) ? { ...node, json: withKey(node.json, GROUP_KEY, name.trim() === '' ? undefined : name.trim()) } : node)) };
}

function withKey(json: GraphNode['json'], key: string, value: Json | undefined): GraphNode['json'] {
  const next: Record<string, Json> = { ...json };
  if (value === undefined) Reflect.deleteProperty(next, key);
  else next[key] = value;
  return next;
}

const notesOf = (node: GraphNode): readonly Json[] => (Array.isArray(node.json['x-notes']) ? (node.json['x-notes'] as readonly Json[]) : []);
const notesText = (node: GraphNode): string => notesOf(node).filter((note): note is string => typeof note === 'string').map((note) => note.replace(/^#+ ?/, '')).join('\n');

function commented(graph: Graph, id: string, typed: string): Graph {
  const lines = typed.split('\n').filter((line) => line.trim() !== '').map((line): Json => `## ${line}`);
  return { ...graph, nodes: graph.nodes.map((node) => {
    if (node.id !== id) return node;
    const notes = [...lines, ...notesOf(node).filter((note) => typeof note !== 'string')];
    return { ...node, json: withKey(node.json, 'x-notes', notes.length ? notes : undefined) };
  }) };
}

function PortRow({ node, port, onLiteral }: { node: GraphNode; port: Port; onLiteral: (value: Json | undefined) => void }) {
  const { disabled } = useGraph();
  const t = useMessages(messages);
  return (
    <div className="flex flex-col gap-1 rounded border border-line p-1.5">
      <SourceChoice node={node} handle={port.handle} label={port.label} source={port.source} />
      {port.source === null && <ValueInput label={`${port.label}: ${t('literal')}`} value={port.shown} disabled={disabled} onCommit={(typed) => onLiteral(typedJson(typed))} />}
    </div>
  );
}

function RuleRow({ node }: { node: GraphNode }) {
  const { graph } = useGraph();
  const t = useMessages(messages);
  const owner = graph.edges.find((edge) => edge.target === node.id && ['trigger', 'legs', 'repeat'].includes(graph.nodes.find(({ id }) => id === edge.source)?.type ?? ''));
  return <SourceChoice node={node} handle={RULE_HANDLE} label={t('rule')} source={owner?.source ?? null} />;
}

function SourceChoice({ node, handle, label, source }: { node: GraphNode; handle: string; label: string; source: string | null }) {
  const { graph, change, connect, disabled } = useGraph();
  const t = useMessages(messages), language = useLanguage();
  const choose = (id: string) => {
    if (id !== '') return connect(id, node.id, handle);
    const edge = graph.edges.find((each) => each.target === node.id && each.source === source);
    if (edge) change('remove', (now) => disconnected(now, edge));
  };
  return (
    <label className="flex items-center gap-2 text-xs">
      <span className="max-w-24 min-w-8 shrink-0 truncate text-ink-soft" title={label}>{label}</span>
      <select value={source ?? ''} disabled={disabled} onChange={(event) => choose(event.target.value)} className="h-7 min-w-0 flex-1 rounded border border-line bg-surface px-1">
        <option value="">{t('noSource')}</option>
        {graph.nodes.filter((each) => each.id === source || mayFeed(each, node, handle)).map((each) => <option key={each.id} value={each.id}>{[faceOf(graph, each, language).title, each.id].filter(Boolean).join(' · ')}</option>)}
      </select>
    </label>
  );
}

export function ManyChosen({ onGroup }: { onGroup: (name: string) => void }) {
  const { chosen, change, disabled } = useGraph();
  const t = useMessages(messages);
  return (
    <aside aria-label={t('inspector')} className="flex w-72 max-w-full flex-col gap-2 border-l border-line bg-surface p-3 text-sm @max-2xl:absolute @max-2xl:inset-x-0 @max-2xl:bottom-0 @max-2xl:z-10 @max-2xl:max-h-1/2 @max-2xl:w-full @max-2xl:border-t @max-2xl:border-l-0 @max-2xl:shadow-float">
      <p>{t('chosen', { count: chosen.size })}</p>
      <ValueInput label={t('groupName')} value="" disabled={disabled} onCommit={onGroup} />
      <Button look="danger" disabled={disabled} onClick={() => change('remove', (now) => ({ ...now, nodes: now.nodes.filter(({ id }) => !chosen.has(id)), edges: now.edges.filter((edge) => !chosen.has(edge.source) && !chosen.has(edge.target)) }))}>{t('remove')}</Button>
    </aside>
  );
}
