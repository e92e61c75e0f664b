// odx.d.mts — types of odx.mjs.  Offsets of findings count bytes of the text as UTF-8.

export declare const ABI: 1;
export declare const PROBLEMS: Readonly<Record<string, string>>;

export declare class OdxError extends Error {
  readonly code: number;
}

/** The module trapped: this instance of it answers no more. */
export declare class OdxStopped extends OdxError {}

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

// ---- odx-backtest.wasm: data, backtests, sweeps ----------------------------------------------------------
// Everything above is in odx-backtest.wasm too.  What takes long goes in slices: call `read` or `step` until
// `done`, and look for other messages in between.  Refusals are OdxErrors, as everywhere.

export interface DataRequest {
  /** VENUE:ASSET:DURATION, for recordings that do not say what they are of. */
  stream?: string;
}

/** A file of `odx import`'s folder (a tape, slots.KEY.csv), or a recording that `odx import` knows, unpacked. */
export interface DataFile {
  /** Its path below the folder that was dropped; findings name it. */
  name: string;
  bytes: Uint8Array | string;
}

export interface DataStream {
  /** venue:asset:duration */
  name: string;
  ticks: number;
  /** Slots with ticks; `winners`: of all slots that are known of, those whose winner is. */
  slots: number;
  winners: number;
  first_us?: number;
  last_us?: number;
  tape_sha256: string;
}

export interface DataSummary {
  streams: DataStream[];
  /** What is damaged, unfinished or left out, a sentence each. */
  notes: string[];
  /** Of each recording what `odx import --json` says: kind, rows, what was wrong with them, gaps, columns that know
   * the winner beforehand (`leaks`: to be shown as a warning). */
  imports: ImportReport[];
}

export interface ImportReport {
  file: string;
  format: string;
  rows: number;
  ticks: number;
  labels: number;
  fills: number;
  problems: Record<string, number>;
  examples: { problem: string; line: number; text: string }[];
  gap_count: number;
  gap_us: number;
  gaps: { stream: string; from_us: number; to_us: number }[];
  columns_not_kept: string[];
  leaks: string[];
  [more: string]: unknown;
}

export interface DataRead {
  done: boolean;
  /** So far. */
  rows: number;
  /** Once it is done. */
  summary: DataSummary | null;
}

/** Of one stream, for charts: first outcome's book and the spot; NaN is unknown.  With fewer points than rows each is
 * the last row of its part, `low` the lowest bid and `high` the highest ask within it. */
