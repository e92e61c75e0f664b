// names.ts — words of a table that are looked up by a name out of a document: one that no table has yet is shown as it is.
import { useCallback } from 'react';

import { useLanguage } from './language';
import type { Language, Messages } from './messages';

export function nameIn<K extends string>(messages: Messages<K>, language: Language, name: string, otherwise = name): string {
  return Object.hasOwn(messages.en, name) ? messages[language][name as K] : otherwise;
}

/** `const kind = useNames(kindMessages); kind('input')` */
export function useNames<K extends string>(messages: Messages<K>): (name: string, otherwise?: string) => string {
  const language = useLanguage();
  return useCallback((name, otherwise) => nameIn(messages, language, name, otherwise), [messages, language]);
}
