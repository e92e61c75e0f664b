// use-document.ts — the open document, for every view: `const { edit, amend } = useSession()` to change it,
// `useDocument((state) => state.title)` to show a part of it.
import { createContext, useContext, useSyncExternalStore } from 'react';

import type { DocumentSession, SessionState, View, Notation } from '../document';

export const SessionContext = createContext<DocumentSession | null>(null);

export function useSession(): DocumentSession {
  const session = useContext(SessionContext);
  if (!session) throw new Error('no document is open here');
  return session;
}

/**
 * A part of the document's state. Whoever asks is drawn again when that part is another one, not at every key: so
 * `part` names what is in the state and makes no new object.
 */
export function useDocument<T>(part: (state: SessionState) => T): T {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, () => part(session.getState()));
}

/** What the compiler made of the document for a view. Null until it has answered for the first time. */
export function useView(notation: Notation): View | null {
  return useDocument(({ derived }) => derived?.views[notation] ?? null);
}

/** What a view is drawn from: the master's own source at once, else what the compiler made of it, some milliseconds later. */
export function useSource(notation: Notation): string | null {
  return useDocument((state) => sourceOf(state, notation));
}

export function sourceOf({ snapshot: { master }, derived }: SessionState, notation: Notation): string | null {
  return master.notation === notation ? master.source : (derived?.views[notation].source ?? null);
}
