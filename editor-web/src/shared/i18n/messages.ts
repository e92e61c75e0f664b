// messages.ts — texts of the interface in English and French, with typed keys.
//
// Each feature has its own table (`messages.ts`, made by `defineMessages`); tests/unit/messages.test.ts holds
// every table to be complete in both languages. Findings stay in English: they are the compiler's.

export type Language = 'en' | 'fr';
export const LANGUAGES: readonly Language[] = ['en', 'fr'];

export interface Messages<K extends string> {
  readonly en: Readonly<Record<K, string>>;
  readonly fr: Readonly<Record<K, string>>;
}

/** A table of texts; `{name}` is a hole, `{count|one|many}` chooses by number. */
export function defineMessages<const T extends Record<string, string>>(en: T, fr: Record<keyof T & string, string>): Messages<keyof T & string> {
  return { en, fr };
}

export type Holes = Readonly<Record<string, string | number>>;

/** Fills the holes of a text. */
export function filled(text: string, language: Language, holes: Holes = {}): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = holes[name];
    if (value === undefined) return whole;
    if (many === undefined) return String(value);
    const single = language === 'fr' ? Math.abs(Number(value)) < 2 : Number(value) === 1;
    return (single ? one : many) ?? '';
  });
}
