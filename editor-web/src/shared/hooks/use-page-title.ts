// use-page-title.ts — what the tab of the browser is called: the strategy or the rule that is open, then the product.
import { useEffect } from 'react';

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Oddex` : 'Oddex';
  }, [title]);
}
