// part-rows.tsx — settings, named values, rules, limits and locked parts, each as what it says. A part that says the
// same as before is not drawn again.
import { memo } from 'react';

import { typedValue, withData } from '@/shared/graph';
import { classNames } from '@/shared/lib/class-names';
import { Button, Icon, IconButton, Menu } from '@/shared/ui';

import { withAction, withLimit, withLimitValue, withoutLimit, withoutRule } from '../model/edits';
import type { Limit, Part } from '../model/parts';
import { ActionRow } from './action-row';
import { ConditionRows } from './condition-rows';
import { useForm, useWords } from './form-context';
import { LiteralField } from './literal-field';
import { RowMarks, useRow } from './row-marks';
import { useOpen } from './use-open';

type PartOf<K extends Part['kind']> = Extract<Part, { kind: K }>;

/**
 * Each part is painted by itself, and only where it is in sight: a finding moves all parts below it. While a menu of it
 * is open it lies above the next ones, and is as large as the menu needs.
 */
const LAYER = 'relative z-0 focus-within:z-10 [contain-intrinsic-size:auto_2.5rem] [content-visibility:auto] focus-within:[content-visibility:visible]';

export const SettingRow = memo(function SettingRow({ part }: { part: PartOf<'setting'> }) {
  const { change, disabled } = useForm();
  const { t } = useWords();
  const row = useRow(part.id);
  return (
    <div {...row.props} className={classNames(LAYER, 'flex flex-wrap items-center gap-x-2 rounded px-1 py-0.5', row.className)} data-node={part.id}>
      <span className="min-w-28 text-sm font-medium">{part.name}</span>
      <LiteralField label={`${part.name}: ${t('value')}`} value={part.value} disabled={disabled} problem={t('notValue', { examples: '52.5c, $50, 3%, 90s' })}
        onCommit={(typed) => {
          const unit = /^\$/.test(part.value) ? 'USD' : part.value.endsWith('c') ? 'PRICE' : part.value.endsWith('%') ? 'RATIO' : null;
          const taken = typedValue(typed, unit);
          if (taken === null) return false;
          change('edit', (graph) => withData(graph, part.id, { value: taken }));
          return true;
        }} />
      {part.range && <span className="text-xs text-ink-faint">{t('choices' in part.range ? 'oneOf' : part.range.step === undefined ? 'span' : 'stepped', { ...part.range })}</span>}
      <RowMarks id={part.id} />
    </div>
  );
});

export const ValueRows = memo(function ValueRows({ part }: { part: PartOf<'value'> }) {
  return (
    <div className={classNames(LAYER, 'flex flex-wrap items-start gap-x-2')}>
      <span className="min-w-28 px-1 py-1.5 text-sm font-medium max-sm:w-full max-sm:pb-0">{part.name}</span>
      <div className="min-w-0 flex-1 max-sm:basis-full"><ConditionRows condition={part.condition} reader={null} /></div>
    </div>
  );
});

export const RuleCard = memo(function RuleCard({ part, number }: { part: PartOf<'rule'>; number: number }) {
  const { change, disabled } = useForm();
  const { t } = useWords();
  const open = useOpen();
  const lead = part.on === 'while' ? t('while') : part.on === 'on' ? `${t('on')} ${part.event ?? ''}` : t('if');
  const menu = [
    { id: 'action', title: t('addAction'), icon: 'add' as const, run: () => change('add', (graph) => withAction(graph, part.id)) },
    { id: 'text', title: t('inText'), icon: 'text' as const, run: () => open('text', part.id) },
    { id: 'remove', title: t('removeRule'), icon: 'close' as const, run: () => change('remove', (graph) => withoutRule(graph, part.id)) },
  ];
  return (
    <li className={classNames(LAYER, 'rounded-md border border-line bg-surface p-2')} data-node={part.id} aria-label={`${t('rules')} ${number}`}>
      {part.notes.map((note) => <p key={note} className="px-1 pb-1 text-sm text-ink-soft">{note}</p>)}
      <div className="flex items-center justify-between">
        <span className="px-1 text-xs font-bold tracking-wide text-accent uppercase">{lead}</span>
        {!disabled && <Menu items={menu} label={t('change')} look="quiet" icon="more" />}
      </div>
      {part.condition ? <ConditionRows condition={part.condition} reader={part.id} /> : <p className="px-1 text-sm text-ink-faint">{t('always')}</p>}
      <p className="px-1 pt-1 text-xs font-bold tracking-wide text-accent uppercase">{t('then')}</p>
      {part.actions.map((action) => <ActionRow key={action.id} action={action} onRemove={part.actions.length > 1} />)}
      <RowMarks id={part.id} />
    </li>
  );
});

