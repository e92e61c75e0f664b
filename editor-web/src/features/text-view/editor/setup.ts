// setup.ts — the editor: the language of editors/codemirror, the compiler's answers, no undo of its own
// (the document has one for all views).
import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { odx } from 'codemirror-lang-odx';

import { completion } from './completion';
import { shownFindings } from './findings';
import { marks } from './marks';
import { theme } from './theme';
import { hover, signature } from './tips';
import { typing } from './typing';

/** Escape, then Tab, leaves the editor: Tab alone indents. */
const keys = keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]);

export const attributes = new Compartment();

export function attributesOf(label: string, readOnly: boolean): Extension {
  return [EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': 'true', tabindex: '0' }), EditorState.readOnly.of(readOnly)];
}

export const baseExtensions: Extension = [
  lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), indentOnInput(), bracketMatching(), closeBrackets(),
  highlightSelectionMatches(), highlightSpecialChars(), EditorView.lineWrapping, keys, odx(), completion, hover, signature, marks, shownFindings, typing, theme,
];
