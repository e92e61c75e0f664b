// keys.ts — shortcuts: written `Mod+Shift+K`, where Mod is Command on a Mac and Control elsewhere.

export interface KeyPress { key: string; code?: string; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean }

export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

export function matchesKeys(press: KeyPress, keys: string, mac = isMac): boolean {
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  const wants = (name: string) => parts.includes(name);
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (mod !== wants('Mod') || press.altKey !== wants('Alt') || other) return false;
  if (press.shiftKey !== wants('Shift') && /^[A-Z0-9]$|^\w{2,}$/.test(key)) return false;
  // With Alt held some keyboards give another letter; the place of the key is what counts then.
  if (press.altKey && (press.code === `Key${key}` || press.code === `Digit${key}`)) return true;
  return press.key.toLowerCase() === key.toLowerCase();
}

/** As it stands on the keys: `⌘⇧K` or `Ctrl+Shift+K`. */
export function shownKeys(keys: string, mac = isMac): string {
  if (!mac) return keys.replace('Mod', 'Ctrl');
  return keys.replace('Mod', '⌘').replace('Shift', '⇧').replace('Alt', '⌥').replaceAll('+', '');
}
