import type { Node, NodeProps } from '@xyflow/react';

export type GroupFlowNode = Node<{ title: string; [key: string]: unknown }, 'group'>;

/** A frame behind the nodes of a group, with its name. */
export function GroupFrame({ data }: NodeProps<GroupFlowNode>) {
  return <div className="size-full rounded-lg border border-dashed border-line-strong bg-accent-soft/40 px-2 py-1 text-xs font-medium text-ink-soft">{data.title}</div>;
}
