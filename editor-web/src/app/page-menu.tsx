import { useMemo } from 'react';

import { setLanguage, useLanguage, useMessages } from '@/shared/i18n';
import { runCommand, useCommands } from '@/shared/commands/commands';
import type { Command } from '@/shared/commands/commands';
import { IconButton, Menu } from '@/shared/ui';

import { messages } from './messages';
import { setTheme, useTheme } from './theme';

/** Theme and language: the same on every page. */
export function PageMenu() {
  const t = useMessages(messages);
  const language = useLanguage(), theme = useTheme();
  const items = useMemo(() => [
    { id: 'theme.system', group: t('theme'), title: t('themeSystem'), checked: theme === 'system', run: () => setTheme('system') },
    { id: 'theme.light', group: t('theme'), title: t('themeLight'), checked: theme === 'light', run: () => setTheme('light') },
    { id: 'theme.dark', group: t('theme'), title: t('themeDark'), checked: theme === 'dark', run: () => setTheme('dark') },
    { id: 'language.en', group: t('language'), title: t('english'), checked: language === 'en', run: () => setLanguage('en') },
    { id: 'language.fr', group: t('language'), title: t('french'), checked: language === 'fr', run: () => setLanguage('fr') },
  ], [t, theme, language]);
  const commands = useMemo<Command[]>(() => items.map(({ id, title, run }) => ({ id, title, run, group: t('page') })), [items, t]);
  useCommands(commands);
  const more = [
    { id: 'page.commands', title: t('commands'), icon: 'search' as const, keys: 'Mod+K', run: () => runCommand('page.commands') },
    { id: 'page.help', title: t('help'), icon: 'help' as const, keys: 'F1', run: () => runCommand('page.help') },
  ];
  const isDark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  return <Menu look="quiet" icon={isDark ? 'moon' : 'sun'} label={`${t('help')}, ${t('theme')}, ${t('language')}`} items={[...more, ...items]} square />;
}

/** What this is, and the keys, one click away; on a phone it is in the menu. */
export function HelpButton() {
  const t = useMessages(messages);
  return <span className="hidden sm:block"><IconButton icon="help" label={t('help')} onClick={() => runCommand('page.help')} /></span>;
}
