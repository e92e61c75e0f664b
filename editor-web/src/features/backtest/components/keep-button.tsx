import { useCallback, useMemo } from 'react';

import { useCommands } from '@/shared/commands/commands';
import { keptResults } from '@/shared/data/results';
import { useSession } from '@/shared/hooks/use-document';
import { useMessages } from '@/shared/i18n';
import { newRandomId } from '@/shared/lib/random-id';
import { Button, showToast } from '@/shared/ui';

import { keptMessages } from '../kept-messages';
import { messages } from '../messages';
import { keptFrom } from '../model/keep';
import type { Outcome } from '../model/use-backtest';

/** Puts the result on screen into the store. */
export function KeepButton({ outcome, onShow }: { outcome: Outcome; onShow: () => void }) {
  const t = useMessages(keptMessages), r = useMessages(messages);
  const { getState } = useSession();
  const keep = useCallback(async () => {
    const result = keptFrom(outcome, getState().title, newRandomId(), Date.now());
    await keptResults.keep(result);
    const standing = keptResults.standing.get();
    showToast({ text: standing === 'ok' ? t('kept', { name: result.row.name || t('untitled') }) : t(standing), action: { title: t('show'), run: onShow } });
  }, [t, getState, outcome, onShow]);
  useCommands(useMemo(() => [{ id: 'results.keep', title: t('keep'), group: r('title'), run: () => void keep() }], [t, r, keep]));
  return <Button look="quiet" icon="save" className="h-7" onClick={() => void keep()}>{t('keep')}</Button>;
}
