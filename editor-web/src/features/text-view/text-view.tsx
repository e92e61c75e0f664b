// text-view.tsx — the document as text: findings, completion, hover, fixes and format come from the compiler.
import { openSearchPanel } from '@codemirror/search';
import { EditorView } from '@codemirror/view';
import { useCallback, useEffect, useMemo } from 'react';

import { useCommands } from '@/shared/commands/commands';
import { useCursor } from '@/shared/cursor/cursor';
import { request } from '@/shared/document';
import { useDocument, useSession, useSource, useView } from '@/shared/hooks/use-document';
import { useSelection } from '@/shared/hooks/use-selection';
import { useMessages } from '@/shared/i18n';
import { Offsets } from '@/shared/lib/offsets';
import { showToast } from '@/shared/ui';
import { ViewFrame } from '@/shared/view';
import { compiler } from '@/shared/wasm/compiler';

import { openActions } from './editor/actions';
import { fromDocument } from './editor/context';
import { findingsChange } from './editor/findings';
import { hasMarks, setMarks } from './editor/marks';
import { messages } from './messages';
import { lineValues } from './model/line-values';
import { useEditor } from './use-editor';

/** The beginning of the line, unless the place is far to the right: no scrolling sideways without need. */
function placeToShow(editor: EditorView, place: number): number {
  const { from } = editor.state.doc.lineAt(place);
  return place - from < 60 ? from : place;
}

export function TextView() {
  const session = useSession();
  const view = useView('text'), source = useSource('text') ?? '', readOnly = useDocument((state) => state.readOnly);
  const t = useMessages(messages);
  const { selection, select } = useSelection();
  const { cursor } = useCursor();
  const words = useMemo(() => ({ yes: t('yes'), no: t('no'), unknown: t('unknown') }), [t]);
  const actionTexts = useMemo(() => ({ title: t('actions'), none: t('noActions'), choice: t('choice') }), [t]);
  const onActions = useCallback((self: EditorView) => void openActions(self, actionTexts, () => showToast({ text: actionTexts.none })), [actionTexts]);
  const { box, editor, behind } = useEditor({ session, source, label: t('editor'), typing: t('typing'), readOnly, onActions, onSelect: select });

  useEffect(() => behind(() => {
    const own = editor.current;
    const change = own && view?.source === own.state.doc.toString() ? findingsChange(own.state, view.findings) : null;
    if (change) own?.dispatch(change);
  }), [editor, behind, view, source]);

  useEffect(() => behind(() => {
    const own = editor.current;
    if (!own) return;
    const text = own.state.doc.toString(), offsets = new Offsets(text);
    const bytes = selection.from === 'text' ? null : selection.bytes;
    const selected = bytes && ([offsets.toUnits(bytes[0]), offsets.toUnits(bytes[1])] as const);
    const values = view?.standing === 'live' && view.source === text ? lineValues(text, offsets, cursor.values) : [];
    if (!selected && values.length === 0 && !hasMarks(own.state)) return;
    own.dispatch({
      effects: [setMarks.of({ words, selected, values }), ...(selected ? [EditorView.scrollIntoView(placeToShow(own, selected[0]), { y: 'nearest', yMargin: 40 })] : [])],
      annotations: fromDocument.of(true),
    });
  }), [editor, behind, selection, cursor, view, words]);

  const change = useCallback(async (verb: 'format' | 'fix') => {
    const now = session.getState().snapshot;
    const text = editor.current?.state.doc.toString() ?? '';
    const answer = await compiler.call(verb, request({ notation: 'text', source: text }, now.modules));
    if (answer.text === null) showToast({ text: t('formatFailed') });
    else if (editor.current?.state.doc.toString() === text) session.edit('text', answer.text, { label: t(verb === 'format' ? 'formatted' : 'fixAll') });
  }, [session, editor, t]);

  useCommands(useMemo(() => [
    { id: 'text.format', title: t('format'), group: t('text'), keys: 'Shift+Alt+F', run: () => void change('format') },
    { id: 'text.fix', title: t('fixAll'), group: t('text'), run: () => void change('fix') },
    { id: 'text.actions', title: t('actions'), group: t('text'), keys: 'Mod+.', run: () => editor.current && onActions(editor.current) },
    { id: 'text.find', title: t('find'), group: t('text'), run: () => editor.current && openSearchPanel(editor.current) },
  ], [t, change, editor, onActions]));

  return <ViewFrame notation="text"><div ref={box} className="h-full" /></ViewFrame>;
}
