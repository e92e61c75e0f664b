// money.ts — money is a bigint (or an exact string) of micros until it is shown.
//
// In: micros. Out: text in the reader's language. Promise: no rounding but the one asked for, half away from
// zero; a minus sign and a plus sign are always shown where `sign` asks for them.
import type { Language } from '../i18n';
import { numberFormat } from './formats';

export type Micros = bigint;

const MICROS = 1_000_000n;

/** Micros of JSON: a whole number that fits a double exactly, or a string. */
export function micros(value: number | string | bigint): Micros {
  return BigInt(value);
}

function rounded(value: Micros, places: number): { negative: boolean; digits: string } {
  const unit = 10n ** BigInt(6 - places);
  const size = value < 0n ? -value : value;
  const whole = (size + unit / 2n) / unit;
  return { negative: value < 0n && whole > 0n, digits: whole.toString().padStart(places + 1, '0') };
}

function grouped(digits: string, separator: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, separator);
}

export interface MoneyStyle { readonly places?: number; readonly sign?: boolean }

/** `$1,234.50`, in French `1 234,50 $`. */
export function formatUsd(value: Micros, language: Language, { places = 2, sign = false }: MoneyStyle = {}): string {
  const { negative, digits } = rounded(value, places);
  const whole = digits.slice(0, digits.length - places), part = digits.slice(digits.length - places);
  const mark = negative ? '\u2212' : sign && /[1-9]/.test(digits) ? '+' : '';
  if (language === 'fr') return `${mark}${grouped(whole, '\u202f')}${places ? `,${part}` : ''}\u00a0$`;
  return `${mark}$${grouped(whole, ',')}${places ? `.${part}` : ''}`;
}

/** A price of a share in cents: `52.5¢`. */
export function formatCents(value: Micros, language: Language): string {
  const tenths = (value * 1000n) / MICROS;
  const text = tenths % 10n === 0n ? String(tenths / 10n) : `${tenths / 10n}.${tenths < 0n ? -(tenths % 10n) : tenths % 10n}`;
  return `${language === 'fr' ? text.replace('.', ',') : text}¢`;
}

/** 0.1234 is `12.3%`; unknown is an en dash. */
export function formatPercent(value: number | null, language: Language, places = 1): string {
  if (value === null || Number.isNaN(value)) return '\u2013';
  const text = numberFormat(language, { style: 'percent', minimumFractionDigits: places, maximumFractionDigits: places }).format(value);
  return text.replace('-', '\u2212');
}
