// leftovers.ts — what was typed in the moment before a page went away: it is written at once (localStorage), where the
// store of documents would have needed a moment that a leaving page does not have.
//
// In: documents that are not in the store. Out: the same, when they are opened again. Promise: nothing here throws.
import type { Leftover } from './types';

export interface Leftovers {
  keep(leftover: Leftover): void;
  of(id: string): Leftover | null;
  drop(id: string): void;
}

const keyOf = (id: string) => `oddex.left.${id}`;

export function pageLeftovers(storage: () => Storage): Leftovers {
  const put = (leftover: Leftover): boolean => {
    try {
      storage().setItem(keyOf(leftover.document.id), JSON.stringify(leftover));
      return true;
    } catch {
      return false;
    }
  };
  return {
    keep(leftover) {
      if (!put(leftover)) put({ ...leftover, document: { ...leftover.document, past: [], future: [] } }); // a small room has the work without its undo
    },
    of(id) {
      try {
        const text = storage().getItem(keyOf(id));
        return text === null ? null : (JSON.parse(text) as Leftover);
      } catch {
        return null;
      }
    },
    drop(id) {
      try {
        storage().removeItem(keyOf(id));
      } catch {
        // Nothing was kept.
      }
    },
  };
}
