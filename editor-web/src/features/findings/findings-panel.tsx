// findings-panel.tsx — everything the compiler has to say, with fixes to press, and the rule page beside it.
import { useCallback, useMemo, useState } from 'react';

import { useCommands } from '@/shared/commands/commands';
import { request } from '@/shared/document';
import { sourceOf, useDocument, useSession, useView } from '@/shared/hooks/use-document';
import { useSelection } from '@/shared/hooks/use-selection';
import { useMessages } from '@/shared/i18n';
import { RuleText } from '@/shared/rules/rule-text';
import { Button, EmptyState, IconButton, showToast } from '@/shared/ui';
import { compiler } from '@/shared/wasm/compiler';
import type { Finding } from '@/shared/wasm/odx.mjs';

import { FindingRow } from './components/finding-row';
import { messages } from './messages';
import { sortedFindings } from './model/fixes';
import type { Press } from './model/fixes';

export function FindingsPanel() {
  const { amend, getState } = useSession();
  const { select } = useSelection();
  const t = useMessages(messages);
  const [open, setOpen] = useState<{ code: string; key: string } | null>(null);
  const readOnly = useDocument((state) => state.readOnly);
  // Places in the text are what everybody can follow; a form or graph that does not compile speaks for itself.
  const notation = useDocument(({ derived, snapshot }) => (derived?.views.text.standing === 'live' ? 'text' : snapshot.master.notation));
  const view = useView(notation);
  const findings = useMemo(() => sortedFindings(view?.findings ?? []), [view]);

  const show = useCallback((finding: Finding, key: string) => {
    setOpen({ code: finding.code, key });
    select({ from: 'findings', nodes: finding.graph?.nodes ?? [], bytes: notation === 'text' ? finding.span.bytes : null });
  }, [select, notation]);
  /** Changes what was on screen; what was typed since is not written over. */
  const replace = useCallback((before: string, after: string, label: string) => void amend(notation, (now) => {
    if (now === before) return after;
    showToast({ text: t('moved') });
    return null;
  }, { label }), [amend, notation, t]);
  const press = useCallback((finding: Finding, { apply }: Press) => {
    if (view?.source) replace(view.source, apply(view.source), t('fixed', { code: finding.code }));
  }, [replace, t, view]);

  const rewrite = useCallback(async (verb: 'format' | 'fix') => {
    const now = getState(), source = sourceOf(now, notation);
    if (source === null) return;
    const answer = await compiler.call(verb, request({ notation, source }, now.snapshot.modules));
    if (answer.text !== null) replace(source, answer.text, t(verb === 'format' ? 'format' : 'fixAll'));
  }, [getState, replace, notation, t]);

  const next = useCallback((by: number) => {
    if (findings.length === 0) return;
    const at = findings.findIndex((finding, index) => keyOf(finding, index) === open?.key);
    const index = (at + by + findings.length) % findings.length;
    const finding = findings[index];
    if (finding) show(finding, keyOf(finding, index));
  }, [findings, open, show]);
  useCommands(useMemo(() => [
    { id: 'findings.next', title: `${t('list')} ↓`, group: t('list'), keys: 'F8', run: () => next(1) },
    { id: 'findings.previous', title: `${t('list')} ↑`, group: t('list'), keys: 'Shift+F8', run: () => next(-1) },
  ], [t, next]));

  if (!view) return <EmptyState title={t('working')} />;
  if (findings.length === 0) return <EmptyState icon="check" title={t('none')}>{t('noneMore')}</EmptyState>;
  return (
    <div className="flex h-full min-h-0 flex-col md:flex-row">
      <ul aria-label={t('list')} className="min-h-0 min-w-0 flex-1 overflow-auto">
        {findings.some(hasSafeFix) && !readOnly && <li className="border-b border-line p-2"><Button icon="check" onClick={() => void rewrite('fix')}>{t('fixAll')}</Button></li>}
        {findings.map((finding, index) => {
          const key = keyOf(finding, index);
          return <FindingRow key={key} finding={finding} isOpen={open?.key === key} readOnly={readOnly} onOpen={() => show(finding, key)} onPress={(each) => press(finding, each)} onFormat={() => void rewrite('format')} />;
        })}
      </ul>
      <aside aria-label={t('page')} className="min-h-0 flex-1 overflow-auto border-t border-line p-3 empty:hidden md:max-w-[45%] md:border-l md:border-t-0">
        {open ? (
          <div className="flex items-start gap-2">
            <div className="min-w-0 flex-1"><RuleText code={open.code} onOpen={(code) => setOpen({ ...open, code })} /></div>
            <IconButton icon="close" label={t('closePage')} onClick={() => setOpen(null)} />
          </div>
        ) : <p className="hidden text-sm text-ink-faint md:block">{t('pick')}</p>}
      </aside>
    </div>
  );
}

const hasSafeFix = (finding: Finding) => finding.fixes.some((fix) => fix.class === 'safe' && fix.edits.length > 0);

/** The same finding keeps its row while others come and go. */
function keyOf(finding: Finding, index: number): string {
  return `${finding.code}:${index}`;
}
