// drawn.ts — components in a document without a browser, for tests that begin with `// @vitest-environment happy-dom`.
import { act } from 'react';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

export interface Drawn { readonly host: HTMLElement; readonly redraw: (element: ReactNode) => Promise<void>; readonly remove: () => Promise<void> }

export async function drawn(element: ReactNode): Promise<Drawn> {
  const host = document.body.appendChild(document.createElement('div')), root = createRoot(host);
  const redraw = (next: ReactNode) => act(async () => root.render(next));
  await redraw(element);
  return { host, redraw, remove: () => act(async () => { root.unmount(); host.remove(); }) };
}

/** Lets frames, timers and promises of the page come to their ends until that holds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !holds(); round++) await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
  if (!holds()) throw new Error('it never came to that');
}
