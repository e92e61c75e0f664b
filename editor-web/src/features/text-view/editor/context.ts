// context.ts — what the extensions know of the document around the text: modules, what comes from it, and a way to ask
// the compiler.
import { Annotation, Facet } from '@codemirror/state';
import type { EditorState } from '@codemirror/state';

import { request } from '@/shared/document';
import type { Snapshot } from '@/shared/document';
import { compiler } from '@/shared/wasm/compiler';
import type { PlaceRequest } from '@/shared/wasm/odx.mjs';
import type { Completions, Hover, PlaceFix, Signature } from '@/shared/wasm/places';

/** On changes that come from the document, so that they are not sent back to it. */
export const fromDocument = Annotation.define<boolean>();

export const modulesFacet = Facet.define<() => Snapshot['modules'], () => Snapshot['modules']>({
  combine: (values) => values[0] ?? (() => ({})),
});

interface Answers { hover: Hover; complete: Completions; signature: Signature; fixes: PlaceFix[] }

/** The compiler's answer about a place; null if a newer question of that kind was asked meanwhile. */
export function askAt<K extends keyof Answers>(state: EditorState, kind: K, begin: number, end = begin): Promise<Answers[K] | null> {
  const source = { notation: 'text', source: state.doc.toString() } as const;
  const place: PlaceRequest = { ...request(source, state.facet(modulesFacet)()), begin, end };
  const asked: Promise<Answers[keyof Answers] | null> = compiler.latest<keyof Answers>(kind, kind, place);
  return asked as Promise<Answers[K] | null>;
}
