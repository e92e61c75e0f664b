import { useDocument } from '@/shared/hooks/use-document';

/** The versions that were saved. */
export function VersionsPanel() {
  const { state } = useDocument();
  return <ol className="p-2 text-sm">{state.versions.map((version) => <li key={version.id}>{version.number}</li>)}</ol>;
}
