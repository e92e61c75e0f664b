// use-editor.ts — a CodeMirror editor that shows the document's text and sends what is typed back to it.
import { EditorState } from '@codemirror/state';
import type { Transaction } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { flushSync } from 'react-dom';

import type { DocumentSession } from '@/shared/document';
import type { Selection } from '@/shared/hooks/use-selection';
import { Offsets } from '@/shared/lib/offsets';

import { actions } from './editor/actions';
import { fromDocument, modulesFacet } from './editor/context';
import { findingsChange } from './editor/findings';
import { attributes, attributesOf, baseExtensions } from './editor/setup';
import { Turns } from './editor/turns';
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

const isFromDocument = (transactions: readonly Transaction[]) => transactions.some((each) => each.annotation(fromDocument));

/** With what was typed also what the compiler found in it, if it has answered already. */
function withFindings(transactions: readonly Transaction[], { state }: Transaction, session: DocumentSession): readonly Transaction[] {
  const view = session.getState().derived?.views.text;
  const findings = view?.source === state.doc.toString() ? findingsChange(state, view.findings) : null;
  return findings ? [...transactions, state.update(findings)] : transactions;
}

export interface Editor {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly editor: RefObject<EditorView | null>;
  /** Whatever is dispatched into the editor because the document changed goes through this. */
  readonly behind: Turns['behind'];
}

export function useEditor(wishes: EditorWishes): Editor {
  const box = useRef<HTMLDivElement>(null), editor = useRef<EditorView>(null), latest = useRef(wishes);
  const [{ behind, take }] = useState(() => new Turns());
  useEffect(() => {
    latest.current = wishes;
  });
  useEffect(() => {
    if (!box.current) return;
    const { session, source, label, readOnly } = latest.current;
    const view = new EditorView({
      parent: box.current,
      dispatchTransactions(transactions, self) {
        const last = transactions.at(-1);
        if (!last || isFromDocument(transactions) || !transactions.some(({ docChanged }) => docChanged)) return self.update(transactions);
        const source = last.newDoc.toString(), { typing } = latest.current;
        take(() => flushSync(() => session.edit('text', source, { label: typing, join: 'type' })), () => self.update(withFindings(transactions, last, session)));
      },
      state: EditorState.create({
        doc: source,
        extensions: [
          baseExtensions,
          actions((self) => latest.current.onActions(self)),
          modulesFacet.of(() => session.getState().snapshot.modules),
          attributes.of(attributesOf(label, readOnly)),
          EditorView.updateListener.of(({ docChanged, selectionSet, state, transactions }) => {
            if (docChanged || !selectionSet || isFromDocument(transactions)) return;
            const { from, to } = state.selection.main, offsets = new Offsets(state.doc.toString());
            latest.current.onSelect({ from: 'text', nodes: [], bytes: [offsets.toBytes(from), offsets.toBytes(to)] });
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [wishes.session, take]);
  const { source, label, readOnly } = wishes;
  useEffect(() => behind(() => {
    const view = editor.current;
    const changes = view && changeBetween(view.state.doc.toString(), source);
    if (changes) view.dispatch({ changes, annotations: fromDocument.of(true) });
  }), [source, behind]);
  useEffect(() => behind(() => {
    editor.current?.dispatch({ effects: attributes.reconfigure(attributesOf(label, readOnly)), annotations: fromDocument.of(true) });
  }), [label, readOnly, behind]);
  return { box, editor, behind };
}
