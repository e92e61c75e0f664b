// condition-rows.tsx — conditions as sentences: groups of and/or/not, and one line a comparison.
import { useCursor } from '@/shared/cursor/cursor';
import { classNames } from '@/shared/lib/class-names';
import { IconButton, Menu, TruthMark } from '@/shared/ui';

import { affirmed, negated, withComparator, withCondition, withJoined, withOperator, withoutCondition } from '../model/edits';
import type { Condition } from '../model/parts';
import { Choice } from './choice';
import { useForm, useWords } from './form-context';
import { againstOf, OperandField } from './operand-field';
import { RowMarks, useRow } from './row-marks';
import { useOpen } from './use-open';

const OPERATORS = ['>', '>=', '<', '<=', '==', '!=', 'between', 'crosses above', 'crosses below'];

export interface ConditionProps {
  readonly condition: Condition;
  /** What reads it here: its group or its rule; null for what a name means. */
  readonly reader: string | null;
  /** It can be taken out: it stands in a group. */
  readonly isItem?: boolean;
}

export function ConditionRows({ condition, reader, isItem = false }: ConditionProps) {
  const item = condition.kind === 'not' ? condition.item : condition;
  const place = { reader, isItem, outer: condition.id };
  return item.kind === 'group' ? <GroupRows condition={item} place={place} /> : <ConditionRow condition={item} place={place} />;
}

/** Where a condition stands: `outer` is the NOT in front of it, or itself. */
interface Place { readonly reader: string | null; readonly isItem: boolean; readonly outer: string }

function GroupRows({ condition, place }: { condition: Extract<Condition, { kind: 'group' }>; place: Place }) {
  const { change, disabled } = useForm();
  const { t } = useWords();
  const { id, operator, items } = condition;
  const isNot = place.outer !== id;
  return (
    <div role="group" aria-label={isNot ? t('none') : t(operator === 'AND' ? 'all' : 'any')} className="border-l-2 border-line pl-3" data-node={id}>
      <div className="flex items-center gap-1">
        {isNot && <span className="text-sm font-semibold text-no">{t('not')}</span>}
        <Choice label={t('joining')} value={operator} disabled={disabled} onChoose={(chosen) => change('edit', (graph) => withOperator(graph, id, chosen === 'OR' ? 'OR' : 'AND'))} className="text-xs font-semibold text-ink-soft">
          <option value="AND">{t('all')}</option>
          <option value="OR">{t('any')}</option>
        </Choice>
        <CursorTruth id={id} />
        <ConditionMenu id={id} place={place} isGroup />
      </div>
      <ul className="flex flex-col gap-0.5">
        {items.map((item, i) => (
          <li key={item.id}>
            {i > 0 && <span className="text-xs font-semibold text-ink-faint">{t(operator === 'AND' ? 'and' : 'or')}</span>}
            <ConditionRows condition={item} reader={id} isItem />
          </li>
        ))}
      </ul>
    </div>
  );
}

function ConditionRow({ condition, place }: { condition: Condition; place: Place }) {
  const { t } = useWords();
  const row = useRow(condition.id);
  return (
    <div {...row.props} className={classNames('rounded px-1 py-0.5', row.className)} data-node={condition.id}>
      <div className="flex items-start gap-x-1">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-1 text-sm">
          {place.outer !== condition.id && <span className="text-sm font-semibold text-no">{t('not')}</span>}
          <ConditionSentence condition={condition} />
          <CursorTruth id={condition.id} />
        </div>
        <ConditionMenu id={condition.id} place={place} />
      </div>
      <RowMarks id={condition.id} />
    </div>
  );
}

export function ConditionSentence({ condition }: { condition: Condition }) {
  const { change, choices, disabled } = useForm();
  const { t, known } = useWords();
  const open = useOpen();
  switch (condition.kind) {
    case 'compare': {
      const { id, operator, left, right } = condition;
      const against = againstOf(choices, left);
      const operators = OPERATORS.includes(operator) ? OPERATORS : [...OPERATORS, operator];
      return (
        <>
          <OperandField id={id} handle="a" operand={left} at={0} against={null} />
          <Choice label={t('operator')} value={operator} disabled={disabled} onChoose={(chosen) => change('edit', (graph) => withComparator(graph, id, chosen))}>
            {operators.map((each) => <option key={each} value={each}>{known(each, each)}</option>)}
          </Choice>
          {right.map((operand, i) => (
            <span key={i} className="inline-flex flex-wrap items-center gap-1">
              {i > 0 && <span className="text-ink-faint">{t('upTo')}</span>}
              <OperandField id={id} handle={right.length > 1 ? String(i + 1) : 'b'} operand={operand} at={i} against={against} />
            </span>
          ))}
        </>
      );
    }
    case 'held': return (
      <>
        <ConditionSentence condition={condition.item} />
        <span className="text-ink-faint">{t('held')}</span>
        <span className="font-medium">{condition.span.kind === 'literal' ? String(condition.span.value) : condition.span.kind === 'named' ? condition.span.name : '…'}</span>
      </>
    );
    case 'named': return <button type="button" onClick={() => open('graph', condition.id)} className="rounded bg-accent-soft px-1.5 py-0.5 text-sm font-medium text-accent">{condition.name}</button>;
    case 'other': return <button type="button" title={t('inGraph')} onClick={() => open('graph', condition.id)} className="rounded bg-sunken px-1.5 py-0.5 text-left font-mono text-xs">{condition.text}</button>;
    default: return <ConditionRows condition={condition} reader={null} />;
  }
}

function CursorTruth({ id }: { id: string }) {
  const { cursor } = useCursor();
  const value = cursor.values.get(id);
  if (!value?.truth) return null;
  return <span title={value.near}><TruthMark truth={value.truth} /></span>;
}

function ConditionMenu({ id, place, isGroup = false }: { id: string; place: Place; isGroup?: boolean }) {
  const { change, disabled } = useForm();
  const { t } = useWords();
  const open = useOpen();
  if (disabled) return <IconButton icon="graph" label={t('inGraph')} onClick={() => open('graph', id)} />;
  const { reader, outer, isItem } = place;
  const isNot = outer !== id;
  const items = [
    { id: 'and', title: t('addCondition'), icon: 'add' as const, run: () => change('add', (graph) => (isGroup ? withCondition(graph, id) : withJoined(graph, outer, 'AND', reader))) },
    { id: 'or', title: t('addOther'), run: () => change('add', (graph) => withJoined(graph, outer, 'OR', reader)) },
    ...(isNot && reader === null ? [] : [{ id: 'not', title: t('negate'), checked: isNot, run: () => change('edit', (graph) => (isNot && reader !== null ? affirmed(graph, outer, id, reader) : negated(graph, id, reader))) }]),
    { id: 'graph', title: t('inGraph'), icon: 'graph' as const, run: () => open('graph', id) },
    ...(isItem && reader !== null ? [{ id: 'remove', title: t('remove'), icon: 'close' as const, run: () => change('remove', (graph) => withoutCondition(graph, outer, reader)) }] : []),
  ];
  return <Menu items={items} label={t(isGroup ? 'changeGroup' : 'changeCondition')} look="quiet" icon="more" />;
}
