// kind-word.ts — what a type of node is called by people; one without a row is shown as the document has it.
import { useCallback } from 'react';

import { useMessages } from '@/shared/i18n';

import { kindMessages } from '../messages';

export function useKindWord(): (type: string) => string {
  const t = useMessages(kindMessages);
  return useCallback((type) => (Object.hasOwn(kindMessages.en, type) ? t(type as keyof typeof kindMessages.en) : type), [t]);
}
