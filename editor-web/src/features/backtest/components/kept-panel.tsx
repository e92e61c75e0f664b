// kept-panel.tsx — results that were kept: the list, or one of them.
import { memo, useEffect, useState } from 'react';

import { keptResults } from '@/shared/data/results';
import type { KeptRow } from '@/shared/data/results';
import { useMessages } from '@/shared/i18n';
import { useCell } from '@/shared/lib/cell';
import { Banner, Button, EmptyState, showToast, tabPanelProps } from '@/shared/ui';

import { keptMessages } from '../kept-messages';
import { KeptDetail } from './kept-detail';
import { KeptList } from './kept-list';

/** The focus stays here when what had it goes away. */
const focusPanel = () => document.getElementById(tabPanelProps('results', 'kept').id)?.focus();

export const KeptPanel = memo(function KeptPanel({ onPick, onLive }: { onPick: (us: number) => void; onLive: () => void }) {
  const t = useMessages(keptMessages);
  const rows = useCell(keptResults.rows), standing = useCell(keptResults.standing);
  const [opened, setOpened] = useState<string | null>(null);
  useEffect(() => void keptResults.refresh(), []);
  if (rows === null) return <EmptyState icon="clock" title={t('opening')} />;
  const row = rows.find(({ id }) => id === opened);
  const go = (id: string | null) => {
    setOpened(id);
    focusPanel();
  };
  const remove = async (gone: KeptRow) => {
    go(null);
    const removed = await keptResults.remove(gone), name = gone.name || t('untitled');
    if (removed === 'failed') return showToast({ text: t('notRemoved', { name }) });
    showToast({ text: t('removed', { name }), ...(removed && { action: { title: t('undo'), run: () => void keptResults.keep(removed) } }) });
  };
  return (
    <>
      {standing !== 'ok' && <Banner tone="warning" actions={standing === 'newer' && <Button onClick={() => location.reload()}>{t('reload')}</Button>}>{t(standing)}</Banner>}
      {row ? <KeptDetail key={row.id} row={row} onPick={onPick} onLive={onLive} onBack={() => go(null)} onRemove={() => void remove(row)} />
        : <KeptList rows={rows} onOpen={({ id }) => go(id)} onRemove={(gone) => void remove(gone)} />}
    </>
  );
});
