/** Seeded: whole numbers from 0 to below the bound. */
export function lcg(seed: number): (below: number) => number;
export function madeUpTicks(options?: { readonly seed?: number; readonly slots?: number }): string;
