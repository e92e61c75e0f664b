// app.tsx — which page is shown; the palette, the shortcuts and messages that are on every page.
import { useMemo, useState } from 'react';

import { useCommands } from '@/shared/commands/commands';
import { useShortcuts } from '@/shared/commands/use-shortcuts';
import { DropZone } from '@/shared/files';
import { useMessages } from '@/shared/i18n';
import { navigate, useRoute } from '@/shared/lib/router';
import { Palette, ToastRegion } from '@/shared/ui';

import { HelpDialog } from './help-dialog';
import { pageParts } from './lazy-features';
import { messages } from './messages';
import { Part } from './part';
import { GalleryPage } from './gallery-page';

export function App() {
  const route = useRoute();
  const t = useMessages(messages);
  const [palette, setPalette] = useState(false), [help, setHelp] = useState(false);
  useShortcuts();
  useCommands(useMemo(() => [
    { id: 'page.commands', title: t('commands'), group: t('page'), keys: 'Mod+K', run: () => setPalette(true) },
    { id: 'page.help', title: t('help'), group: t('page'), keys: 'F1', run: () => setHelp(true) },
    { id: 'page.rules', title: t('rules'), group: t('page'), run: () => navigate({ page: 'rules', code: null }) },
    { id: 'page.gallery', title: t('gallery'), group: t('page'), run: () => navigate({ page: 'gallery' }) },
  ], [t]));
  return (
    <>
      {route.page === 'document' && <Part of={pageParts.editor} key={route.id} />}
      {route.page === 'rules' && <Part of={pageParts.rules} key="rules" />}
      {route.page === 'gallery' && <GalleryPage />}
      <Palette open={palette} title={t('commands')} onClose={() => setPalette(false)} />
      <HelpDialog open={help} onClose={() => setHelp(false)} />
      <DropZone />
      <ToastRegion />
    </>
  );
}
