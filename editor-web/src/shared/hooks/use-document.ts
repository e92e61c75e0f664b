// use-document.ts — the open document, for every view: `const { state, edit } = useDocument()`.
import { createContext, useContext, useSyncExternalStore } from 'react';

import type { DocumentSession, SessionState, View, Notation } from '../document';

export const SessionContext = createContext<DocumentSession | null>(null);

export interface DocumentHandle extends Pick<DocumentSession, 'edit' | 'undo' | 'redo' | 'save' | 'restore' | 'takeDraft' | 'dropDraft' | 'whenSettled' | 'flush'> {
  readonly state: SessionState;
  readonly session: DocumentSession;
}

export function useSession(): DocumentSession {
  const session = useContext(SessionContext);
  if (!session) throw new Error('no document is open here');
  return session;
}

export function useDocument(): DocumentHandle {
  const session = useSession();
  const state = useSyncExternalStore(session.subscribe, session.getState);
  const { edit, undo, redo, save, restore, takeDraft, dropDraft, whenSettled, flush } = session;
  return { state, session, edit, undo, redo, save, restore, takeDraft, dropDraft, whenSettled, flush };
}

/**
 * What a view shows. The master's own source is that of the present, at once; what the compiler makes of it
 * follows some milliseconds later. Null until the compiler has answered for the first time.
 */
export function useView(notation: Notation): View | null {
  const { state } = useDocument();
  return state.derived?.views[notation] ?? null;
}
