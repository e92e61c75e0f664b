// typing.ts — letters of a keyboard go into the text as changes of CodeMirror's.
//
// Else the browser writes them into the page first, lays it out and reads the whole text for its input methods, and all
// of that again when CodeMirror has read what was written. Promise: what is more than a key and its letter (input methods,
// dictation, a keyboard on the screen, a correction elsewhere in the text) is left to the browser.
import { EditorView, ViewPlugin } from '@codemirror/view';

/** A keyboard on the screen keeps its own idea of the text, which only the browser's writing keeps true. */
const hasKeys = (): boolean => !matchMedia('(pointer: coarse)').matches;

/** A selection that was just made may not have been heard of yet. */
function isSelectionKnown(view: EditorView): boolean {
  const { anchor, head } = view.state.selection.main, shown = view.contentDOM.ownerDocument.getSelection();
  const isAt = (node: Node | null | undefined, offset: number, place: number) => node && view.contentDOM.contains(node) && view.posAtDOM(node, offset) === place;
  return Boolean(shown && isAt(shown.anchorNode, shown.anchorOffset, anchor) && isAt(shown.focusNode, shown.focusOffset, head));
}

function isPlain(view: EditorView, event: InputEvent, key: string): boolean {
  if (event.inputType !== 'insertText' || event.data !== key || event.isComposing || view.compositionStarted) return false;
  return !view.state.readOnly && view.state.selection.ranges.length === 1 && hasKeys() && isSelectionKnown(view);
}

/** As CodeMirror does with what it has read, brackets that close themselves included. */
function type(view: EditorView, text: string): void {
  const { state } = view, { from, to } = state.selection.main;
  const insert = () => state.update(state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true });
  if (!state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
}

export const typing = ViewPlugin.fromClass(class { key = ''; }, {
  eventObservers: {
    keydown(event) {
      this.key = event.key;
    },
  },
  eventHandlers: {
    beforeinput(event, view) {
      const { key } = this;
      this.key = '';
      if (!isPlain(view, event, key)) return false;
      type(view, key);
      return true;
    },
  },
});
