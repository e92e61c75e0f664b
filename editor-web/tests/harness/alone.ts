// alone.ts — what a library needs of the browser besides its store, where there is one tab and nothing was left.
import type { Leftovers, OtherTabs } from '@/shared/document';

export const alone: { readonly otherTabs: OtherTabs; readonly leftovers: Leftovers } = {
  otherTabs: { tell: () => undefined, onTold: () => undefined, onBoth: () => 'both' },
  leftovers: { keep: () => '', of: () => [], drop: () => undefined },
};
