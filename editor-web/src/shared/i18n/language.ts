// language.ts — which language the interface speaks, and the hook that gives its texts.
import { useCallback, useSyncExternalStore } from 'react';

import { readSetting, writeSetting } from '../lib/settings';
import { filled, LANGUAGES } from './messages';
import type { Holes, Language, Messages } from './messages';

const listeners = new Set<() => void>();
let current: Language = chosen();

function chosen(): Language {
  const kept = readSetting('language');
  if (LANGUAGES.includes(kept as Language)) return kept as Language;
  return typeof navigator !== 'undefined' && navigator.language.startsWith('fr') ? 'fr' : 'en';
}

export function setLanguage(language: Language): void {
  current = language;
  writeSetting('language', language);
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => current);
}

export type Translate<K extends string> = (key: K, holes?: Holes) => string;

/** For what happens outside of any component. */
export const said = <K extends string>(messages: Messages<K>, key: K, holes?: Holes): string => filled(messages[current][key], current, holes);

/** `const t = useMessages(messages); t('title', { count: 3 })` */
export function useMessages<K extends string>(messages: Messages<K>): Translate<K> {
  const language = useLanguage();
  return useCallback((key, holes) => filled(messages[language][key], language, holes), [messages, language]);
}
