// kind-word.ts — what a type of node is called by people; one without a row is shown as the document has it.
import { useNames } from '@/shared/i18n';

import { kindMessages } from '../messages';

export const useKindWord = (): (type: string) => string => useNames(kindMessages);
