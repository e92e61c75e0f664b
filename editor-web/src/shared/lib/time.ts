// time.ts — instants are whole microseconds since 1970, UTC, and shown in UTC: what a tape says is what is read.

const pad = (value: number, length = 2) => String(value).padStart(length, '0');

/** `2026-07-01 12:34:56.250` */
export function formatInstant(tsUs: number, millis = true): string {
  const date = new Date(Math.floor(tsUs / 1000));
  const day = `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
  return `${day} ${formatClock(tsUs, millis)}`;
}

/** `12:34:56.250` */
export function formatClock(tsUs: number, millis = true): string {
  const date = new Date(Math.floor(tsUs / 1000));
  const clock = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  return millis ? `${clock}.${pad(date.getUTCMilliseconds(), 3)}` : clock;
}

/** `1h 05m`, `12m 30s`, `4.25s` */
export function formatDuration(us: number): string {
  const seconds = us / 1e6;
  if (seconds < 60) return `${Number(seconds.toFixed(2))}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86400)}d ${pad(Math.floor((whole % 86400) / 3600))}h`;
}
