// theme.ts — light, dark, or the system's; public/theme.js sets it before the first paint.
import { Cell, useCell } from '@/shared/lib/cell';
import { readSetting, writeSetting } from '@/shared/lib/settings';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const kept = readSetting('theme') as Theme | null;
const themeCell = new Cell<Theme>(kept && THEMES.includes(kept) ? kept : 'system');

export function setTheme(theme: Theme): void {
  themeCell.set(theme);
  writeSetting('theme', theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export const useTheme = (): Theme => useCell(themeCell);
