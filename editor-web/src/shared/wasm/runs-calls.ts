// runs-calls.ts — what the worker of runs answers: data, backtests, sweeps and the time cursor; also used directly,
// in node, by tests.
//
// In: a loaded odx-backtest.wasm. Out: an object of functions that each do a bounded piece of work, so that
// whoever asks can stop asking. Promise: what is open is known by a number, which no other worker gave, and is closed
// once.
import type { Backtest, BacktestRequest, BacktestStep, Cursor, CursorRequest, Data, DataFile, DataSource, DataSummary, Findings, Odx, Sweep, SweepRequest, TrialRecords } from './odx.mjs';

export interface Recording { readonly id: string; readonly name: string; readonly files: readonly DataFile[] }

/** A market of the strategy, and the stream of the recording that was chosen for it; none: its own. */
export interface MarketStream { readonly market: string; readonly stream?: string }

/** In the place of the data: the id of the recording, whose bytes are sent once (`open`), and what each market gets of it. */
type OverRecording<T> = Omit<T, 'data'> & { readonly recording: string; readonly markets: readonly MarketStream[] };
export type BacktestAsk = OverRecording<BacktestRequest>;
export type SweepAsk = OverRecording<SweepRequest>;
export type CursorAsk = OverRecording<CursorRequest>;

/** The answer where another recording is open, or none. */
export const NOT_OPEN = 'not-open';

const ROWS_A_SLICE = 200_000, TICKS_A_SLICE = 60_000, STEPS_A_SLICE = 40_000, CELLS_A_SLICE = 4;
/** A backtest of the sample is done in one slice; of more, whoever asked for another hears of it soon enough. */
const SLICE_MS = 25;

/** A worker gives numbers of its own: those of one that died, in whose place it is, are none of them. */
const RUNS_A_WORKER = 2 ** 32;

class Table<T extends { close(): void }> {
  #rows = new Map<number, T>();
  #next: number;
  constructor(worker: number) {
    this.#next = worker * RUNS_A_WORKER;
  }
  put(row: T): number {
    this.#rows.set(this.#next, row);
    return this.#next++;
  }
  get(id: number): T {
    const row = this.#rows.get(id);
    if (!row) throw new Error('this run is closed');
    return row;
  }
  close(id: number): void {
    this.#rows.get(id)?.close();
    this.#rows.delete(id);
  }
}

export type StartedBacktest =
  | { readonly run: null; readonly data: DataSummary; readonly findings: Findings }
  | { readonly run: number; readonly data: DataSummary; readonly remarks: readonly string[]; readonly tape: string; readonly step: BacktestStep };

const findingsOf = ({ findings, errors, warnings, notes }: Findings): Findings => ({ findings, errors, warnings, notes });

