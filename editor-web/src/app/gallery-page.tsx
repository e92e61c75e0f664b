import { Gallery } from '@/features/gallery';
import { usePageTitle } from '@/shared/hooks/use-page-title';
import { useMessages } from '@/shared/i18n';

import { messages } from './messages';
import { PageHeader } from './page-header';

export function GalleryPage() {
  usePageTitle(useMessages(messages)('gallery'));
  return (
    <div className="flex h-full flex-col">
      <PageHeader />
      <main className="min-h-0 flex-1 overflow-auto"><Gallery /></main>
    </div>
  );
}
