import { useDocument } from '@/shared/hooks/use-document';

/** What the compiler has to say about the document. */
export function FindingsPanel() {
  const { state } = useDocument();
  const master = state.derived?.views[state.snapshot.master.notation];
  return (
    <ul className="p-2 text-sm">
      {master?.findings.map((finding, index) => <li key={index}>{finding.code} {finding.title}</li>)}
    </ul>
  );
}
