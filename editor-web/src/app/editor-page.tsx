// editor-page.tsx — one document: finds it, and gives its session, selection and cursor to everything below.
import { useEffect, useState } from 'react';

import { CursorContext, newCursorCell } from '@/shared/cursor/cursor';
import type { DocumentSession } from '@/shared/document';
import { SessionContext } from '@/shared/hooks/use-document';
import { useLibrary } from '@/shared/hooks/use-library';
import { usePageTitle } from '@/shared/hooks/use-page-title';
import { newSelectionCell, SelectionContext } from '@/shared/hooks/use-selection';
import { newWorkspaceCell, WorkspaceContext } from '@/shared/hooks/use-workspace';
import { useMessages } from '@/shared/i18n';
import { navigate, useRoute } from '@/shared/lib/router';
import { Button, EmptyState } from '@/shared/ui';

import { EditorHeader } from './editor-header';
import { messages } from './messages';
import { PageHeader } from './page-header';
import { WorkspaceLayout } from './workspace-layout';

export function EditorPage() {
  const route = useRoute();
  const library = useLibrary();
  const t = useMessages(messages);
  const [session, setSession] = useState<DocumentSession | 'missing' | null>(null);
  const id = route.page === 'document' ? route.id : '';
  useEffect(() => {
    let gone = false;
    void library.open(id).then((found) => gone || setSession(found ?? 'missing'));
    return () => {
      gone = true;
    };
  }, [library, id]);
  if (session === null) return <EmptyState title={t('loading')} />;
  return session === 'missing' ? <Missing /> : <OpenDocument session={session} />;
}

function Missing() {
  const t = useMessages(messages);
  usePageTitle(t('notFound'));
  return (
    <div className="flex h-full flex-col">
      <PageHeader />
      <main className="min-h-0 flex-1">
        <h1 className="sr-only">{t('notFound')}</h1>
        <EmptyState icon="search" title={t('notFound')}><Button onClick={() => navigate({ page: 'gallery' })}>{t('toGallery')}</Button></EmptyState>
      </main>
    </div>
  );
}

function OpenDocument({ session }: { session: DocumentSession }) {
  const [cells] = useState(() => ({ selection: newSelectionCell(), cursor: newCursorCell(), workspace: newWorkspaceCell() }));
  return (
    <SessionContext value={session}>
      <SelectionContext value={cells.selection}>
        <CursorContext value={cells.cursor}>
          <WorkspaceContext value={cells.workspace}>
            <div className="flex h-full flex-col">
              <EditorHeader />
              <WorkspaceLayout />
            </div>
          </WorkspaceContext>
        </CursorContext>
      </SelectionContext>
    </SessionContext>
  );
}
