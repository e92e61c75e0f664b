// actions.ts — fixes and changes at the cursor (Mod+.): a list in a tooltip; arrows, Enter, Escape.
import { Prec, StateEffect, StateField } from '@codemirror/state';
import { keymap, showTooltip } from '@codemirror/view';
import type { EditorView, Tooltip } from '@codemirror/view';

import type { PlaceFix } from '@/shared/wasm/places';

import { askAt } from './context';

const setActions = StateEffect.define<Tooltip | null>();

const actionsField = StateField.define<Tooltip | null>({
  create: () => null,
  update(tooltip, transaction) {
    for (const effect of transaction.effects) if (effect.is(setActions)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

export interface ActionTexts { readonly title: string; readonly none: string; readonly choice: string }

function row(view: EditorView, fix: PlaceFix, texts: ActionTexts): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'block w-full px-3 py-1 text-left text-sm hover:bg-hover focus:bg-accent-soft focus:outline-none disabled:text-ink-faint';
  button.textContent = fix.edits.length ? fix.title : `${fix.title} (${texts.choice})`;
  button.disabled = fix.edits.length === 0;
  button.onclick = () => {
    view.dispatch({ changes: fix.edits.map(({ begin, end, insert }) => ({ from: begin, to: end, insert })), effects: setActions.of(null), userEvent: 'input.fix' });
    view.focus();
  };
  return button;
}

function list(view: EditorView, fixes: readonly PlaceFix[], texts: ActionTexts): HTMLElement {
  const dom = document.createElement('div');
  dom.setAttribute('role', 'group');
  dom.setAttribute('aria-label', texts.title);
  dom.className = 'py-1 font-sans';
  dom.append(...fixes.map((fix) => row(view, fix, texts)));
  dom.onkeydown = (event) => {
    const buttons = [...dom.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')];
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      view.dispatch({ effects: setActions.of(null) });
      view.focus();
    } else if (by) buttons.at((buttons.indexOf(document.activeElement as HTMLButtonElement) + by) % buttons.length)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return dom;
}

export async function openActions(view: EditorView, texts: ActionTexts, none: () => void): Promise<void> {
  const { from, to } = view.state.selection.main;
  const found = await askAt(view.state, 'fixes', from, to);
  if (!found) return;
  if (found.length === 0) return none();
  view.dispatch({
    effects: setActions.of({ pos: from, create: () => ({ dom: list(view, found, texts), mount() { (view.dom.querySelector('.cm-tooltip [role=group] button:not(:disabled)') as HTMLElement | null)?.focus(); } }) }),
  });
}

export function actions(open: (view: EditorView) => void) {
  return [actionsField, Prec.high(keymap.of([{ key: 'Mod-.', run: (view) => { open(view); return true; } }]))];
}
