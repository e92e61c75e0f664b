// strategy-node.tsx — a node on the canvas: what it is, its inputs with a dot each, its value at the time cursor.
import { Handle, Position } from '@xyflow/react';
import type { Node, NodeProps } from '@xyflow/react';
import { memo } from 'react';

import { useCursor } from '@/shared/cursor/cursor';
import { classNames } from '@/shared/lib/class-names';
import { Icon, TruthMark } from '@/shared/ui';

import { RULE_HANDLE } from '../model/connect';
import type { Face } from '../model/face';
import { useKindWord } from './kind-word';

export interface Problem { readonly isError: boolean; readonly title: string }
export type StrategyFlowNode = Node<{ face: Face; problem: Problem | null; [key: string]: unknown }, 'strategy'>;

const tints: Record<Face['flow'] | 'act', string> = {
  condition: 'border-l-accent', value: 'border-l-line-strong', rule: 'border-l-warn', none: 'border-l-line-strong', act: 'border-l-yes',
};

export const StrategyNode = memo(function StrategyNode({ id, data: { face, problem }, selected }: NodeProps<StrategyFlowNode>) {
  const kindWord = useKindWord();
  return (
    <div className={classNames('w-46 rounded-md border border-l-4 bg-raised text-left text-xs shadow-sm', tints[face.isAct ? 'act' : face.flow], selected ? 'border-accent outline-2 outline-accent' : problem?.isError ? 'border-no' : problem ? 'border-warn' : 'border-line')}>
      {face.isAct && <Handle type="target" id={RULE_HANDLE} position={Position.Left} style={{ top: 12 }} />}
      <div className="flex items-center gap-1 px-2 pt-1 text-[11px] text-ink-faint">
        <span>{kindWord(face.kind)}</span>
        {face.note !== null && <span title={face.note}><Icon name="note" className="size-3" /></span>}
        {problem !== null && <span title={problem.title} className={problem.isError ? 'text-no' : 'text-warn'}><Icon name={problem.isError ? 'error' : 'warning'} className="size-3" /></span>}
        <span className="ml-auto"><NodeValue id={id} /></span>
      </div>
      <p translate={face.kind === 'code' ? 'no' : undefined} className="truncate px-2 pb-1 text-sm font-medium" title={face.title}>{face.title || '\u00a0'}</p>
      {face.ports.map((port) => (
        <div key={port.handle} className="relative flex h-5 items-center justify-between gap-2 px-2 text-ink-soft">
          <Handle type="target" id={port.handle} position={Position.Left} className={port.source === null && port.literal === undefined && !port.optional ? 'graph-wants' : undefined} />
          <span className="truncate" title={port.label}>{port.label}</span>
          {port.source === null && <span className="shrink-0 font-mono text-ink">{port.shown}</span>}
        </div>
      ))}
      {face.hasOutput && <Handle type="source" position={Position.Right} />}
    </div>
  );
});

function NodeValue({ id }: { id: string }) {
  const { cursor } = useCursor();
  const value = cursor.values.get(id);
  if (!value) return null;
  return value.truth ? <TruthMark truth={value.truth} /> : <span className="rounded bg-sunken px-1 font-mono text-ink">{value.text}</span>;
}
