// odx.d.mts — types of odx.mjs.  Offsets of findings count bytes of the text as UTF-8.

export declare const ABI: 1;
export declare const PROBLEMS: Readonly<Record<string, string>>;

export declare class OdxError extends Error {
  readonly code: number;
}

export type Level = 'error' | 'warning' | 'note';

export interface Document {
  /** How findings call it; a name that ends in .json, or a text that begins with `{`, is a form or a graph. */
  name?: string;
  text: string;
  /** Texts of modules by name: the folder of `name` and the path of `use`. */
  modules?: Readonly<Record<string, string>>;
  levels?: Readonly<Record<string, 'off' | Level>>;
}

export interface CompileRequest extends Document {
  /** Without optimisation. */
  plain?: boolean;
  /** Without names and places. */
  stripped?: boolean;
}

export interface Span {
  start: [line: number, column: number];
  end: [line: number, column: number];
  bytes: [begin: number, end: number];
}

export interface Edit {
  bytes: [begin: number, end: number];
  insert: string;
}

export interface Fix {
  title: string;
  class: 'none' | 'safe' | 'suggested' | 'choice';
  edits: Edit[];
}

export interface Finding {
  code: string;
  level: Level;
  title: string;
  file: string;
  span: Span;
  label: string;
  related: { file?: string; span: Span; label: string }[];
  facts: string[];
  fixes: Fix[];
  graph: { pointer: string; nodes: string[]; edges: string[] } | null;
  explain: string;
}

export interface Findings {
  findings: Finding[];
  errors: number;
  warnings: number;
  notes: number;
  /** A mistake of the compiler's own. */
  fault?: string;
}

export type Formatted = { text: string } | ({ text: null } & Findings);

export interface Fixed {
  text: string;
  changed: boolean;
}

export interface Compiled extends Findings {
  /** The image; null with errors, and for modules. */
  image: Uint8Array | null;
  /** Most weighted words that any one event costs. */
  cost?: number;
  sha256?: string;
}

type Source = BufferSource | WebAssembly.Module | string | URL | Response;

export declare function loadOdx(source: Source | Promise<Source>): Promise<Odx>;

export declare class Odx {
  constructor(exports: WebAssembly.Exports);
  check(document: Document): Findings;
  format(document: Document): Formatted;
  fix(document: Document): Fixed;
  compile(document: CompileRequest): Compiled;
}
