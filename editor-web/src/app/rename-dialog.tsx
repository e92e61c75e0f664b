import { useState } from 'react';

import { cleanName, renamed } from '@/shared/document';
import { useDocument, useSession } from '@/shared/hooks/use-document';
import { useMessages } from '@/shared/i18n';
import { Button, Dialog, showToast } from '@/shared/ui';

import { messages } from './messages';

/** Another name for the strategy, written where it was edited last. */
export function RenameDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useMessages(messages);
  return <Dialog open={open} title={t('rename')} onClose={onClose}>{open && <NameField onClose={onClose} />}</Dialog>;
}

function NameField({ onClose }: { onClose: () => void }) {
  const { edit, getState } = useSession();
  const title = useDocument((state) => state.title);
  const t = useMessages(messages);
  const [typed, setTyped] = useState(title);
  const take = () => {
    if (typed === title) return onClose();
    const { master } = getState().snapshot, source = renamed(master, typed);
    onClose();
    if (source === null) showToast({ text: t('noName') });
    else edit(master.notation, source, { label: t('rename') });
  };
  return (
    <form className="flex flex-wrap items-end gap-2" onSubmit={(event) => { event.preventDefault(); take(); }}>
      <label className="flex min-w-0 flex-1 flex-col text-sm">{t('name')}
        <input dir="auto" autoFocus value={typed} maxLength={200} onChange={(event) => setTyped(event.target.value)} onFocus={(event) => event.target.select()} className="h-8 w-full rounded-md border border-line-strong bg-surface px-2 text-sm" />
      </label>
      <Button type="submit" look="primary" disabled={cleanName(typed) === ''}>{t('rename')}</Button>
    </form>
  );
}
