// use-theme.ts — whether the page is light or dark just now, for what is drawn and not styled.
import { useSyncExternalStore } from 'react';

const dark = () => matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  const query = dark(), observer = new MutationObserver(listener);
  query.addEventListener('change', listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    query.removeEventListener('change', listener);
    observer.disconnect();
  };
}

export const useTheme = (): 'light' | 'dark' =>
  useSyncExternalStore(subscribe, () => ((document.documentElement.dataset.theme ?? (dark().matches ? 'dark' : 'light')) === 'dark' ? 'dark' : 'light'));
