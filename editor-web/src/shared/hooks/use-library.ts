// use-library.ts — all documents of this browser: open, make, import, delete.
import { createContext, useContext } from 'react';

import type { Library } from '../document/library';

export const LibraryContext = createContext<Library | null>(null);

export function useLibrary(): Library {
  const library = useContext(LibraryContext);
  if (!library) throw new Error('no library here');
  return library;
}
