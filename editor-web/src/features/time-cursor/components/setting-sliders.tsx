// setting-sliders.tsx — settings with a range as sliders: the result follows while one is dragged.
import { textOf, withData } from '@/shared/graph';
import type { GraphNode } from '@/shared/graph';
import { useDocument } from '@/shared/hooks/use-document';
import { useDocumentGraph, useGraphEdit } from '@/shared/hooks/use-graph';
import { useMessages } from '@/shared/i18n';

import { messages } from '../messages';

/** `2.5%` is 2.5 and `%`. */
export function taken(text: string): { number: number; write: (number: number) => string } | null {
  const [, sign, digits, unit] = /^(-?\$?)([\d_]+(?:\.\d+)?)( ?[a-z%]*)$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const number = Number(digits.replaceAll('_', '')) * (sign?.startsWith('-') ? -1 : 1);
  return { number, write: (value) => `${value < 0 ? '-' : ''}${sign?.includes('$') ? '$' : ''}${Number(Math.abs(value).toPrecision(10))}${unit ?? ''}` };
}

export function SettingSliders() {
  const graph = useDocumentGraph(), readOnly = useDocument((state) => state.readOnly);
  const edit = useGraphEdit();
  const t = useMessages(messages);
  if (!graph || readOnly) return null;
  const settings = graph.nodes.filter(({ type, data }) => type === 'param' && data.low !== undefined && data.high !== undefined);
  return (
    <div className="flex flex-wrap gap-4">
      {settings.map((node) => <Slider key={node.id} node={node} label={t('drag', { name: textOf(node.data.name) ?? node.id })}
        onMove={(value) => edit((next) => withData(next, node.id, { value }), { label: t('undo.drag'), join: `drag ${node.id}` })} />)}
    </div>
  );
}

function Slider({ node, label, onMove }: { node: GraphNode; label: string; onMove: (value: string) => void }) {
  const { value, low, high, step } = node.data;
  const now = taken(String(value)), from = taken(String(low)), to = taken(String(high)), by = step === undefined ? null : taken(String(step));
  if (!now || !from || !to) return null;
  return (
    <label className="flex items-center gap-2 text-xs text-ink-soft">{label}
      <input type="range" min={from.number} max={to.number} step={by?.number ?? (to.number - from.number) / 100} value={now.number} onChange={(event) => onMove(now.write(Number(event.target.value)))} />
      <span className="font-mono text-ink">{String(value)}</span>
    </label>
  );
}
