// time-range.ts — the part of the recording that a backtest runs over, as it is typed: UTC, a date, perhaps with a time.
import { formatInstant } from '@/shared/lib/time';
import type { DataSummary } from '@/shared/wasm/odx.mjs';

/** From the one to before the other; null: where the recording begins or ends. */
export interface TimeRange { readonly fromUs: number | null; readonly toUs: number | null }

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?(?: ?Z| UTC)?$/i;

/** Microseconds since 1970; null: nothing is typed; undefined: that is no instant. */
export function typedInstant(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const parts = INSTANT.exec(text.trim());
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, Number((parts[7] ?? '').padEnd(3, '0'))));
  const isThere = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isThere && date.getTime() > 0 ? date.getTime() * 1000 : undefined;
}

export type RangeProblem = 'from' | 'to' | 'order';

export function typedRange(from: string, to: string): { readonly range: TimeRange } | { readonly problem: RangeProblem } {
  const fromUs = typedInstant(from), toUs = typedInstant(to);
  if (fromUs === undefined) return { problem: 'from' };
  if (toUs === undefined) return { problem: 'to' };
  return fromUs !== null && toUs !== null && fromUs >= toUs ? { problem: 'order' } : { range: { fromUs, toUs } };
}

/** Where the recording begins and ends. */
export function endsOf({ streams }: DataSummary): TimeRange {
  const first = streams.flatMap(({ first_us }) => first_us ?? []), last = streams.flatMap(({ last_us }) => last_us ?? []);
  return { fromUs: first.length ? Math.min(...first) : null, toUs: last.length ? Math.max(...last) : null };
}

/** For a line of what is assumed; empty: all of the recording. */
export const rangeWords = ({ fromUs, toUs }: TimeRange): string => (fromUs === null && toUs === null ? '' : ` · ${written(fromUs) || '…'} → ${written(toUs) || '…'}`);

/** As it would be typed. */
export const written = (us: number | null): string => (us === null ? '' : formatInstant(us, us % 1e6 !== 0));
