// formats.ts — the browser's formatters, each made once: to make one takes longer than to use it a hundred times.

const numbers = new Map<string, Intl.NumberFormat>(), instants = new Map<string, Intl.DateTimeFormat>();

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const format = made.get(key) ?? make();
  made.set(key, format);
  return format;
}

export const numberFormat = (language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat =>
  once(numbers, `${language} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(language, options));

/** When something was done here, in the time of whoever reads it. */
export const formatWhen = (ms: number, language: string): string =>
  once(instants, language, () => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })).format(ms);
