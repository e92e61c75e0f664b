// tips.ts — what stands under the pointer, and the call that the cursor is in.
import { StateEffect, StateField } from '@codemirror/state';
import { EditorView, hoverTooltip, showTooltip, ViewPlugin } from '@codemirror/view';
import type { Tooltip, ViewUpdate } from '@codemirror/view';

import type { Signature } from '@/shared/wasm/places';

import { markdownElement } from '../model/markdown';
import { askAt } from './context';

export const hover = hoverTooltip(async (view, pos) => {
  const found = await askAt(view.state, 'hover', pos);
  if (!found?.markdown) return null;
  return { pos: found.begin, end: found.end, above: true, create: () => ({ dom: markdownElement(found.markdown) }) };
}, { hoverTime: 250 });

const setSignature = StateEffect.define<Tooltip | null>();

const signatureField = StateField.define<Tooltip | null>({
  create: () => null,
  update(tooltip, transaction) {
    for (const effect of transaction.effects) if (effect.is(setSignature)) return effect.value;
    return transaction.docChanged && tooltip ? { ...tooltip, pos: transaction.changes.mapPos(tooltip.pos) } : tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

function signatureElement({ label, doc, inputs, active }: Signature): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'odx-doc';
  const line = dom.appendChild(document.createElement('pre'));
  const input = inputs[active];
  line.append(label.slice(0, input?.begin ?? label.length));
  if (input) {
    const now = line.appendChild(document.createElement('span'));
    now.className = 'odx-active';
    now.textContent = label.slice(input.begin, input.end);
    line.append(label.slice(input.end));
  }
  dom.appendChild(document.createElement('p')).textContent = input ? `${doc}: ${input.doc}` : doc;
  return dom;
}

/** Asks after each move inside brackets of a line; the answer may well be that there is no call. */
const signaturePlugin = ViewPlugin.fromClass(class {
  shown = false;

  update({ view, docChanged, selectionSet }: ViewUpdate) {
    if (!docChanged && !selectionSet) return;
    const { head, empty } = view.state.selection.main;
    const line = view.state.doc.lineAt(head);
    const before = line.text.slice(0, head - line.from);
    if (empty && /\w\([^)]*$/.test(before)) void this.ask(view, head);
    else if (this.shown) this.show(view, null);
  }

  async ask(view: EditorView, head: number) {
    const found = await askAt(view.state, 'signature', head);
    if (!found || view.state.selection.main.head !== head) return;
    this.show(view, found.label ? { pos: head, above: true, create: () => ({ dom: signatureElement(found) }) } : null);
  }

  show(view: EditorView, tooltip: Tooltip | null) {
    this.shown = tooltip !== null;
    queueMicrotask(() => view.dispatch({ effects: setSignature.of(tooltip) }));
  }
});

export const signature = [signatureField, signaturePlugin];
