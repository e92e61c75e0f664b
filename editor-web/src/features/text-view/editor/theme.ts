// theme.ts — how the text looks: the tokens of styles.css, so that light and dark are one theme.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--surface)', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.25rem' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 8px' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--ink-faint)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 4px 0 12px', minWidth: '2.5rem' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--hover) 60%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: 'none' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--ink)', border: '1px solid var(--line)', borderRadius: '6px', boxShadow: 'var(--shadow)', overflow: 'hidden', maxWidth: 'min(36rem, 90vw)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '16rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--ink)' },
  '.cm-completionDetail': { color: 'var(--ink-faint)', fontStyle: 'normal', marginLeft: '1rem' },
  '.cm-completionInfo': { padding: '6px 10px', fontFamily: 'var(--font-sans)' },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-panel input, .cm-panel button': { font: 'inherit', color: 'inherit', background: 'var(--surface)', border: '1px solid var(--line)', borderRadius: '4px' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)' },
  '.cm-diagnostic': { borderLeftWidth: '3px', padding: '4px 10px', fontFamily: 'var(--font-sans)', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--no)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-diagnostic-info': { borderLeftColor: 'var(--line-strong)' },
  '.cm-diagnosticAction': { backgroundColor: 'var(--accent)', color: 'var(--accent-ink)', borderRadius: '4px', padding: '1px 8px', marginLeft: '0', marginRight: '8px' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--no) 1px', textUnderlineOffset: '3px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--warn) 1px', textUnderlineOffset: '3px' },
  '.cm-lintRange-info': { backgroundImage: 'none', textDecoration: 'underline dotted var(--line-strong) 1px', textUnderlineOffset: '3px' },
  '.cm-lintRange-active': { backgroundColor: 'var(--warn-soft)' },
  '.odx-doc': { padding: '6px 10px', maxWidth: '32rem', fontFamily: 'var(--font-sans)', fontSize: '0.8125rem' },
  '.odx-doc pre': { fontFamily: 'var(--font-mono)', marginBottom: '4px', color: 'var(--accent)', whiteSpace: 'pre-wrap' },
  '.odx-doc p + p': { marginTop: '4px' },
  '.odx-doc code': { fontFamily: 'var(--font-mono)' },
  '.odx-active': { fontWeight: '700', color: 'var(--accent)' },
  '.odx-selected': { backgroundColor: 'var(--accent-soft)', boxShadow: '0 0 0 1px var(--accent)', borderRadius: '2px' },
  '.odx-value': { display: 'inline-block', whiteSpace: 'nowrap', lineHeight: '1rem', marginLeft: '12px', padding: '0 4px', borderRadius: '4px', fontSize: '0.75rem', color: 'var(--ink-soft)', backgroundColor: 'var(--sunken)' },
  '.odx-value-yes': { color: 'var(--yes)', backgroundColor: 'var(--yes-soft)' },
  '.odx-value-no': { color: 'var(--no)', backgroundColor: 'var(--no-soft)' },
});

const colours = HighlightStyle.define([
  { tag: [tags.definitionKeyword, tags.controlKeyword], color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.operatorKeyword, tags.modifier], color: 'var(--accent)' },
  { tag: [tags.number, tags.bool], color: 'var(--warn)' },
  { tag: tags.string, color: 'var(--yes)' },
  { tag: [tags.lineComment, tags.docComment], color: 'var(--ink-faint)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.operator], color: 'var(--ink-soft)' },
]);

export const theme = [look, syntaxHighlighting(colours)];
