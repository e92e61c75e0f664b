import { useEffect, useId, useRef } from 'react';
import type { ReactNode } from 'react';

import { useMessages } from '../i18n';
import { classNames } from '../lib/class-names';
import { IconButton } from './button';
import { messages } from './messages';

export interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly wide?: boolean;
}

/** A modal window: the browser's own <dialog>, which keeps the focus inside and closes on Escape. */
export function Dialog({ open, title, onClose, children, footer, wide }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const t = useMessages(messages);
  useEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open) dialog.showModal();
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    <dialog ref={ref} aria-labelledby={heading} onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
      className={classNames('max-h-[85vh] w-[calc(100vw-2rem)] rounded-lg border border-line bg-raised p-0 shadow-float backdrop:bg-black/40', wide ? 'max-w-3xl' : 'max-w-lg')}>
      {open && (
        <div className="flex max-h-[85vh] flex-col">
          <header className="flex items-center justify-between gap-4 border-b border-line py-2 pl-4 pr-2">
            <h2 id={heading} className="text-lg font-semibold">{title}</h2>
            <IconButton icon="close" label={t('close')} onClick={onClose} />
          </header>
          <div className="overflow-auto p-4">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">{footer}</footer>}
        </div>
      )}
    </dialog>
  );
}
