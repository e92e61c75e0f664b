// row-marks.tsx — what a line of the form shares with the other views: it can be selected, and it has findings.
import { useDocument } from '@/shared/hooks/use-document';
import { useIsSelected } from '@/shared/hooks/use-selection';
import { CodeText, Icon } from '@/shared/ui';
import { findingsByNode } from '@/shared/wasm/findings-by-node';
import type { Finding } from '@/shared/wasm/odx.mjs';

const NONE: readonly Finding[] = [];

export function useRow(id: string) {
  const { isSelected, cell } = useIsSelected(id);
  const choose = () => {
    if (!isSelected || cell.get().from !== 'form') cell.set({ from: 'form', nodes: [id], bytes: null });
  };
  return { props: { onFocus: choose, onPointerDown: choose }, className: isSelected ? 'bg-accent-soft' : 'hover:bg-hover' };
}

/** The findings about a node, under its line. Each line asks for its own: a key that brings one draws that line alone. */
export function RowMarks({ id }: { id: string }) {
  const findings = useDocument(({ derived }) => (derived && findingsByNode(derived.views.graph.findings).get(id)) ?? NONE);
  if (findings.length === 0) return null;
  return (
    <ul className="basis-full">
      {findings.map((finding, i) => (
        <li key={i} className={finding.level === 'error' ? 'flex gap-1 text-xs text-no' : 'flex gap-1 text-xs text-warn'}>
          <Icon name={finding.level} className="mt-0.5 size-3 shrink-0" /><span><CodeText text={finding.title} /></span>
        </li>
      ))}
    </ul>
  );
}
