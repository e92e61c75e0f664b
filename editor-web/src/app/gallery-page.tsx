import { Gallery } from '@/features/gallery';

import { PageHeader } from './page-header';

export function GalleryPage() {
  return (
    <div className="flex h-full flex-col">
      <PageHeader />
      <main className="min-h-0 flex-1 overflow-auto"><Gallery /></main>
    </div>
  );
}
