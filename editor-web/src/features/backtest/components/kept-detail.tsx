// kept-detail.tsx — a kept result as it was on screen, beside a line that says that it is not the live one.
import { useEffect, useMemo, useState } from 'react';

import { keptResults } from '@/shared/data/results';
import type { KeptBody, KeptRow } from '@/shared/data/results';
import { newSnapshot, sameSource } from '@/shared/document';
import { useDocument, useSession } from '@/shared/hooks/use-document';
import { useMessages } from '@/shared/i18n';
import { Banner, Button, EmptyState, showToast, tabPanelProps, Tabs } from '@/shared/ui';

import { keptMessages } from '../kept-messages';
import { messages } from '../messages';
import { shownOf, useWhen } from '../model/keep';
import { rangeWords } from '../model/time-range';
import { Overview } from './overview';
import { Receipt, SlotTable, TradeTable } from './trade-tables';

interface KeptDetailProps {
  readonly row: KeptRow;
  readonly onPick: (us: number) => void;
  readonly onBack: () => void;
  readonly onLive: () => void;
  readonly onRemove: () => void;
}

export function KeptDetail({ row, onBack, ...rest }: KeptDetailProps) {
  const t = useMessages(keptMessages);
  const [body, setBody] = useState<KeptBody | 'gone' | null>(null);
  useEffect(() => {
    let left = false;
    void keptResults.bodyOf(row.id).then((found) => { if (!left) setBody(found ?? 'gone'); });
    return () => { left = true; };
  }, [row.id]);
  if (body === null) return <EmptyState icon="clock" title={t('opening')} />;
  if (body === 'gone') return <EmptyState icon="error" title={t('gone')}><Button icon="back" onClick={onBack}>{t('back')}</Button></EmptyState>;
  return <KeptParts row={row} body={body} onBack={onBack} {...rest} />;
}

const PARTS = ['overview', 'trades', 'slots', 'receipt'] as const;

function KeptParts({ row, body, onPick, onBack, onLive, onRemove }: KeptDetailProps & { body: KeptBody }) {
  const t = useMessages(keptMessages), r = useMessages(messages), when = useWhen();
  const [part, setPart] = useState<(typeof PARTS)[number]>('overview');
  const { options } = body;
  const shown = useMemo(() => shownOf(body), [body]);
  return (
    <>
      <Banner actions={<>
        <Button icon="back" onClick={onBack}>{t('back')}</Button>
        <Button icon="chart" onClick={onLive}>{t('live')}</Button>
        <UseStrategy body={body} />
        <Button icon="close" onClick={onRemove}>{t('remove')}</Button>
      </>}><span className="[overflow-wrap:anywhere]" data-testid="kept-line">{t('standing', { name: row.name || t('untitled'), when: when(row.keptMs), recording: row.recording, sha: shown.document.result_sha256 })} · {r('assumes', { fill: r(options.fill), cash: options.cash, latency: options.latency })}{rangeWords(options)}</span></Banner>
      <Tabs label={t('parts')} name="kept" tabs={PARTS.map((id) => ({ id, title: r(id) }))} active={part} onChange={setPart} />
      <div {...tabPanelProps('kept', part)} className="overflow-x-auto" tabIndex={0}>
        {part === 'overview' ? <Overview outcome={shown} onPick={onPick} />
          : part === 'trades' ? <TradeTable document={shown.document} onPick={onPick} />
          : part === 'slots' ? <SlotTable document={shown.document} onPick={onPick} />
          : <Receipt document={shown.document} />}
      </div>
    </>
  );
}

/** Its strategy becomes the present, as an edit that can be undone. */
function UseStrategy({ body: { notation, source, modules } }: { body: KeptBody }) {
  const { restore, undo } = useSession();
  const t = useMessages(keptMessages);
  const present = useDocument(({ snapshot }) => snapshot), readOnly = useDocument((state) => state.readOnly);
  const isPresent = sameSource(present.master, { notation, source }) && JSON.stringify(present.modules) === JSON.stringify(modules);
  const use = () => {
    restore({ snapshot: newSnapshot({ notation, source }, modules) }, t('undo.use'));
    showToast({ text: t('used'), action: { title: t('undo'), run: undo } });
  };
  return readOnly ? null : <Button icon="text" disabled={isPresent} title={isPresent ? t('present') : undefined} onClick={use}>{t('use')}</Button>;
}
