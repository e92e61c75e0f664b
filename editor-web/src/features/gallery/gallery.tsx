// gallery.tsx — where everybody begins: own strategies, templates with what they honestly came to, files.
import { useState } from 'react';

import { FileButton } from '@/shared/files';
import { useNarrow } from '@/shared/hooks/use-narrow';
import { useMessages } from '@/shared/i18n';
import { Button, EmptyState, showToast } from '@/shared/ui';

import { blankStrategy } from './blank';
import { DocumentList } from './components/document-list';
import { TemplateDetail } from './components/template-detail';
import { TemplateList } from './components/template-list';
import { messages } from './messages';
import { useGallery } from './use-gallery';

export function Gallery() {
  const { templates, documents, problem, load, create, remove } = useGallery();
  const [chosen, setChosen] = useState<string | null>(null);
  const isNarrow = useNarrow();
  const t = useMessages(messages);
  if (problem !== null) return <EmptyState icon="error" title={t('failed', { message: problem })}><Button onClick={load}>{t('again')}</Button></EmptyState>;
  if (!templates || !documents) return null;
  const template = templates.find(({ name }) => name === chosen) ?? templates[0];
  const detail = template && <TemplateDetail template={template} onUse={() => void create(template.text, template.title, template.modules)} />;
  return (
    <div className="mx-auto max-w-6xl px-4 py-6">
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-xl font-semibold">{t('heading')}</h1>
          <p className="text-ink-soft">{t('lead')}</p>
        </div>
        <div className="flex gap-2">
          <FileButton>{t('import')}</FileButton>
          <Button icon="add" onClick={() => void create(blankStrategy(t('blankTitle')), t('blankTitle'))}>{t('blank')}</Button>
        </div>
      </div>
      {isNarrow && <div className="mb-4 border-y border-line bg-surface -mx-4 px-4 py-4">{detail}</div>}
      <div className="grid gap-6 md:grid-cols-[22rem_1fr]">
        <nav aria-label={t('templates')} className="min-w-0">
          {documents.length > 0 && <DocumentList documents={documents} onRemove={({ id, title }) => void remove(id).then((isGone) => isGone || showToast({ text: t('notRemoved', { title: title || t('untitled') }) }))} />}
          <TemplateList templates={templates} chosen={template?.name ?? null} onChoose={({ name }) => { setChosen(name); if (isNarrow) document.querySelector('main')?.scrollTo({ top: 0 }); }} />
        </nav>
        {!isNarrow && <div className="min-w-0 self-start rounded-lg border border-line bg-surface p-6">{detail}</div>}
      </div>
    </div>
  );
}
