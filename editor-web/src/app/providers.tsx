// providers.tsx — what lives as long as the page: the library over the browser's store and the compiler.
import { useEffect } from 'react';
import type { ReactNode } from 'react';

import { BrowserStore, Library } from '@/shared/document';
import { LibraryContext } from '@/shared/hooks/use-library';
import { newRandomId } from '@/shared/lib/random-id';
import { derived } from '@/shared/wasm/compiler';

const SAVE_AFTER_MS = 400;

function newLater(): (work: () => void) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (work) => {
    clearTimeout(timer);
    timer = setTimeout(work, SAVE_AFTER_MS);
  };
}

const library = new Library({
  derive: derived,
  store: new BrowserStore(() => indexedDB),
  nowMs: () => Date.now(),
  newId: newRandomId,
  newLater,
});

export function Providers({ children }: { children: ReactNode }) {
  useEffect(() => {
    const hidden = () => document.visibilityState === 'hidden' && void library.flush();
    document.addEventListener('visibilitychange', hidden);
    return () => document.removeEventListener('visibilitychange', hidden);
  }, []);
  return <LibraryContext value={library}>{children}</LibraryContext>;
}
