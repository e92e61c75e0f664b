import { Gallery } from '@/features/gallery';

import { PageMenu } from './page-menu';

export function GalleryPage() {
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-12 shrink-0 items-center justify-between border-b border-line bg-surface px-4">
        <span className="text-lg font-semibold">Oddex</span>
        <PageMenu />
      </header>
      <main className="min-h-0 flex-1 overflow-auto"><Gallery /></main>
    </div>
  );
}
