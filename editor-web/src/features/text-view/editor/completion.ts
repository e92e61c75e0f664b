// completion.ts — what fits at the cursor, in the compiler's order.
import { autocompletion, snippetCompletion } from '@codemirror/autocomplete';
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';

import type { CompletionItem } from '@/shared/wasm/places';

import { codeMirrorSnippet } from '../model/snippet';
import { askAt } from './context';

function completionOf(item: CompletionItem): Completion {
  const completion: Completion = { label: item.label, detail: item.detail, type: item.kind, boost: 50 - item.rank * 10, ...(item.doc && { info: item.doc }) };
  return item.snippet ? snippetCompletion(codeMirrorSnippet(item.insert), completion) : { ...completion, apply: item.insert };
}

/** Words ask by themselves as they are typed, numbers do not; anywhere else Ctrl+Space does. */
async function source(context: CompletionContext): Promise<CompletionResult | null> {
  if (!context.explicit && !/^[A-Za-z_]/.test(context.matchBefore(/[\w.$]+/)?.text ?? '')) return null;
  const found = await askAt(context.state, 'complete', context.pos);
  if (!found || context.aborted) return null;
  return { from: found.begin, to: Math.max(found.end, context.pos), options: found.items.map(completionOf), validFor: /^[\w.]*$/ };
}

export const completion = autocompletion({ override: [source], activateOnTyping: true, icons: false, maxRenderedOptions: 60 });
