import { useMessages, useNames } from '@/shared/i18n';
import { Icon } from '@/shared/ui';
import type { DataSummary } from '@/shared/wasm/odx.mjs';

import { messages } from '../messages';
import { rowProblems } from '../result-messages';

/** What was wrong with the rows of a recording, and where: a result of less than the whole file says so. */
export function DataNotes({ data }: { data: DataSummary }) {
  const t = useMessages(messages), problem = useNames(rowProblems);
  const wrong = data.imports.flatMap(({ file, rows, problems, examples: [first], leaks }) => {
    const count = Object.values(problems).reduce((sum, each) => sum + each, 0);
    return [
      ...(count > 0 && first ? [t('wrongRows', { count, rows, file, line: first.line, problem: problem(first.problem) })] : []),
      ...(leaks.length > 0 ? [t('leaks', { file, columns: leaks.join(', ') })] : []),
    ];
  });
  const said = [...wrong, ...data.notes];
  if (said.length === 0) return null;
  return (
    <ul className="mx-3 mt-2 flex flex-col gap-1 rounded-md bg-warn-soft px-3 py-2 text-sm">
      {said.map((text) => <li key={text} className="flex gap-2"><Icon name="warning" className="mt-0.5 text-warn" /><span className="min-w-0 break-words">{text}</span></li>)}
    </ul>
  );
}
