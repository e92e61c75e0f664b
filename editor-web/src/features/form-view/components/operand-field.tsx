// operand-field.tsx — one side of a comparison: a field, an average, a value with a name, or a number.
import { memo } from 'react';

import { choiceOf, FIELD_GROUPS, spelled, typedValue } from '@/shared/graph';
import type { FieldChoice } from '@/shared/graph';

import type { Operand } from '../model/parts';
import { withField, withNamed, withSource, withValue } from '../model/edits';
import { Choice } from './choice';
import { useForm, useWords } from './form-context';
import { LiteralField } from './literal-field';
import { useOpen } from './use-open';

export interface OperandFieldProps {
  /** The comparison. */
  readonly id: string;
  readonly handle: string;
  readonly operand: Operand;
  /** Which value of a range. */
  readonly at: number;
  /** What it is compared with: gives a number its unit. */
  readonly against: FieldChoice | null;
}

const NUMBER = ' number', AVERAGE = ' average', NAME = ' name:';

/** The unit that a number here has. */
export function againstOf(choices: readonly FieldChoice[], operand: Operand): FieldChoice | null {
  return operand.kind === 'field' || operand.kind === 'average' ? choiceOf(choices, operand.field) : null;
}

export function OperandField(props: OperandFieldProps) {
  const { operand, id, handle, at } = props;
  const { change } = useForm();
  switch (operand.kind) {
    case 'literal': return <NumberField {...props} />;
    case 'average': return <AverageField {...props} operand={operand} />;
    case 'other': return <OtherValue id={operand.id} text={operand.text} />;
    default: return (
      <SourceChoice {...props} value={operand.kind === 'field' ? operand.field : NAME + operand.id}
        onNumber={() => change('edit', (graph) => withValue(graph, id, at, '50c'))} handle={handle} />
    );
  }
}

function NumberField({ id, operand, at, against, handle }: OperandFieldProps) {
  const { change, disabled } = useForm();
  const { t } = useWords();
  const value = operand.kind === 'literal' ? operand.value : null;
  const shown = typeof value === 'number' ? spelled(value, against?.unit ?? null, against?.scale ?? 0, against?.path) : String(value ?? '');
  return (
    <span className="inline-flex items-center">
      <LiteralField label={t(handle === 'b' || handle === 'a' ? 'value' : handle === '1' ? 'valueFrom' : 'valueTo')} value={shown} disabled={disabled} problem={t('notValue', { examples: '52.5c, $50, 3%, 90s' })}
        onCommit={(typed) => {
          const taken = typedValue(typed, against?.unit ?? null);
          if (taken === null) return false;
          change('edit', (graph) => withValue(graph, id, at, taken));
          return true;
        }} />
      {handle === 'b' && <SourceChoice id={id} handle={handle} operand={operand} at={at} against={against} value={NUMBER} onNumber={() => undefined} compact />}
    </span>
  );
}

function AverageField({ operand, id, handle, at, against }: OperandFieldProps & { operand: Extract<Operand, { kind: 'average' }> }) {
  const { change, disabled } = useForm();
  const { t } = useWords();
  const set = (data: Record<string, string | number>) => change('edit', (graph) => withSource(graph, id, handle, { type: 'indicator', data: { fn: operand.fn, field: operand.field, period: operand.period, ...data } }));
  return (
    <span className="inline-flex flex-wrap items-center">
      <Choice label={t('anAverage')} value={operand.fn.toUpperCase()} disabled={disabled} onChoose={(fn) => set({ fn })}>
        {['EMA', 'SMA', 'RSI', 'VWAP', ...(['EMA', 'SMA', 'RSI', 'VWAP'].includes(operand.fn.toUpperCase()) ? [] : [operand.fn.toUpperCase()])].map((fn) => <option key={fn}>{fn}</option>)}
      </Choice>
      <LiteralField label={t('steps')} value={String(operand.period ?? '')} disabled={disabled} problem={t('notValue', { examples: '9, 21' })}
        onCommit={(typed) => {
          const period = Number(typed);
          if (!Number.isInteger(period) || period < 1) return false;
          set({ period });
          return true;
        }} />
      <span className="px-1 text-ink-faint">{t('of')}</span>
      <SourceChoice id={id} handle={handle} operand={operand} at={at} against={against} value={operand.field} onNumber={() => change('edit', (graph) => withValue(graph, id, at, '50c'))} />
    </span>
  );
}

/** A value with no fields of its own here: a click shows where it is written. */
function OtherValue({ id, text }: { id: string; text: string }) {
  const open = useOpen();
  const { t } = useWords();
  return (
    <button type="button" title={t('inGraph')} onClick={() => open('graph', id)} className="rounded bg-sunken px-1.5 py-0.5 text-left font-mono text-xs text-ink-soft hover:bg-hover">
      {text}
    </button>
  );
}

function SourceChoice({ id, handle, operand, value, onNumber, compact }: OperandFieldProps & { value: string; onNumber: () => void; compact?: boolean }) {
  const { change, choices, names, disabled } = useForm();
  const { t, ofChoice } = useWords();
  const choose = (chosen: string) => {
    if (chosen === NUMBER) return onNumber();
    const field = operand.kind === 'field' || operand.kind === 'average' ? operand.field : 'mid_up';
    change('edit', (graph) => {
      if (chosen === AVERAGE) return withSource(graph, id, handle, { type: 'indicator', data: { fn: 'EMA', field, period: 20 } });
      return chosen.startsWith(NAME) ? withNamed(graph, id, handle, chosen.slice(NAME.length)) : withField(graph, id, handle, chosen);
    });
  };
  const isListed = value === NUMBER || value.startsWith(NAME) || choices.some(({ path }) => path === value);
  return (
    <Choice label={handle === 'a' ? t('field') : t('compareWith')} value={value} disabled={disabled} onChoose={choose} isSign={compact ?? false} className="font-medium">
      {!isListed && <option value={value}>{ofFieldPath(choices, value, ofChoice)}</option>}
      {handle !== 'a' && <option value={NUMBER}>{t('aNumber')}</option>}
      {operand.kind !== 'average' && <option value={AVERAGE}>{t('anAverage')}</option>}
      <FieldOptions choices={choices} />
      {names.length > 0 && (
        <optgroup label={t('values')}>
          {names.map(({ id: source, name }) => <option key={source} value={NAME + source}>{name}</option>)}
        </optgroup>
      )}
    </Choice>
  );
}

/** A hundred of them in each choice, and seldom others: drawn once. */
const FieldOptions = memo(function FieldOptions({ choices }: { choices: readonly FieldChoice[] }) {
  const { known, ofChoice } = useWords();
  return FIELD_GROUPS.map((group) => (
    <optgroup key={group} label={known(`group.${group}`, group)}>
      {choices.filter((each) => each.group === group).map((each) => <option key={each.path} value={each.path}>{ofChoice(each)}</option>)}
    </optgroup>
  ));
});

function ofFieldPath(choices: readonly FieldChoice[], path: string, ofChoice: (choice: FieldChoice) => string): string {
  const choice = choiceOf(choices, path);
  return choice ? ofChoice(choice) : path;
}
