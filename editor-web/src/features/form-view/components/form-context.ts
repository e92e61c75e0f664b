// form-context.ts — what every line of the form needs: how to change the graph, the words of its fields.  It is the same
// object as long as a line could show the same.
import { createContext, useContext } from 'react';

import { choiceOf } from '@/shared/graph';
import type { FieldChoice, Graph } from '@/shared/graph';
import { useMessages, useNames } from '@/shared/i18n';
import { fieldWords, limitWords, ofToken, perWords, signalWords, tokenWords } from '@/shared/words';

import { messages } from '../messages';

export type Gesture = 'edit' | 'add' | 'remove';

export interface FormHandle {
  readonly choices: readonly FieldChoice[];
  readonly tokens: readonly string[];
  /** Names of settings and values, for comparisons. */
  readonly names: readonly { readonly id: string; readonly name: string }[];
  readonly disabled: boolean;
  readonly change: (gesture: Gesture, next: (graph: Graph) => Graph) => void;
}

export const FormContext = createContext<FormHandle | null>(null);

export function useForm(): FormHandle {
  const form = useContext(FormContext);
  if (!form) throw new Error('no form here');
  return form;
}

export function useWords() {
  const t = useMessages(messages), of = useMessages(ofToken);
  const field = useNames(fieldWords), token = useNames(tokenWords), signal = useNames(signalWords), limit = useNames(limitWords), per = useNames(perWords);
  /** Words of a message that may not be there: the key itself then. */
  const known = (key: string, otherwise: string) => (key in messages.en ? t(key as keyof typeof messages.en) : otherwise);
  const ofChoice = (choice: FieldChoice) => (choice.token === null ? field(choice.name) : of('of', { token: token(choice.token), field: field(choice.name) }));
  const ofPath = (choices: readonly FieldChoice[], path: string) => {
    const choice = choiceOf(choices, path);
    return choice ? ofChoice(choice) : path;
  };
  return { t, known, token, signal, limit, per, ofChoice, ofPath };
}
