// use-editor.ts — a CodeMirror editor that shows the document's text and sends what is typed back to it.
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';

import type { DocumentSession } from '@/shared/document';
import type { Selection } from '@/shared/hooks/use-selection';
import { Offsets } from '@/shared/lib/offsets';

import { actions } from './editor/actions';
import { modulesFacet } from './editor/context';
import { attributes, attributesOf, baseExtensions, fromDocument } from './editor/setup';
import { changeBetween } from './model/change';

export interface EditorWishes {
  readonly session: DocumentSession;
  readonly source: string;
  readonly label: string;
  readonly typing: string;
  readonly readOnly: boolean;
  readonly onActions: (view: EditorView) => void;
  readonly onSelect: (selection: Selection) => void;
}

export function useEditor(wishes: EditorWishes): { box: RefObject<HTMLDivElement | null>; editor: RefObject<EditorView | null> } {
  const box = useRef<HTMLDivElement>(null), editor = useRef<EditorView>(null), latest = useRef(wishes);
  useEffect(() => {
    latest.current = wishes;
  });
  useEffect(() => {
    if (!box.current) return;
    const { session, source, label, readOnly } = latest.current;
    const view = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: source,
        extensions: [
          baseExtensions,
          actions((self) => latest.current.onActions(self)),
          modulesFacet.of(() => session.getState().snapshot.modules),
          attributes.of(attributesOf(label, readOnly)),
          EditorView.updateListener.of(({ docChanged, selectionSet, state, transactions }) => {
            if (transactions.some((transaction) => transaction.annotation(fromDocument))) return;
            if (docChanged) latest.current.session.edit('text', state.doc.toString(), { label: latest.current.typing, join: 'type' });
            else if (selectionSet) {
              const { from, to } = state.selection.main, offsets = new Offsets(state.doc.toString());
              latest.current.onSelect({ from: 'text', nodes: [], bytes: [offsets.toBytes(from), offsets.toBytes(to)] });
            }
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [wishes.session]);
  const { source, label, readOnly } = wishes;
  useEffect(() => {
    const view = editor.current;
    const changes = view && changeBetween(view.state.doc.toString(), source);
    if (changes) view.dispatch({ changes, annotations: fromDocument.of(true) });
  }, [source]);
  useEffect(() => {
    editor.current?.dispatch({ effects: attributes.reconfigure(attributesOf(label, readOnly)), annotations: fromDocument.of(true) });
  }, [label, readOnly]);
  return { box, editor };
}
