// toast.tsx — a sentence about what just happened, perhaps with one thing to do about it. Never the only place
// where something important is said.
import { useEffect } from 'react';

import { useMessages } from '../i18n';
import { Cell, useCell } from '../lib/cell';
import { Button, IconButton } from './button';
import { messages } from './messages';

export interface Toast { readonly text: string; readonly action?: { readonly title: string; readonly run: () => void }; readonly stays?: boolean }

const toastCell = new Cell<Toast | null>(null);
export const showToast = (toast: Toast): void => toastCell.set(toast);

const SHOWN_MS = 6000;

export function ToastRegion() {
  const toast = useCell(toastCell);
  const t = useMessages(messages);
  useEffect(() => {
    if (!toast || toast.stays) return;
    const timer = setTimeout(() => toastCell.set(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <div role="status" aria-live="polite" className="pointer-events-none fixed inset-x-0 bottom-12 z-50 flex justify-center px-4">
      {toast && (
        <div className="pointer-events-auto flex max-w-xl items-center gap-2 rounded-md border border-line bg-raised py-1 pl-3 pr-1 text-sm shadow-float">
          <span>{toast.text}</span>
          {toast.action && <Button look="quiet" className="text-accent" onClick={() => { toastCell.set(null); toast.action?.run(); }}>{toast.action.title}</Button>}
          <IconButton icon="close" label={t('dismiss')} onClick={() => toastCell.set(null)} />
        </div>
      )}
    </div>
  );
}