const NEW_LIMITS: readonly { limit: string; value: string | number; per: string | null }[] = [
  { limit: 'stop loss', value: '30%', per: null }, { limit: 'take profit', value: '50%', per: null },
  { limit: 'trailing stop', value: '15%', per: null }, { limit: 'time stop', value: '5m', per: null },
  { limit: 'max position', value: '$100', per: null }, { limit: 'max exposure', value: '$500', per: null },
  { limit: 'max trades', value: 3, per: 'per slot' }, { limit: 'max loss', value: '$50', per: 'per day' },
  { limit: 'max drawdown', value: '10%', per: null }, { limit: 'cooldown', value: '30s', per: 'after loss' },
];

export function AddLimit({ limits }: { limits: readonly Limit[] }) {
  const { change, disabled } = useForm();
  const { t, limit: limitWord } = useWords();
  const free = NEW_LIMITS.filter(({ limit }) => !limits.some((each) => each.limit === limit));
  if (disabled || free.length === 0) return null;
  const items = free.map(({ limit, value, per }) => ({ id: limit, title: limitWord(limit), run: () => change('add', (graph) => withLimit(graph, limit, value, per)) }));
  return <Menu items={items} label={t('addLimit')} look="quiet" icon="add">{t('addLimit')}</Menu>;
}

export const RiskRows = memo(function RiskRows({ part }: { part: PartOf<'risk'> }) {
  const { change, disabled } = useForm();
  const { t, limit: limitWord, per: perWord } = useWords();
  const row = useRow(part.id);
  return (
    <ul {...row.props} data-node={part.id}>
      {part.limits.map(({ limit, value, per }, i) => (
        <li key={`${limit} ${i}`} className="flex flex-wrap items-center gap-x-1 rounded px-1 py-0.5 hover:bg-hover">
          <span className="min-w-32 text-sm">{limitWord(limit)}</span>
          {value.kind === 'literal' ? (
            <LiteralField label={limitWord(limit)} value={String(value.value)} disabled={disabled} problem={t('notValue', { examples: '30%, $100, 5m' })}
              onCommit={(typed) => {
                const taken = typedValue(typed, /^\$/.test(String(value.value)) ? 'USD' : /%$/.test(String(value.value)) ? 'RATIO' : null);
                if (taken === null) return false;
                change('edit', (graph) => withLimitValue(graph, part.id, i, taken));
                return true;
              }} />
          ) : <span className="font-mono text-xs">{value.kind === 'other' ? value.text : value.kind === 'named' ? value.name : value.field}</span>}
          {per !== null && <span className="text-sm text-ink-soft">{perWord(per)}</span>}
          {!disabled && <span className="ml-auto"><IconButton icon="close" label={`${t('remove')}: ${limitWord(limit)}`} onClick={() => change('remove', (graph) => withoutLimit(graph, part.id, i))} /></span>}
        </li>
      ))}
      <RowMarks id={part.id} />
    </ul>
  );
});

/** A part that a form cannot say: closed, with the way to where it can be changed. */
export const LockedRow = memo(function LockedRow({ part }: { part: PartOf<'locked'> }) {
  const { t } = useWords();
  const open = useOpen();
  return (
    <div className="flex items-start gap-2 rounded border border-dashed border-line px-2 py-1" data-node={part.id}>
      <Icon name="lock" className="mt-1 shrink-0 text-ink-faint" />
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium">{part.title}</p>
        <pre className="max-h-16 overflow-hidden font-mono text-xs text-ink-soft text-ellipsis">{part.text}</pre>
      </div>
      <Button look="quiet" onClick={() => open('text', part.id)}>{t('inText')}</Button>
    </div>
  );
});
