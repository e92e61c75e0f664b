// graph-view.tsx — the strategy as a graph: canvas or outline, toolbar, inspector of what is chosen.
import { ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { useCallback, useMemo, useRef, useState } from 'react';

import { UNDO_OF_DOCUMENT, useCommands } from '@/shared/commands/commands';
import { freeId, nodeOf, tokensOf, withNode, writeGraph } from '@/shared/graph';
import type { Graph } from '@/shared/graph';
import { useDocument, useSession, useSource, useView } from '@/shared/hooks/use-document';
import { useDocumentGraph, useGraphEdit, useGraphReader } from '@/shared/hooks/use-graph';
import { useNarrow } from '@/shared/hooks/use-narrow';
import { useSelection } from '@/shared/hooks/use-selection';
import { useMessages } from '@/shared/i18n';
import { shownKeys } from '@/shared/lib/keys';
import { Button, EmptyState, showToast } from '@/shared/ui';
import { ViewFrame } from '@/shared/view';
import { compiler } from '@/shared/wasm/compiler';
import { findingsByNode } from '@/shared/wasm/findings-by-node';
import type { Finding } from '@/shared/wasm/odx.mjs';

import { Canvas } from './components/canvas';
import { GraphContext } from './components/graph-context';
import type { GraphHandle } from './components/graph-context';
import { InsertDialog } from './components/insert-dialog';
import { grouped, Inspector, ManyChosen } from './components/inspector';
import { Outline } from './components/outline';
import { messages } from './messages';
import { clipAtHand, copied, isClip, isOfText, pasted } from './model/clipboard';
import { connected, objection } from './model/connect';
import { arranged, placed } from './model/layout';
import type { Insertion } from './model/palette';

export function GraphView() {
  const { edit } = useSession();
  const view = useView('graph'), source = useSource('graph'), read = useDocumentGraph(), readOnly = useDocument((state) => state.readOnly);
  const t = useMessages(messages);
  const graph = useMemo(() => read && placed(read), [read]);
  if (source === null) return <ViewFrame notation="graph"><EmptyState icon="graph" title={t(view ? 'empty' : 'working')} /></ViewFrame>;
  if (!graph) return (
    <ViewFrame notation="graph">
      <p className="p-3 text-sm text-ink-soft">{t('asText')}</p>
      <textarea aria-label={t('graph')} value={source} readOnly={readOnly} spellCheck={false} {...UNDO_OF_DOCUMENT} className="h-4/5 w-full resize-none bg-surface p-3 font-mono text-xs"
        onChange={(event) => edit('graph', event.target.value, { label: t('undo.edit'), join: 'graph' })} />
    </ViewFrame>
  );
  return <ReactFlowProvider><GraphEditor graph={graph} findings={view?.findings ?? NONE} disabled={readOnly || view?.standing === 'stale' || view?.standing === 'none'} /></ReactFlowProvider>;
}

const NONE: readonly Finding[] = [];

/** What was copied last, for pasting into another document; the browser's clipboard may refuse to be read. */
let clip = '';

function useGraphHandle(graph: Graph, findings: readonly Finding[], disabled: boolean): GraphHandle {
  const edit = useGraphEdit(), read = useGraphReader();
  const modules = useDocument(({ snapshot }) => snapshot.modules);
  const { selection, select } = useSelection();
  const t = useMessages(messages);
  const change = useCallback<GraphHandle['change']>((gesture, next, join) => edit((now) => {
    const drawn = placed(now), changed = next(drawn);
    return changed === drawn ? now : changed;
  }, { label: t(`undo.${gesture}`), join }), [edit, t]);
  const choose = useCallback<GraphHandle['choose']>((ids) => select({ from: 'graph', nodes: ids, bytes: null }), [select]);
  const connect = useCallback<GraphHandle['connect']>((source, target, handle) => {
    const now = read(), next = now && connected(now, source, target, handle);
    if (!next) return showToast({ text: t('refused', { reason: t('kinds') }) });
    const name = 'strategy.graph.json', ask = (each: Graph) => compiler.call('check', { name, text: writeGraph(each), modules });
    void Promise.all([ask(now), ask(next)]).then(([before, after]) => {
      const reason = objection(before, after);
      if (reason === null) change('connect', (drawn) => connected(drawn, source, target, handle) ?? drawn);
      else showToast({ text: t('refused', { reason }) });
    });
  }, [read, change, modules, t]);
  const here = selection.nodes.filter((id) => nodeOf(graph, id) !== null).join('\n');
  const chosen = useMemo(() => new Set(here === '' ? [] : here.split('\n')), [here]);
  const found = findingsByNode(findings);
  return useMemo(() => ({ graph, disabled, findings: found, chosen, choose, change, connect }), [graph, disabled, found, chosen, choose, change, connect]);
}

function GraphEditor({ graph, findings, disabled }: { graph: Graph; findings: readonly Finding[]; disabled: boolean }) {
  const handle = useGraphHandle(graph, findings, disabled);
  const { chosen, change, choose } = handle;
  const t = useMessages(messages);
  const { fitView, screenToFlowPosition } = useReactFlow();
  const [isInserting, setInserting] = useState(false), [isOutline, setOutline] = useState(useNarrow());
  const area = useRef<HTMLDivElement>(null);
  const insert = useCallback(({ type, data }: Insertion) => {
    setInserting(false);
    const box = area.current?.getBoundingClientRect();
    const at = box ? screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 }) : { x: 0, y: 0 };
    change('insert', (now) => {
      const id = freeId(now, typeof data.name === 'string' ? data.name : type);
      choose([id]);
      return withNode(now, { id, type, data: 'name' in data ? { ...data, name: id } : data, position: { x: Math.round(at.x), y: Math.round(at.y) } });
    });
  }, [change, choose, screenToFlowPosition]);
  const read = useGraphReader();
  /** What is chosen, as it is when it is copied: the command stays the same while the graph changes. */
  const clipped = useCallback(() => {
    const now = read();
    return now ? (clip = copied(placed(now), chosen)) : clip;
  }, [read, chosen]);
  const copy = useCallback(() => {
    const text = clipped(); // also where the browser has no clipboard (a page that came over plain http)
    void navigator.clipboard?.writeText(text).catch(() => undefined);
  }, [clipped]);
  const paste = useCallback((text: string) => {
    if (!isClip(text)) return showToast({ text: t('noClip') });
    change('paste', (now) => {
      const made = pasted(now, text);
      if (made) choose(made.ids);
      return made?.graph ?? now;
    });
  }, [change, choose, t]);
  const arrange = useCallback(() => { change('arrange', arranged); setTimeout(() => void fitView({ maxZoom: 1 }), 50); }, [change, fitView]);
  useCommands(useMemo(() => [
    { id: 'graph.insert', title: t('insert'), group: t('graph'), keys: 'Mod+I', run: () => setInserting(true), disabled },
    { id: 'graph.arrange', title: t('arrange'), group: t('graph'), run: arrange, disabled },
    { id: 'graph.outline', title: t('outline'), group: t('graph'), run: () => setOutline((now) => !now) },
    { id: 'graph.copy', title: t('copy'), group: t('graph'), run: copy, disabled: chosen.size === 0 },
    { id: 'graph.paste', title: t('paste'), group: t('graph'), run: () => void clipAtHand(clip).then((text) => (text === null ? showToast({ text: t('noRead', { keys: shownKeys('Mod+V') }) }) : paste(text))), disabled },
    { id: 'graph.fit', title: t('fit'), group: t('graph'), run: () => void fitView({ maxZoom: 1 }) },
  ], [t, disabled, arrange, copy, paste, chosen, fitView]));
  const source = useSource('graph'), tokens = useMemo(() => tokensOf(source ?? ''), [source]);
  const [only] = chosen, node = chosen.size === 1 && only !== undefined ? nodeOf(graph, only) : null;
  /** By keys, through the browser's clipboard: another tab may have copied. What is text keeps its own copy and paste. */
  const isText = ({ target, currentTarget }: React.ClipboardEvent) => isOfText(target as Element, currentTarget);
  const onCopy = (event: React.ClipboardEvent) => {
    if (isText(event) || chosen.size === 0) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', clipped());
  };
  const onPaste = (event: React.ClipboardEvent) => {
    if (isText(event) || disabled) return;
    event.preventDefault();
    paste(event.clipboardData.getData('text/plain') || clip);
  };
  return (
    <>
      <ViewFrame notation="graph" toolbar={
        <>
          <Button look="quiet" icon="add" disabled={disabled} onClick={() => setInserting(true)}>{t('add')}</Button>
          <Button look="quiet" disabled={disabled} onClick={arrange}>{t('arrange')}</Button>
          <Button look="quiet" onClick={() => void fitView({ maxZoom: 1 })}>{t('fit')}</Button>
          <Button look="quiet" pressed={isOutline} onClick={() => setOutline(!isOutline)}>{t('outline')}</Button>
        </>}>
        <div className="@container relative flex h-full" onCopy={onCopy} onPaste={onPaste}>
          <div ref={area} className="min-w-0 flex-1 overflow-auto">{isOutline ? <GraphContext value={handle}><Outline /></GraphContext> : <Canvas handle={handle} />}</div>
          <GraphContext value={handle}>
            {node && <Inspector key={node.id} node={node} />}
            {chosen.size > 1 && <ManyChosen onGroup={(name) => change('group', (now) => grouped(now, chosen, name))} />}
          </GraphContext>
        </div>
      </ViewFrame>
      <InsertDialog open={isInserting} tokens={tokens} onClose={() => setInserting(false)} onInsert={insert} />
    </>
  );
}
