// settings.ts — small choices (theme, language, widths of panes) in localStorage; where that is forbidden they
// last as long as the page.

const held = new Map<string, string>();

export function readSetting(name: string): string | null {
  const own = held.get(name);
  if (own !== undefined) return own;
  try {
    return localStorage.getItem(`oddex.${name}`);
  } catch {
    return null;
  }
}

export function writeSetting(name: string, value: string): void {
  held.set(name, value);
  try {
    localStorage.setItem(`oddex.${name}`, value);
  } catch {
    // Held in memory; there is nothing else to do about it.
  }
}
