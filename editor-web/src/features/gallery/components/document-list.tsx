import { useState } from 'react';

import type { DocumentRow } from '@/shared/document';
import { useLanguage, useMessages } from '@/shared/i18n';
import { formatWhen } from '@/shared/lib/formats';
import { addressOf } from '@/shared/lib/router';
import { Button, Dialog, IconButton } from '@/shared/ui';

import { messages } from '../messages';

/** The documents of this browser, the last changed first. */
export function DocumentList({ documents, onRemove }: { documents: readonly DocumentRow[]; onRemove: (document: DocumentRow) => void }) {
  const t = useMessages(messages);
  const language = useLanguage();
  const [asked, setAsked] = useState<DocumentRow | null>(null);
  const titleOf = (document: DocumentRow) => document.title || t('untitled');
  return (
    <section aria-label={t('yours')} className="mb-3">
      <h2 className="px-2 py-1 text-xs font-medium text-ink-faint">{t('yours')}</h2>
      <ul>
        {documents.map((document) => (
          <li key={document.id} className="flex items-center rounded-md hover:bg-hover">
            <a href={addressOf({ page: 'document', id: document.id })} className="min-w-0 flex-1 px-2 py-1.5">
              <span className="block truncate font-medium">{titleOf(document)}</span>
              <span className="block truncate text-sm text-ink-soft">{t('changed', { when: formatWhen(document.changedMs, language) })}</span>
            </a>
            <IconButton icon="close" label={t('remove', { title: titleOf(document) })} onClick={() => setAsked(document)} />
          </li>
        ))}
      </ul>
      <Dialog open={asked !== null} title={asked ? t('removeAsk', { title: titleOf(asked) }) : ''} onClose={() => setAsked(null)}
        footer={<>
          <Button onClick={() => setAsked(null)}>{t('cancel')}</Button>
          <Button look="danger" onClick={() => { if (asked) onRemove(asked); setAsked(null); }}>{t('removeYes')}</Button>
        </>}>
        <p>{t('removeWhy')}</p>
      </Dialog>
    </section>
  );
}
