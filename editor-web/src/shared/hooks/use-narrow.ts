import { useSyncExternalStore } from 'react';

const query = typeof matchMedia === 'undefined' ? null : matchMedia('(max-width: 767px)');

function subscribe(listener: () => void): () => void {
  query?.addEventListener('change', listener);
  return () => query?.removeEventListener('change', listener);
}

export const isNarrow = (): boolean => query?.matches ?? false;

/** The screen has room for one column. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, isNarrow);
}
