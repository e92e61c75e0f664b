// providers.tsx — what lives as long as the page: the library over the browser's store and the compiler.
import { useEffect } from 'react';
import type { ReactNode } from 'react';

import { BrowserStore, Library, pageLeftovers } from '@/shared/document';
import { LibraryContext } from '@/shared/hooks/use-library';
import { newLater } from '@/shared/lib/later';
import { newRandomId } from '@/shared/lib/random-id';
import { derived } from '@/shared/wasm/compiler';

import { otherTabs } from './other-tabs';

const SAVE_AFTER_MS = 400;

const library = new Library({
  derive: derived,
  store: new BrowserStore(() => indexedDB),
  nowMs: () => Date.now(),
  newId: newRandomId,
  newLater: () => newLater(SAVE_AFTER_MS),
  otherTabs,
  leftovers: pageLeftovers(() => localStorage, newRandomId()),
});

const handlers = {
  visibilitychange: () => void (document.visibilityState === 'hidden' ? library.flush() : library.look()),
  pagehide: () => library.leave(),
  beforeunload: (event: Event) => { if (library.isAtRisk()) event.preventDefault(); },
};

export function Providers({ children }: { children: ReactNode }) {
  useEffect(() => {
    for (const [name, handler] of Object.entries(handlers)) addEventListener(name, handler);
    return () => {
      for (const [name, handler] of Object.entries(handlers)) removeEventListener(name, handler);
    };
  }, []);
  return <LibraryContext value={library}>{children}</LibraryContext>;
}
