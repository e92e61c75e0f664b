import { useEffect, useState } from 'react';

import { useMessages } from '../i18n';
import { dropped } from './dropped';
import { messages } from './messages';
import { useFiles } from './use-files';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** Files may be dropped anywhere on the page; mounted once, by the app. */
export function DropZone() {
  const take = useFiles();
  const t = useMessages(messages);
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const listen = (act: (event: DragEvent) => void) => (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      act(event);
      setOver(depth > 0);
    };
    const handlers = {
      dragenter: listen(() => depth++),
      dragleave: listen(() => depth--),
      dragover: listen(() => undefined),
      drop: listen((event) => {
        depth = 0;
        void dropped(event.dataTransfer).then(take);
      }),
    };
    for (const [name, handler] of Object.entries(handlers)) addEventListener(name, handler as EventListener);
    return () => {
      for (const [name, handler] of Object.entries(handlers)) removeEventListener(name, handler as EventListener);
    };
  }, [take]);
  if (!over) return null;
  return <div className="pointer-events-none fixed inset-2 z-50 flex items-center justify-center rounded-lg border-2 border-dashed border-accent bg-accent-soft/80 text-lg font-medium">{t('drop')}</div>;
}
