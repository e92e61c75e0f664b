// action-row.tsx — one order as a sentence: buy $50 of Up at the market.  A size is never guessed.
import { useState } from 'react';

import { inputOf, nodeOf, textOf, typedValue, withData, withLiteral } from '@/shared/graph';
import type { Graph, GraphNode } from '@/shared/graph';
import { Button, IconButton } from '@/shared/ui';

import { withoutAction } from '../model/edits';
import type { Action } from '../model/parts';
import { shownSize, SIZE_KEYS, typedSize } from '../model/sizes';
import { Choice } from './choice';
import { ConditionSentence } from './condition-rows';
import { useForm, useWords } from './form-context';
import { LiteralField } from './literal-field';
import { RowMarks, useRow } from './row-marks';
import { useOpen } from './use-open';

const SIGNALS = ['buy', 'sell', 'close'];
const EDITABLE = new Set([...SIGNALS, 'cancel']);

export function ActionRow({ action, onRemove }: { action: Action; onRemove: boolean }) {
  const { node, required } = action;
  const { change, disabled } = useForm();
  const { t, signal: signalWord } = useWords();
  const open = useOpen();
  const row = useRow(node.id);
  const signal = textOf(node.data.signal) ?? node.type;
  const isOrder = signal === 'buy' || signal === 'sell';
  const isPlain = node.type === 'action' && EDITABLE.has(signal);
  return (
    <div {...row.props} className={`rounded px-1 py-0.5 text-sm ${row.className}`} data-node={node.id}>
      <div className="flex items-start gap-x-1">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-1">
          {isPlain ? (
            <>
              <Choice label={t('order')} value={signal} disabled={disabled} onChoose={(chosen) => change('edit', (next) => withSignal(next, node.id, chosen))} className="font-semibold">
                {(SIGNALS.includes(signal) ? SIGNALS : [...SIGNALS, signal]).map((each) => <option key={each} value={each}>{signalWord(each)}</option>)}
              </Choice>
              {isOrder && <><SizeField action={action} /><span className="text-ink-faint">{t('of')}</span></>}
              <ShareChoice node={node} />
              {isOrder && <PriceFields action={action} />}
            </>
          ) : required ? (
            <>
              <span className="px-1 font-semibold">{signalWord('require')}</span>
              <ConditionSentence condition={required} />
              {typeof node.data.else === 'string' && <span className="text-ink-soft">{t('otherwise')} {node.data.else}</span>}
            </>
          ) : (
            <button type="button" title={t('inGraph')} onClick={() => open('graph', node.id)} className="rounded bg-sunken px-1.5 py-0.5 text-left font-mono text-xs">
              {signalWord(signal, node.type)} {node.type === 'require' ? '' : action.text}
            </button>
          )}
        </div>
        {onRemove && !disabled && <IconButton icon="close" label={t(required ? 'removeRequire' : 'removeAction')} onClick={() => change('remove', (next) => withoutAction(next, node.id))} />}
      </div>
      <RowMarks id={node.id} />
    </div>
  );
}

function withSignal(graph: Graph, id: string, signal: string): Graph {
  const node = nodeOf(graph, id);
  if (signal === 'close' || !node) return withData(graph, id, { signal, order_type: undefined, ...Object.fromEntries(SIZE_KEYS.map((key) => [key, undefined])) });
  const sized = shownSize(node.data) !== null || inputOf(graph, node, 'size')?.edge;
  return withData(graph, id, { signal, order_type: node.data.order_type ?? 'market', ...(sized ? {} : { size_mode: 'fixed', size_usdc: 10 }) });
}

function ShareChoice({ node }: { node: GraphNode }) {
  const { change, disabled, tokens } = useForm();
  const { t, token } = useWords();
  const outcome = textOf(node.data.outcome) ?? '';
  const listed = tokens.map((each) => each.toUpperCase());
  return (
    <Choice label={t('share')} value={outcome} disabled={disabled} onChoose={(chosen) => change('edit', (graph) => withData(graph, node.id, { outcome: chosen }))} className="font-medium">
      {(listed.includes(outcome) ? listed : [...listed, outcome]).map((each) => <option key={each} value={each}>{token(each.toLowerCase(), each)}</option>)}
    </Choice>
  );
}

