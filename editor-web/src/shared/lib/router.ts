// router.ts — addresses behind the #, so that any static server will do.
//
// `#/` the gallery, `#/d/ID` a document, `#/rules/ODX101` a rule page. Promise: an address that means nothing is
// the gallery's.
import { useSyncExternalStore } from 'react';

export type Route =
  | { readonly page: 'gallery' }
  | { readonly page: 'document'; readonly id: string }
  | { readonly page: 'rules'; readonly code: string | null };

/** What is no encoding stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function routeOf(hash: string): Route {
  const [, page, rest] = hash.replace(/^#/, '').split('/');
  if (page === 'd' && rest) return { page: 'document', id: decoded(rest) };
  if (page === 'rules') return { page: 'rules', code: rest ? decoded(rest) : null };
  return { page: 'gallery' };
}

export function addressOf(route: Route): string {
  if (route.page === 'document') return `#/d/${encodeURIComponent(route.id)}`;
  if (route.page === 'rules') return route.code ? `#/rules/${encodeURIComponent(route.code)}` : '#/rules';
  return '#/';
}

export function navigate(route: Route): void {
  location.hash = addressOf(route);
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, () => location.hash));
}
