// workspace-layout.tsx — the views side by side (one at a time on a narrow screen), the dock below.
import { useEffect } from 'react';

import { useDocument } from '@/shared/hooks/use-document';
import { useNarrow } from '@/shared/hooks/use-narrow';
import { DOCK_PANELS, useWorkspace } from '@/shared/hooks/use-workspace';
import { useMessages } from '@/shared/i18n';
import { Badge, IconButton, SplitPanes, tabPanelProps, Tabs } from '@/shared/ui';
import { viewMessages } from '@/shared/view';

import { dockParts, fetchWhenQuiet, viewParts } from './lazy-features';
import { messages } from './messages';
import { Part } from './part';

export function WorkspaceLayout() {
  const { workspace } = useWorkspace();
  useEffect(fetchWhenQuiet, []);
  const isQuiet = useQuietDock();
  const isNarrow = useNarrow();
  const v = useMessages(viewMessages), t = useMessages(messages);
  const shown = isNarrow ? [workspace.focused] : workspace.views;
  const views = <SplitPanes name="views" panes={shown.map((notation) => ({ id: notation, title: v(notation), content: <Part of={viewParts[notation]} key={notation} /> }))} />;
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1">
        {workspace.dock === null ? views : <SplitPanes name={isQuiet ? 'dock-quiet' : 'dock'} vertical initial={isQuiet ? [0.84, 0.16] : [0.64, 0.36]} panes={[{ id: 'views', title: t('views'), content: views }, { id: 'dock', title: t('dock'), content: <DockPanelBody /> }]} />}
      </div>
      <DockTabs />
    </main>
  );
}

/** The panel has one sentence to say: it needs no third of the page. */
function useQuietDock(): boolean {
  const { workspace: { dock } } = useWorkspace();
  const isQuiet = useDocument(({ derived }) => derived?.views.text.standing === 'live' && derived.views.text.findings.length === 0);
  return dock === 'findings' && isQuiet;
}

function DockPanelBody() {
  const { workspace: { dock } } = useWorkspace();
  const t = useMessages(messages);
  if (dock === null) return null;
  return (
    <div {...tabPanelProps('dock', dock)} tabIndex={0} className="relative h-full overflow-auto bg-surface">
      <h2 className="sr-only">{t(dock)}</h2>
      <Part of={dockParts[dock]} key={dock} />
    </div>
  );
}

const icons = { cursor: 'clock', results: 'chart', findings: 'check', versions: 'history' } as const;

function DockTabs() {
  const { workspace, openDock } = useWorkspace();
  const errors = useDocument(({ derived }) => derived?.errors ?? 0), warnings = useDocument(({ derived }) => derived?.warnings ?? 0);
  const t = useMessages(messages);
  const badge = errors > 0 ? <Badge tone="no">{errors}</Badge> : warnings > 0 ? <Badge tone="warn">{warnings}</Badge> : null;
  return (
    <div className="flex shrink-0 items-center justify-between border-t border-line bg-surface">
      <Tabs label={t('dock')} name="dock" active={workspace.dock} onChange={openDock}
        below tabs={DOCK_PANELS.map((id) => ({ id, title: t(id), icon: id === 'findings' && errors + warnings > 0 ? 'warning' : icons[id], badge: id === 'findings' ? badge : null }))} />
      {workspace.dock !== null && <IconButton icon="chevron" label={t('hideDock')} onClick={() => openDock(null)} />}
    </div>
  );
}
