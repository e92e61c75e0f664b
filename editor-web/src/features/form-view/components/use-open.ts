import { useContext } from 'react';

import { SelectionContext } from '@/shared/hooks/use-selection';
import { useWorkspace } from '@/shared/hooks/use-workspace';

/** Shows a node in another view. */
export function useOpen(): (view: 'text' | 'graph', id: string) => void {
  const selection = useContext(SelectionContext);
  const { openView } = useWorkspace();
  return (view, id) => {
    selection.set({ from: 'form', nodes: [id], bytes: null });
    openView(view);
  };
}
