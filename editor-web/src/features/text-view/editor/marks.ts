// marks.ts — what other parts of the page put into the text: their selection, and values at the time cursor.
import { StateEffect, StateField } from '@codemirror/state';
import type { EditorState } from '@codemirror/state';
import { Decoration, EditorView, WidgetType } from '@codemirror/view';
import type { DecorationSet } from '@codemirror/view';

import type { CursorValue } from '@/shared/cursor/cursor';

export type TruthWords = Readonly<Record<'yes' | 'no' | 'unknown', string>>;

export interface Marks {
  readonly words: TruthWords;
  readonly selected: readonly [from: number, to: number] | null;
  readonly values: readonly { readonly at: number; readonly value: CursorValue }[];
}

export const setMarks = StateEffect.define<Marks>();

class ValueWidget extends WidgetType {
  readonly value: CursorValue;
  readonly text: string;

  constructor(value: CursorValue, words: TruthWords) {
    super();
    this.value = value;
    this.text = value.truth ? words[value.truth] : value.text === 'unknown' ? words.unknown : value.text;
  }

  override eq(other: ValueWidget) {
    return other.text === this.text && other.value.truth === this.value.truth;
  }

  toDOM() {
    const dom = document.createElement('span');
    const sign = this.value.truth ? { yes: '✓ ', no: '✕ ', unknown: '? ' }[this.value.truth] : '';
    dom.className = `odx-value odx-value-${this.value.truth ?? 'number'}`;
    dom.textContent = `${sign}${this.text}`;
    return dom;
  }
}

function decorations({ words, selected, values }: Marks, length: number): DecorationSet {
  const ranges = values.filter(({ at }) => at <= length).map(({ at, value }) => Decoration.widget({ widget: new ValueWidget(value, words), side: 1 }).range(at));
  if (selected && selected[0] < selected[1] && selected[1] <= length) ranges.push(Decoration.mark({ class: 'odx-selected' }).range(selected[0], selected[1]));
  return Decoration.set(ranges, true);
}

export const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return decorations(effect.value, transaction.newDoc.length);
    return set.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

export const hasMarks = (state: EditorState): boolean => state.field(marks).size > 0;
