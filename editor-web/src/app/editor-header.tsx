import { useCallback, useMemo, useState } from 'react';

import { useCommands } from '@/shared/commands/commands';
import type { Command } from '@/shared/commands/commands';
import { exportedName, NOTATIONS } from '@/shared/document';
import type { Notation } from '@/shared/document';
import { sourceOf, useDocument, useSession } from '@/shared/hooks/use-document';
import { usePageTitle } from '@/shared/hooks/use-page-title';
import { useWorkspace } from '@/shared/hooks/use-workspace';
import { useMessages } from '@/shared/i18n';
import { saveFile } from '@/shared/lib/save-file';
import { navigate } from '@/shared/lib/router';
import { Banner, Button, IconButton, Menu, showToast } from '@/shared/ui';
import { viewMessages } from '@/shared/view';

import { messages } from './messages';
import { HelpButton, PageMenu } from './page-menu';
import { RenameDialog } from './rename-dialog';

const storageWords = { full: 'storageFull', newer: 'storageNewer', forbidden: 'storageForbidden' } as const;
const exportTitles = { text: 'exportText', form: 'exportForm', graph: 'exportGraph' } as const;

/** Commands that every document has. */
function useDocumentCommands(onRename: () => void): readonly Command[] {
  const { undo, redo, save, getState } = useSession();
  const undoLabel = useDocument((state) => state.undoLabel), redoLabel = useDocument((state) => state.redoLabel);
  const readOnly = useDocument((state) => state.readOnly);
  const sayable = useDocument((state) => NOTATIONS.filter((notation) => sourceOf(state, notation) !== null).join());
  const t = useMessages(messages);
  return useMemo(() => {
    const group = t('document');
    const exported = (notation: Notation) => saveFile(exportedName(getState().title, notation), sourceOf(getState(), notation) ?? '');
    return [
      { id: 'document.undo', title: undoLabel ? t('undoWhat', { what: undoLabel }) : t('undo'), group, keys: 'Mod+Z', isOfFields: true, disabled: undoLabel === null, run: undo },
      { id: 'document.redo', title: redoLabel ? t('redoWhat', { what: redoLabel }) : t('redo'), group, keys: 'Mod+Shift+Z', isOfFields: true, disabled: redoLabel === null, run: redo },
      { id: 'document.save', title: t('save'), group, keys: 'Mod+S', run: () => void save().then(({ number, isStored }) => showToast({ text: t(isStored ? 'saved' : 'savedHere', { number }) })) },
      { id: 'document.rename', title: t('rename'), group, keys: 'F2', disabled: readOnly, run: onRename },
      ...(['text', 'form', 'graph'] as const).map((notation) => ({
        id: `document.export.${notation}`, title: t(exportTitles[notation]), group, disabled: !sayable.split(',').includes(notation), run: () => exported(notation),
      })),
    ];
  }, [t, undoLabel, redoLabel, sayable, readOnly, getState, undo, redo, save, onRename]);
}

export function EditorHeader() {
  const title = useDocument((state) => state.title), changed = useDocument((state) => state.changed), storage = useDocument((state) => state.storage);
  const t = useMessages(messages);
  usePageTitle(title || t('untitled'));
  const [isRenaming, setRenaming] = useState(false);
  const commands = useDocumentCommands(useCallback(() => setRenaming(true), []));
  useCommands(commands);
  const [undoCommand, redoCommand, saveCommand, renameCommand, ...exports] = commands;
  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-1 border-b border-line bg-surface px-2">
        <IconButton icon="back" label={t('gallery')} onClick={() => navigate({ page: 'gallery' })} />
        <h1 dir="auto" className="text-start line-clamp-2 min-w-0 flex-1 px-1 text-base/5 font-semibold md:line-clamp-1 md:text-lg">{title || t('untitled')}</h1>
        <div className="hidden md:block"><ViewSwitch /></div>
        {undoCommand && <IconButton icon="undo" label={undoCommand.title} disabled={undoCommand.disabled} onClick={undoCommand.run} />}
        {redoCommand && <IconButton icon="redo" label={redoCommand.title} disabled={redoCommand.disabled} onClick={redoCommand.run} />}
        {saveCommand && <Button look={changed ? 'primary' : 'plain'} icon="save" onClick={saveCommand.run} aria-label={saveCommand.title}><span className="hidden lg:inline">{saveCommand.title}</span></Button>}
        <Menu look="quiet" icon="more" label={t('more')} items={renameCommand ? [renameCommand, ...exports] : exports} square />
        <HelpButton />
        <PageMenu />
      </header>
      <RenameDialog open={isRenaming} onClose={() => setRenaming(false)} />
      <NarrowViewSwitch />
      <CompilerBanner />
      {storage !== 'ok' && <Banner tone="error" actions={<>
        {storage === 'newer' && <Button onClick={() => location.reload()}>{t('reload')}</Button>}
        {exports.slice(0, 1).map((command) => <Button key={command.id} icon="download" onClick={command.run}>{command.title}</Button>)}
      </>}>{t(storageWords[storage])}</Banner>}
    </>
  );
}

/** The compiler does not answer: what is typed is kept, and nothing else is known of it. */
function CompilerBanner() {
  const { retry } = useSession();
  const problem = useDocument((state) => state.problem);
  const t = useMessages(messages);
  if (problem === null) return null;
  return <Banner tone="error" actions={<Button onClick={retry}>{t('askAgain')}</Button>}>{t('compilerStopped', { problem })}</Banner>;
}

/** Which views are on screen; `Alt+1` to `Alt+3`. */
function ViewSwitch() {
  const { workspace, toggleView } = useWorkspace();
  const t = useMessages(messages), v = useMessages(viewMessages);
  useCommands(useMemo(() => NOTATIONS.map((notation, index) => ({
    id: `view.${notation}`, title: v(notation), group: t('views'), keys: `Alt+${index + 1}`, run: () => toggleView(notation),
  })), [t, v, toggleView]));
  return (
    <div role="group" aria-label={t('views')} className="flex gap-0.5 rounded-lg bg-sunken p-0.5">
      {NOTATIONS.map((notation) => (
        <Button key={notation} look="quiet" icon={notation} pressed={workspace.views.includes(notation)} onClick={() => toggleView(notation)} className="h-7">{v(notation)}</Button>
      ))}
    </div>
  );
}

/** On a narrow screen there is one view at a time. */
function NarrowViewSwitch() {
  const { workspace, focusView } = useWorkspace();
  const t = useMessages(messages), v = useMessages(viewMessages);
  return (
    <nav aria-label={t('views')} className="border-b border-line md:hidden">
    <div role="group" aria-label={t('views')} className="flex gap-0.5 bg-sunken p-0.5">
      {NOTATIONS.map((notation) => (
        <Button key={notation} look="quiet" icon={notation} pressed={workspace.focused === notation} onClick={() => focusView(notation)} className="h-7 flex-1 justify-center">{v(notation)}</Button>
      ))}
    </div>
    </nav>
  );
}