export interface DataColumns {
  rows: number;
  ts_us: Float64Array;
  bid: Float64Array;
  ask: Float64Array;
  spot: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

export declare class Data {
  private constructor();
  /** All files, before the first `read`. */
  add(file: DataFile): void;
  /** Goes on for about so many rows; 0: to the end. */
  read(how?: { rows?: number }): DataRead;
  columns(which?: { stream?: number; from_us?: number; to_us?: number; points?: number }): DataColumns;
  /** Backtests and sweeps that are open keep what they run over. */
  close(): void;
}

/** Which data a market of the strategy gets: the stream that it names, if the data has that, else the only one. */
export interface DataSource {
  data: Data;
  /** A market of the strategy; left out: the first one that has none yet. */
  market?: string;
  /** A stream of the data, by its name. */
  stream?: string;
  /** What the result's `sources` call it, as a command line would: a path. */
  as?: string;
}

export type FillModel = 'touch' | 'queue' | 'pessimistic';

export interface BacktestRequest extends CompileRequest {
  params?: Readonly<Record<string, string>>;
  cash?: string;
  data: readonly DataSource[];
  /** As the options of `odx backtest`: queue, 250 ms, a fifth of the latency, 1. */
  fill?: FillModel;
  latency?: number;
  jitter?: number;
  seed?: number;
  /** Microseconds since 1970; rows from the one to before the other. */
  from_us?: number;
  to_us?: number;
  /** What the page says makes the same result again. */
  command?: string;
}

export interface OpenedBacktest extends Findings {
  backtest: Backtest | null;
}

export interface BacktestStep {
  done: boolean;
  /** From 0 to 1, over all three models. */
  part: number;
  model: FillModel;
  /** Of this model, so far. */
  ticks: number;
}

/** Trials of a tape, as the page keeps them: 72 bytes each, the same trial may stand there more than once. */
export type TrialRecords = Uint8Array;

export interface BacktestResult {
  /** What `odx backtest --json` writes (docs/BACKTEST.md), parsed; `text` is it to the byte. */
  document: BacktestDocument;
  text: string;
  /** This run as a trial: to be kept with those of `tape_sha256` before anything is shown. */
  trials: TrialRecords;
}

/** Money in micros, times in microseconds since 1970; null is "no answer". */
export interface BacktestDocument {
  tape_sha256: string;
  image_sha256: string;
  result_sha256: string;
  document_sha256: string;
  total_trades: number;
  win_rate: number | null;
  pnl_micros: number;
  max_drawdown: number | null;
  /** [instant, equity in micros] */
  equity: [number, number][];
  trades: Record<string, unknown>[];
  order_rows: Record<string, unknown>[];
  slot_rows: Record<string, unknown>[];
  judgement: Record<string, unknown>;
  [figure: string]: unknown;
}

/** Equity by model, each at its own instants; `fall` is what is lost since the peak, in dollars. */
export type BacktestCurves = Record<FillModel, { ts_us: Float64Array; equity: Float64Array; fall: Float64Array }>;

export declare class Backtest {
  private constructor();
  /** Trials of data with this sum are what `result` is to be given. */
  readonly tape_sha256: string;
  /** Of each market the stream that it runs on. */
  readonly streams: readonly string[];
  /** What is odd about the data, a sentence each. */
  readonly remarks: readonly string[];
  /** Goes on by about so many ticks; 0: to the end. */
  step(how?: { ticks?: number }): BacktestStep;
  /** Once all is done. `trials`: those before this one; may be asked again with others. */
  result(ledger?: { trials?: TrialRecords }): BacktestResult;
  /** Its record alone, once all is done: of a run that has no result, because its books do not balance, too. */
  trials(): TrialRecords;
  curves(): BacktestCurves;
  /** What `odx backtest --html` and `--trades` write. */
  html(): string;
  csv(): string;
  close(): void;
}

export interface SweepRequest extends Omit<BacktestRequest, 'fill' | 'params'> {
  /** As `--param`: "lead", "lead=55c..75c step 5c", "lead=60c,65c", "lead=60c". */
  param?: readonly string[];
  fill?: FillModel | 'instant';
  /** One of the three; a grid. */
  way?: 'grid' | 'random' | 'refine';
  /** With `random`, which wants it: how many. */
  cells?: number;
  by?: 'deflated' | 'sharpe' | 'probable' | 'pnl' | 'calm' | 'wins';
}

export interface OpenedSweep extends Findings {
  sweep: Sweep | null;
}

export interface SweepStep {
  done: boolean;
  cells: number;
  /** Known so far; a refinement adds to them. */
  planned: number;
  round: number;
}

export interface SweepResult {
  /** What `odx sweep --json` writes (docs/SWEEP.md), parsed; `text` is it to the byte. */
  document: Record<string, unknown>;
  text: string;
  trials: TrialRecords;
}

export declare class Sweep {
  private constructor();
  readonly tape_sha256: string;
  readonly streams: readonly string[];
  readonly remarks: readonly string[];
  /** Goes on by so many cells; 0: to the end.  A cell through the matcher is a whole backtest. */
  step(how?: { cells?: number }): SweepStep;
  result(ledger?: { trials?: TrialRecords }): SweepResult;
  /** Its cells, once it is done: to be kept before anything is shown. */
  trials(): TrialRecords;
  close(): void;
}

/** A cursor over a run: `walk` once, then go to any of its steps. */
export interface CursorRequest extends CompileRequest {
  params?: Readonly<Record<string, string>>;
  cash?: string;
  data: readonly DataSource[];
  /** `instant` (unless given), as `odx run` and `odx why`; else as the backtest with the same words does. */
  fill?: FillModel | 'instant';
  latency?: number;
  jitter?: number;
  seed?: number;
  from_us?: number;
  to_us?: number;
  /** In which notations places are wanted; the document's own is one of them. */
  places?: readonly ('text' | 'form' | 'graph')[];
}

export interface OpenedCursor extends Findings {
  cursor: Cursor | null;
}

export type ValueUnit = 'condition' | 'number' | 'percent' | 'price' | 'dollars' | 'shares' | 'seconds' | 'coins'
  | 'dollars a coin' | 'token' | 'market' | 'day' | 'side' | 'outcome';

/** Bytes, as UTF-8, of the document in that notation, as `convert` writes it. */
export interface ValuePlace {
  bytes: [begin: number, end: number];
}

/** An expression of the strategy. It is named by its place in `Cursor.values`. */
export interface ValueRow {
  unit: ValueUnit;
  /** Of the document as it was given, or of a module. */
  file: string;
  bytes: [begin: number, end: number];
  source: string;
  /** A rule, a limit, a show, a promise or a state reads it; what nobody reads is not worked out. */
  read: boolean;
  /** A constant, or of params alone. */
  fixed: boolean;
  text?: ValuePlace;
  /** Of a row: `/conditions/0/rules/1` is the condition, what lies below it are its parts. */
  form?: ValuePlace & { pointer: string };
  /** `output`: what the wires that leave the node carry; else one of its inputs. Part of a chain (`a and b` of
   * `a and b and c`): no node. */
  graph?: ValuePlace & { pointer: string; node?: string; output?: boolean };
}

/** A node of a rule's condition or of one of its requires; a rule's stand together, in preorder. */
export interface ConditionRow {
  /** From 1 on. */
  rule: number;
  value: number;
  depth: number;
  require: boolean;
  /** Neither and, or nor not. */
  leaf: boolean;
}

/** At a tick. What is unknown lacks something: `of` is the value it goes back to. */
export type ValueNow =
  | { truth: 'yes' | 'no' | 'unknown'; lacks?: string; of?: number }
  | { number: number | null; text: string; lacks?: string; of?: number };

/** What one literal or param would have to be for the rule to be true at this step, all else being as it was. */
export interface Change {
  /** The comparison, and its side that would change. */
  condition: number;
  value: number;
  /** Its name when it is one. */
  param?: string;
  from: number;
  to: number;
  distance: number;
  from_text: string;
  to_text: string;
  distance_text: string;
  /** `to` itself is not enough, anything further is. */
  beyond: boolean;
  /** Of the param. */
  in_range: boolean;
}

/** `true already`: a `when` fires again only after it was false. */
export type RuleOutcome = 'fired' | 'refused' | 'true already' | 'not true' | 'unknown' | 'not looked at' | 'none';

export interface RuleNow {
  outcome: RuleOutcome;
  /** As `odx why --json` says it; `must_change` marks the fewest conditions that would have to be otherwise. */
  why: Why;
  /** Each is enough by itself; the smallest first. Empty: no single number is enough. */
  changes: Change[];
}

/** A step of the run: a tick, or a slot that opens, closes or resolves. */
export interface CursorStep {
  step: number;
  /** Ticks before it: of a tick its number. */
  tick: number;
  ts_us: number;
  kind: 'tick' | 'slot open' | 'slot close' | 'resolve';
  market: number;
  /** By place in `Cursor.values`; null at what is no tick. */
  values: ValueNow[] | null;
  rules: RuleNow[];
  /** What it sent, and the fills that answered it. */
  effects: Effect[];
  /** Behind the step; of positions by token. */
  cash: number;
  equity: number;
  positions: { token: string; size: number; entry: number | null }[];
}

export interface CursorWalk {
  done: boolean;
  /** Why it does not go on, although it is not done; what was walked can be looked at. */
  stopped?: string;
  steps: number;
  ticks: number;
  from_us?: number;
  to_us?: number;
}

export interface CursorCounts {
  /** Of each condition, in ticks; `first` and `last` are the steps at which it was true. */
  values: { value: number; yes: number; no: number; unknown: number; first: number | null; last: number | null }[];
  /** By place in `Cursor.conditions`: ticks at which it alone kept its rule from being true. */
  conditions: { near_misses: number; first: number | null; last: number | null }[];
}

export declare class Cursor {
  private constructor();
  readonly values: readonly ValueRow[];
  readonly conditions: readonly ConditionRow[];
  readonly rules: readonly { label: string; bytes: [begin: number, end: number] }[];
  /** The strategy is so large that only its conditions are worked out, or nothing. */
  readonly cut: boolean;
  /** Of each market the stream that it runs on. */
  readonly streams: readonly string[];
  readonly remarks: readonly string[];
  /** Goes on by about so many steps; 0: to the end. What was walked can be looked at meanwhile. */
  walk(how?: { steps?: number }): CursorWalk;
  /** By one of the three; the last step at or before an instant. Null when there is none. */
  at(where: { step: number } | { tick: number } | { us: number }): CursorStep | null;
  /** The nearest step behind (before) `step` at which the condition was so; null: none. */
  next(value: number, step: number, truth?: 'yes' | 'no' | 'unknown'): number | null;
  previous(value: number, step: number, truth?: 'yes' | 'no' | 'unknown'): number | null;
  /** For a strip along the time line: steps from which on a condition is otherwise, and how: 1 no, 2 unknown, 3 yes. */
  stretches(value: number): { steps: Uint32Array; truths: Uint8Array };
  counts(): CursorCounts;
  close(): void;
}

type Source = BufferSource | WebAssembly.Module | string | URL | Response;

export declare function compileOdx(source: Source | Promise<Source>): Promise<WebAssembly.Module>;
export declare function loadOdx(source: Source | Promise<Source>): Promise<Odx>;

export declare class Odx {
  constructor(exports: WebAssembly.Exports);
  readonly memoryBytes: number;
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
  /** These four need odx-backtest.wasm. */
  openData(request?: DataRequest): Data;
  openBacktest(request: BacktestRequest): OpenedBacktest;
  openSweep(request: SweepRequest): OpenedSweep;
  openCursor(request: CursorRequest): OpenedCursor;
}