/** Another size, in the place of the one in the data or of a wire. */
function withSize(graph: Graph, id: string, data: Readonly<Record<string, string | number>>): Graph {
  const node = nodeOf(graph, id), isWired = node !== null && inputOf(graph, node, 'size')?.edge;
  return withData(isWired ? withLiteral(graph, id, 'size', 'size', '') : graph, id, { ...Object.fromEntries(SIZE_KEYS.map((key) => [key, undefined])), ...data });
}

function SizeField({ action: { node, size } }: { action: Action }) {
  const { change, disabled } = useForm();
  const { t } = useWords();
  const [asked, setAsked] = useState<string | null>(null);
  const put = (data: Readonly<Record<string, string | number>>) => change('edit', (graph) => withSize(graph, node.id, data));
  const open = useOpen();
  if (size !== null) return <button type="button" title={t('inGraph')} onClick={() => open('graph', node.id)} className="rounded bg-accent-soft px-1.5 py-0.5 text-sm font-medium text-accent">{size}</button>;
  return (
    <span className="inline-flex flex-wrap items-center gap-1">
      <LiteralField label={t('size')} value={asked ?? shownSize(node.data) ?? ''} disabled={disabled} problem={t('notValue', { examples: '$50, 100 shares, 25%' })}
        onCommit={(typed) => {
          const taken = typedSize(typed);
          if (taken === null) return false;
          if ('ask' in taken) setAsked(taken.ask);
          else {
            setAsked(null);
            put(taken.data);
          }
          return true;
        }} />
      {asked !== null && (
        <span role="alert" className="inline-flex flex-wrap items-center gap-1 rounded bg-warn-soft px-2 py-0.5 text-xs text-warn">
          {t('ask', { value: asked })}
          <Button className="h-6" onClick={() => { setAsked(null); put({ size_mode: 'fixed', size_usdc: Number(asked) }); }}>{t('dollars')}</Button>
          <Button className="h-6" onClick={() => { setAsked(null); put({ size_mode: 'shares', size_shares: Number(asked) }); }}>{t('shares')}</Button>
          <Button className="h-6" look="quiet" onClick={() => setAsked(null)}>{t('cancel')}</Button>
        </span>
      )}
    </span>
  );
}

function PriceFields({ action: { node, price: source } }: { action: Action }) {
  const { change, disabled } = useForm();
  const { t } = useWords();
  const type = node.data.order_type === 'limit' ? 'limit' : 'market';
  const price = typeof node.data.price === 'number' ? `${Number((node.data.price * 100).toPrecision(12))}c` : String(node.data.price ?? '');
  const literal = (key: 'price' | 'within', label: string, value: string) => (
    <LiteralField label={label} value={value} disabled={disabled} problem={t('notValue', { examples: '52c, 2c' })}
      onCommit={(typed) => {
        const taken = typedValue(typed, 'PRICE');
        if (taken === null) return false;
        change('edit', (next) => withLiteral(next, node.id, key, key, taken));
        return true;
      }} />
  );
  return (
    <>
      <Choice label={t('price')} value={type} disabled={disabled || source !== null}
        onChoose={(chosen) => change('edit', (next) => withData(next, node.id, chosen === 'limit' ? { order_type: 'limit', price: '50c', within: undefined } : { order_type: 'market', price: undefined }))}>
        <option value="market">{t('atMarket')}</option>
        <option value="limit">{t('atLimit')}</option>
      </Choice>
      {source !== null ? <span className="font-mono text-xs">{source}</span> : type === 'limit' && literal('price', t('price'), price)}
      {node.data.within !== undefined && <><span className="text-ink-faint">{t('within')}</span>{literal('within', t('within'), String(node.data.within))}</>}
    </>
  );
}
