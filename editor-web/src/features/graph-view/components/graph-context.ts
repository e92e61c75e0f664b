// graph-context.ts — the graph on screen and what can be done to it, for the canvas, the outline and the inspector.
// The canvas has it as a property: a context that changes has React search all that is drawn below it.
import { createContext, useContext } from 'react';

import type { Graph } from '@/shared/graph';
import type { Finding } from '@/shared/wasm/odx.mjs';

export type GraphGesture = 'move' | 'edit' | 'insert' | 'remove' | 'connect' | 'arrange' | 'paste' | 'group';

export interface GraphHandle {
  readonly graph: Graph;
  readonly disabled: boolean;
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly chosen: ReadonlySet<string>;
  readonly choose: (ids: readonly string[]) => void;
  readonly change: (gesture: GraphGesture, next: (graph: Graph) => Graph, join?: string) => void;
  /** Asks the compiler, and connects unless the units do not fit. */
  readonly connect: (source: string, target: string, handle: string) => void;
}

export const GraphContext = createContext<GraphHandle | null>(null);

export function useGraph(): GraphHandle {
  const handle = useContext(GraphContext);
  if (!handle) throw new Error('no graph here');
  return handle;
}
