import { useMemo } from 'react';

import { setLanguage, useLanguage, useMessages } from '@/shared/i18n';
import { runCommand, useCommands } from '@/shared/commands/commands';
import type { Command } from '@/shared/commands/commands';
import { Menu } from '@/shared/ui';

import { messages } from './messages';
import { setTheme, useTheme } from './theme';

/** Theme and language: the same on every page. */
export function PageMenu() {
  const t = useMessages(messages);
  const language = useLanguage(), theme = useTheme();
  const items = useMemo(() => [
    { id: 'theme.system', title: t('themeSystem'), checked: theme === 'system', run: () => setTheme('system') },
    { id: 'theme.light', title: t('themeLight'), checked: theme === 'light', run: () => setTheme('light') },
    { id: 'theme.dark', title: t('themeDark'), checked: theme === 'dark', run: () => setTheme('dark') },
    { id: 'language.en', title: t('english'), checked: language === 'en', run: () => setLanguage('en') },
    { id: 'language.fr', title: t('french'), checked: language === 'fr', run: () => setLanguage('fr') },
  ], [t, theme, language]);
  const commands = useMemo<Command[]>(() => items.map(({ id, title, run }) => ({ id, title, run, group: t('page') })), [items, t]);
  useCommands(commands);
  const more = [
    { id: 'page.commands', title: t('commands'), icon: 'search' as const, keys: 'Mod+K', run: () => runCommand('page.commands') },
    { id: 'page.help', title: t('help'), icon: 'help' as const, keys: 'F1', run: () => runCommand('page.help') },
  ];
  return <Menu look="quiet" icon={theme === 'dark' ? 'moon' : 'sun'} label={`${t('help')}, ${t('theme')}, ${t('language')}`} items={[...more, ...items]} square />;
}
