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

export interface ConvertRequest extends Document {
  to: 'text' | 'form' | 'graph';
}

/** `lost`: what the other notation cannot say. */
export type Converted = { text: string | null; lost: Finding[] } & Findings;

export type Explained = { text: string | null } & Findings;

/** A question about a place; offsets count UTF-16 units unless `units` says bytes. */
export interface PlaceRequest extends Document {
  begin: number;
  end?: number;
  units?: 'utf16' | 'bytes';
}

export interface RunRequest extends CompileRequest {
  params?: Readonly<Record<string, string>>;
  /** Dollars, "1000" unless given. */
  cash?: string;
  shows?: boolean;
  /** Whether `why` can be asked. */
  trace?: boolean;
  /** Names of the columns of blocks, as in tick files. */
  columns?: readonly string[];
}

export interface Opened extends Findings {
  run: Run | null;
}

export interface Fed {
  ticks: number;
  outside: number;
  other: number;
  back: number;
}

export type Effect =
  | { kind: 'order'; ts_us: number; rule?: number; side: 'buy' | 'sell'; token: string; size: number; price: number | null;
      type: 'market' | 'limit'; because: string; order: number }
  | { kind: 'fill'; ts_us: number; side: 'buy' | 'sell'; token: string; size: number; price: number; order: number }
  | { kind: 'cancel'; ts_us: number; rule?: number; order: number }
  | { kind: 'skip'; ts_us: number; rule?: number; reason: string; unknown: boolean }
  | { kind: string; ts_us: number; rule?: number };

export interface Stepped {
  effects: Effect[];
  /** Why the run does not go on, although it is not done. */
  stopped?: string;
  /** No event is left. */
  done: boolean;
  ticks: number;
  slots: number;
  orders: number;
  skipped: number;
  cash: number;
  equity: number;
  /** Rows of [instant in microseconds, market, value of each show]; NaN is unknown. */
  shows: Float64Array;
}

/** A rule at the event that ran last, as `odx why --json` says it. */
export interface Why {
  ts_us: number;
  rule: number;
  label: string;
  truth: string;
  conditions: Record<string, unknown>[];
}

export declare class Run {
  private constructor();
  readonly markets: readonly { name: string; selector: string }[];
  readonly shows: readonly string[];
  /** Labels, in the order of the document. */
  readonly rules: readonly string[];
  feed(market: number, cells: Float64Array): Fed;
  feedCsv(market: number, text: string): Fed;
  step(how?: { untilUs?: number; ticks?: number }): Stepped;
  why(rule: number): Why;
  close(): void;
}

type Source = BufferSource | WebAssembly.Module | string | URL | Response;

export declare function loadOdx(source: Source | Promise<Source>): Promise<Odx>;

export declare class Odx {
  constructor(exports: WebAssembly.Exports);
  check(document: Document): Findings;
  format(document: Document): Formatted;
  fix(document: Document): Fixed;
  compile(document: CompileRequest): Compiled;
  convert(document: ConvertRequest): Converted;
  explain(document: Document): Explained;
  hover(document: PlaceRequest): unknown;
  complete(document: PlaceRequest): unknown;
  signature(document: PlaceRequest): unknown;
  fixes(document: PlaceRequest): unknown;
  openRun(request: RunRequest): Opened;
}
