// outline.tsx — the graph as a list: for screen readers, for the keyboard, and for narrow screens.
import { useCursor } from '@/shared/cursor/cursor';
import { nodeOf, nodeType } from '@/shared/graph';
import { useLanguage, useMessages } from '@/shared/i18n';
import { classNames } from '@/shared/lib/class-names';
import { TruthMark } from '@/shared/ui';

import { messages } from '../messages';
import { faceOf, portsOf } from '../model/face';
import { useGraph } from './graph-context';
import { useKindWord } from './kind-word';

const ENDS = new Set(['ACT', 'RULE', 'SINK']);

/** Orders and rules first, each with what feeds it below; then what feeds nothing. */
export function Outline() {
  const { graph } = useGraph();
  const t = useMessages(messages);
  const roots = graph.nodes.filter((node) => ENDS.has(nodeType(node.type)?.class ?? ''));
  const rest = graph.nodes.filter((node) => !roots.includes(node) && !graph.edges.some(({ source }) => source === node.id));
  return (
    <ul role="tree" aria-label={t('outline')} className="p-2 text-sm">
      {[...roots, ...rest].map(({ id }) => <OutlineRow key={id} id={id} path={[]} />)}
    </ul>
  );
}

function OutlineRow({ id, path }: { id: string; path: readonly string[] }) {
  const { graph, chosen, choose } = useGraph();
  const { cursor } = useCursor();
  const kindWord = useKindWord(), language = useLanguage();
  const node = nodeOf(graph, id);
  if (!node) return null;
  const face = faceOf(graph, node, language), value = cursor.values.get(id);
  const below = path.includes(id) ? [] : portsOf(graph, node).flatMap(({ source }) => (source === null ? [] : [source]));
  return (
    <li role="treeitem" aria-selected={chosen.has(id)} aria-expanded={below.length ? true : undefined}>
      <button type="button" onClick={() => choose([id])} className={classNames('flex w-full items-center gap-2 rounded px-1 py-0.5 text-left hover:bg-hover', chosen.has(id) && 'bg-accent-soft')}>
        <span className="shrink-0 text-xs text-ink-faint">{kindWord(face.kind)}</span><span className="truncate">{face.title || id}</span>
        {value && (value.truth ? <TruthMark truth={value.truth} /> : <span className="font-mono text-xs">{value.text}</span>)}
      </button>
      {below.length > 0 && <ul role="group" className="ml-3 border-l border-line pl-2">{below.map((source, i) => <OutlineRow key={`${source} ${i}`} id={source} path={[...path, id]} />)}</ul>}
    </li>
  );
}
