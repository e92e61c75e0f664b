import { useSelection } from '@/shared/hooks/use-selection';
import { useWorkspace } from '@/shared/hooks/use-workspace';

/** Shows a node in another view. */
export function useOpen(): (view: 'text' | 'graph', id: string) => void {
  const { select } = useSelection();
  const { openView } = useWorkspace();
  return (view, id) => {
    select({ from: 'form', nodes: [id], bytes: null });
    openView(view);
  };
}
