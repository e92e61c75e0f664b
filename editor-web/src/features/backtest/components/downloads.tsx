// downloads.tsx — the result on screen as files.
import { useMemo } from 'react';

import { useCommands } from '@/shared/commands/commands';
import { exportedName } from '@/shared/document';
import { useSession } from '@/shared/hooks/use-document';
import { useMessages } from '@/shared/i18n';
import { saveFile } from '@/shared/lib/save-file';
import { Menu } from '@/shared/ui';
import { runs } from '@/shared/wasm/runs';

import { messages } from '../messages';
import type { Outcome } from '../model/use-backtest';

export function Downloads({ outcome }: { outcome: Outcome }) {
  const t = useMessages(messages);
  const { getState } = useSession();
  const { run, text } = outcome;
  const commands = useMemo(() => {
    const group = t('title'), stem = () => exportedName(getState().title, 'text').replace(/\.odx$/, '');
    return [
      { id: 'results.html', title: t('html'), group, run: () => void runs.call('backtestPage', run).then((html) => saveFile(`${stem()}.html`, html, 'text/html;charset=utf-8')) },
      { id: 'results.csv', title: t('csv'), group, run: () => void runs.call('backtestTable', run).then((csv) => saveFile(`${stem()}.trades.csv`, csv, 'text/csv;charset=utf-8')) },
      { id: 'results.json', title: t('json'), group, run: () => saveFile(`${stem()}.result.json`, text, 'application/json') },
    ];
  }, [t, getState, run, text]);
  useCommands(commands);
  return <Menu look="quiet" icon="download" label={t('download')} items={commands.map(({ id, title, run: download }) => ({ id, title, icon: 'download', run: download }))} className="h-7">{t('download')}</Menu>;
}
