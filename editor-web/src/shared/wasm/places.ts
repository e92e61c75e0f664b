// places.ts — the answers of hover, complete, signature and fixes (compiler/lsp/ask.h as JSON).
//
// Offsets count UTF-16 units, as strings do, unless the request said bytes.

export interface Hover { begin: number; end: number; markdown: string }

export interface CompletionItem {
  label: string;
  kind: string;
  rank: number;
  detail: string;
  doc: string;
  insert: string;
  /** `insert` has `${1:holes}`. */
  snippet: boolean;
}
export interface Completions { begin: number; end: number; items: CompletionItem[] }

export interface Signature {
  label: string;
  doc: string;
  active: number;
  inputs: { begin: number; end: number; doc: string }[];
}

export interface PlaceEdit { begin: number; end: number; insert: string }

export interface PlaceFix {
  title: string;
  kind: string;
  class: 'none' | 'safe' | 'suggested' | 'choice';
  /** Of the finding that it mends; empty for a change that nobody asked for. */
  code: string;
  edits: PlaceEdit[];
}
