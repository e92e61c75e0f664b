// form-view.tsx — the strategy as sentences: settings, what is meant by names, rules, limits.
//
// It is drawn from the graph, which can say everything; what a sentence cannot say is a locked part. Edits are
// edits of the graph. A form that does not compile yet is shown as its JSON, to be mended.
import { memo, useMemo } from 'react';
import type { ReactNode } from 'react';

import { UNDO_OF_DOCUMENT } from '@/shared/commands/commands';
import { useDocument, useSession, useSource, useView } from '@/shared/hooks/use-document';
import { useDocumentGraph, useGraphEdit } from '@/shared/hooks/use-graph';
import { useKeptRows } from '@/shared/hooks/use-kept';
import { fieldChoices, textOf, tokensOf } from '@/shared/graph';
import { useMessages } from '@/shared/i18n';
import { Button, EmptyState } from '@/shared/ui';
import { ViewFrame, viewMessages } from '@/shared/view';

import { FormContext, useForm, useWords } from './components/form-context';
import type { FormHandle } from './components/form-context';
import { AddLimit, LockedRow, RiskRows, RuleCard, SettingRow, ValueRows } from './components/part-rows';
import { withRule } from './model/edits';
import { isNamed, partsOf } from './model/parts';
import type { Part } from './model/parts';

export function FormView() {
  const view = useView('graph'), source = useSource('graph'), graph = useDocumentGraph();
  const master = useDocument(({ snapshot }) => snapshot.master.notation), readOnly = useDocument((state) => state.readOnly);
  const isFormDraft = useDocument(({ derived }) => master === 'form' && derived !== null && derived.views.graph.standing !== 'live');
  const edit = useGraphEdit();
  const { t } = useWords();
  const standing = view?.standing, isMended = standing === 'broken' && master === 'graph';
  const disabled = readOnly || (standing !== 'live' && !isMended);
  const tokens = useMemo(() => tokensOf(source ?? ''), [source]);
  const names = useKeptRows(useMemo(() => graph?.nodes.filter(isNamed).map((node) => ({ id: node.id, name: textOf(node.data.name) ?? node.id })) ?? [], [graph]));
  const parts = useKeptRows(useMemo(() => (graph ? partsOf(graph) : []), [graph]));
  const form = useMemo((): FormHandle => ({
    disabled, tokens, choices: fieldChoices(tokens), names, change: (gesture, next) => edit(next, { label: t(`undo.${gesture}`) }),
  }), [disabled, tokens, names, edit, t]);
  return (
    <ViewFrame notation="form" drawnFrom="graph">
      {isFormDraft ? <FormDraft /> : graph ? (
        <FormContext value={form}><Parts parts={parts} /></FormContext>
      ) : <EmptyState icon="form" title={t(view ? 'empty' : 'working')} />}
    </ViewFrame>
  );
}

/** A form that cannot be read yet, as it was written. */
function FormDraft() {
  const { edit } = useSession();
  const source = useDocument(({ snapshot }) => snapshot.master.source), readOnly = useDocument((state) => state.readOnly);
  const { t } = useWords();
  const v = useMessages(viewMessages);
  return (
    <div className="flex h-full flex-col gap-2 p-3">
      <p className="text-sm text-ink-soft">{t('asText')}</p>
      <textarea aria-label={v('form')} value={source} readOnly={readOnly} spellCheck={false} {...UNDO_OF_DOCUMENT}
        onChange={(event) => edit('form', event.target.value, { label: t('undo.edit'), join: 'form' })}
        className="min-h-40 flex-1 resize-none rounded border border-line bg-surface p-2 font-mono text-xs" />
    </div>
  );
}

const ofKind = <K extends Part['kind']>(parts: readonly Part[], kind: K) => parts.filter((part): part is Extract<Part, { kind: K }> => part.kind === kind);

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-1">
      <h3 className="text-xs font-semibold tracking-wide text-ink-faint uppercase">{title}</h3>
      {children}
    </section>
  );
}

const Parts = memo(function Parts({ parts }: { parts: readonly Part[] }) {
  const { t } = useWords();
  const settings = ofKind(parts, 'setting'), values = ofKind(parts, 'value'), rules = ofKind(parts, 'rule');
  const risks = ofKind(parts, 'risk'), locked = ofKind(parts, 'locked');
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-4 p-3">
      {settings.length > 0 && <Section title={t('settings')}>{settings.map((part) => <SettingRow key={part.id} part={part} />)}</Section>}
      {values.length > 0 && <Section title={t('values')}>{values.map((part) => <ValueRows key={part.id} part={part} />)}</Section>}
      <Section title={t('rules')}>
        {rules.length === 0 && <p className="text-sm text-ink-soft">{t('empty')}</p>}
        <ol className="flex flex-col gap-2">{rules.map((part, i) => <RuleCard key={part.id} part={part} number={i + 1} />)}</ol>
        <AddRule />
      </Section>
      <Section title={t('risk')}>
        {risks.map((part) => <RiskRows key={part.id} part={part} />)}
        <div><AddLimit limits={risks.flatMap(({ limits }) => limits)} /></div>
      </Section>
      {locked.length > 0 && <Section title={t('locked')}>{locked.map((part) => <LockedRow key={part.id} part={part} />)}</Section>}
    </div>
  );
});

function AddRule() {
  const form = useForm();
  const { t } = useWords();
  if (form.disabled) return null;
  return <div><Button look="quiet" icon="add" onClick={() => form.change('add', withRule)}>{t('addRule')}</Button></div>;
}
