// leftovers.ts — what was typed in the moment before a page went away: it is written at once (localStorage), where the
// store of documents would have needed a moment that a leaving page does not have.
//
// In: documents that are not in the store. Out: the same, when they are opened again. Promise: nothing here throws; a
// page writes in its own place, so that what another one left stays until somebody has taken it up.
import type { Leftover } from './types';

export interface Leftovers {
  /** In place of what this page left of the document before. Answers its key. */
  keep(leftover: Leftover): string;
  /** What all pages left of a document, the oldest first. */
  of(id: string): readonly KeptLeftover[];
  drop(key: string): void;
}

export interface KeptLeftover extends Leftover { readonly key: string }

const prefixOf = (id: string) => `oddex.left.${id}.`;
/** A page of before 2026-11-22 had one place for all. */
const oldKeyOf = (id: string) => `oddex.left.${id}`;

/** `page` is another name for each page that is open. */
export function pageLeftovers(storage: () => Storage, page: string): Leftovers {
  const put = (key: string, leftover: Leftover): boolean => {
    try {
      storage().setItem(key, JSON.stringify(leftover));
      return true;
    } catch {
      return false;
    }
  };
  const read = (id: string, key: string): KeptLeftover[] => {
    try {
      const left = JSON.parse(storage().getItem(key) ?? '') as Leftover;
      return left.document.id === id ? [{ ...left, key }] : [];
    } catch {
      return [];
    }
  };
  const keysOf = (id: string): string[] => {
    try {
      const all = storage();
      return Array.from({ length: all.length }, (_, at) => all.key(at) ?? '').filter((key) => key === oldKeyOf(id) || key.startsWith(prefixOf(id)));
    } catch {
      return [];
    }
  };
  return {
    keep(leftover) {
      const key = prefixOf(leftover.document.id) + page;
      if (!put(key, leftover)) put(key, { ...leftover, document: { ...leftover.document, past: [], future: [] } }); // a small room has the work without its undo
      return key;
    },
    of: (id) => keysOf(id).flatMap((key) => read(id, key)).sort((a, b) => a.document.changedMs - b.document.changedMs),
    drop(key) {
      try {
        storage().removeItem(key);
      } catch {
        // Nothing was kept.
      }
    },
  };
}
