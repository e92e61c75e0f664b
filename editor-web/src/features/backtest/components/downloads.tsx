// downloads.tsx — the result on screen as files.
import { useMemo } from 'react';

import { useCommands } from '@/shared/commands/commands';
import { exportedName } from '@/shared/document';
import { useSession } from '@/shared/hooks/use-document';
import { useMessages } from '@/shared/i18n';
import { saveFile } from '@/shared/lib/save-file';
import { Menu, showToast } from '@/shared/ui';
import { runs } from '@/shared/wasm/runs';

import { messages } from '../messages';
import type { Outcome } from '../model/use-backtest';

export function Downloads({ outcome }: { outcome: Outcome }) {
  const t = useMessages(messages);
  const { getState } = useSession();
  const { run, text } = outcome;
  const commands = useMemo(() => {
    const save = (name: string, written: Promise<string>, type: string) => void written.then((content) => saveFile(name, content, type))
      .catch((error: unknown) => showToast({ text: t('notSaved', { problem: error instanceof Error ? error.message : String(error) }) }));
    const group = t('title'), stem = () => exportedName(getState().title, 'text').replace(/\.odx$/, '');
    return [
      { id: 'results.html', title: t('html'), group, run: () => save(`${stem()}.html`, runs.call('backtestPage', run), 'text/html;charset=utf-8') },
      { id: 'results.csv', title: t('csv'), group, run: () => save(`${stem()}.trades.csv`, runs.call('backtestTable', run), 'text/csv;charset=utf-8') },
      { id: 'results.json', title: t('json'), group, run: () => saveFile(`${stem()}.result.json`, text, 'application/json') },
    ];
  }, [t, getState, run, text]);
  useCommands(commands);
  return <Menu look="quiet" icon="download" label={t('download')} items={commands.map(({ id, title, run: download }) => ({ id, title, icon: 'download', run: download }))} className="h-7">{t('download')}</Menu>;
}