/** `worker`: which one of the page it is, by count. */
export function runsCalls(odx: Odx, worker: number) {
  const backtests = new Table<Backtest>(worker), sweeps = new Table<Sweep>(worker), cursors = new Table<Cursor>(worker);
  let recording: { id: string; data: Data; summary: DataSummary } | null = null;

  /** Null where it is to be opened first. */
  const opened = (id: string) => (recording?.id === id ? recording : null);
  const dataOf = (): Data => {
    if (!recording) throw new Error('no recording is open');
    return recording.data;
  };
  const sources = (markets: readonly MarketStream[]): DataSource[] => {
    const data = dataOf(), isPlain = markets.length < 2 && markets[0]?.stream === undefined;
    return isPlain ? [{ data }] : markets.map((each) => ({ data, ...each }));
  };
  const stepBacktest = (run: number): BacktestStep => {
    const until = performance.now() + SLICE_MS, backtest = backtests.get(run);
    let step = backtest.step({ ticks: TICKS_A_SLICE });
    while (!step.done && performance.now() < until) step = backtest.step({ ticks: TICKS_A_SLICE });
    return step;
  };

  return {
    /** Opens a recording; the one before is closed. The same one again costs nothing. */
    open({ id, name, files }: Recording): DataSummary {
      if (recording?.id === id) return recording.summary;
      const data = odx.openData();
      try {
        for (const file of files) data.add(file);
        let read = data.read({ rows: ROWS_A_SLICE });
        while (!read.done) read = data.read({ rows: ROWS_A_SLICE });
        if (!read.summary) throw new Error(`${name}: nothing was read`);
        recording?.data.close();
        recording = { id, data, summary: read.summary };
        return read.summary;
      } catch (error) {
        data.close();
        throw error;
      }
    },
    /** What was read of a recording, and what was wrong with it; null: it is not the open one. */
    summary: (id: string): DataSummary | null => (recording?.id === id ? recording.summary : null),
    /** Of a stream, by its name. */
    columns(points: number, stream: string | undefined) {
      const at = recording?.summary.streams.findIndex(({ name }) => name === stream) ?? -1;
      return dataOf().columns({ points, stream: Math.max(0, at) });
    },

    /** Opens a backtest and goes its first slice. */
    startBacktest({ recording: id, markets, ...ask }: BacktestAsk): StartedBacktest | typeof NOT_OPEN {
      const over = opened(id);
      if (!over) return NOT_OPEN;
      const answer = odx.openBacktest({ ...ask, data: sources(markets) }), data = over.summary;
      const { backtest } = answer;
      if (!backtest) return { run: null, data, findings: findingsOf(answer) };
      const run = backtests.put(backtest);
      return { run, data, remarks: backtest.remarks, tape: backtest.tape_sha256, step: stepBacktest(run) };
    },
    stepBacktest,
    /** To be counted before the result is asked for. */
    backtestTrials: (run: number): TrialRecords => backtests.get(run).trials(),
    backtestResult(run: number, trials: TrialRecords) {
      const backtest = backtests.get(run);
      return { ...backtest.result({ trials }), curves: backtest.curves() };
    },
    backtestPage: (run: number): string => backtests.get(run).html(),
    backtestTable: (run: number): string => backtests.get(run).csv(),
    closeBacktest: (run: number): void => backtests.close(run),

    startSweep({ recording: id, markets, ...ask }: SweepAsk): { run: number | null; findings: Findings; tape: string } | typeof NOT_OPEN {
      if (!opened(id)) return NOT_OPEN;
      const answer = odx.openSweep({ ...ask, data: sources(markets) }), findings = findingsOf(answer);
      const { sweep } = answer;
      return sweep ? { run: sweeps.put(sweep), findings, tape: sweep.tape_sha256 } : { run: null, findings, tape: '' };
    },
    stepSweep: (run: number) => sweeps.get(run).step({ cells: CELLS_A_SLICE }),
    sweepTrials: (run: number): TrialRecords => sweeps.get(run).trials(),
    sweepResult: (run: number, trials: TrialRecords) => sweeps.get(run).result({ trials }),
    closeSweep: (run: number): void => sweeps.close(run),

    startCursor({ recording: id, markets, ...ask }: CursorAsk) {
      if (!opened(id)) return NOT_OPEN;
      const answer = odx.openCursor({ ...ask, data: sources(markets) }), findings = findingsOf(answer);
      const { cursor } = answer;
      if (!cursor) return { run: null, findings };
      const { values, conditions, rules, cut, streams, remarks } = cursor;
      return { run: cursors.put(cursor), findings, values, conditions, rules, cut, streams, remarks };
    },
    walkCursor: (run: number) => cursors.get(run).walk({ steps: STEPS_A_SLICE }),
    cursorAt: (run: number, where: Parameters<Cursor['at']>[0]) => cursors.get(run).at(where),
    cursorJump: (run: number, value: number, step: number, way: 'next' | 'previous', truth: 'yes' | 'no' | 'unknown' = 'yes') => cursors.get(run)[way](value, step, truth),
    cursorCounts: (run: number) => cursors.get(run).counts(),
    closeCursor: (run: number): void => cursors.close(run),
  };
}

export type RunsCalls = ReturnType<typeof runsCalls>;
