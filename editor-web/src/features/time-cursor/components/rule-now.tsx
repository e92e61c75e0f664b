// rule-now.tsx — one rule at the cursor: what came of it, each condition's value, and the smallest change that
// would have made it true.
import { useMessages } from '@/shared/i18n';
import { Badge, TruthMark } from '@/shared/ui';
import type { Change, CursorStep, RuleNow } from '@/shared/wasm/odx.mjs';

import { messages } from '../messages';
import type { ConditionChoice } from '../model/values';
import { shownValue, truthOf } from '../model/values';

export interface RuleNowProps {
  readonly number: number;
  readonly label: string;
  readonly rule: RuleNow;
  readonly step: CursorStep;
  readonly conditions: readonly ConditionChoice[];
  readonly chosen: number | null;
  readonly onChoose: (value: number) => void;
}

export function RuleNowCard({ number, label, rule, step, conditions, chosen, onChoose }: RuleNowProps) {
  const t = useMessages(messages);
  const isTrue = rule.outcome === 'fired' || rule.outcome === 'true already';
  return (
    <section className="rounded-md border border-line p-2 text-sm" aria-label={t('rule', { number })}>
      <h3 className="flex flex-wrap items-center gap-2 font-medium">{label || t('rule', { number })} <Badge tone={rule.outcome === 'fired' ? 'yes' : rule.outcome === 'refused' ? 'warn' : 'plain'}>{t(`outcome.${rule.outcome}`)}</Badge></h3>
      <p className="text-xs text-ink-faint">{t(isTrue ? 'why' : 'whyNot')}</p>
      <ul>
        {conditions.map((condition) => {
          const now = step.values?.[condition.value], truth = truthOf(now);
          return (
            <li key={condition.value} style={{ paddingLeft: `${condition.depth * 12}px` }}>
              <button type="button" aria-pressed={chosen === condition.value} onClick={() => onChoose(condition.value)}
                className={`flex w-full flex-wrap items-center gap-2 rounded px-1 py-0.5 text-left hover:bg-hover ${chosen === condition.value ? 'bg-accent-soft' : ''}`}>
                {truth ? <TruthMark truth={truth} /> : <span className="font-mono text-xs">{now ? shownValue(now) : ''}</span>}
                <span translate="no" className="min-w-0 flex-1 font-mono text-xs break-words md:truncate">{condition.text}</span>
                <span className="text-xs text-ink-faint max-md:basis-full">{t('counts', { yes: condition.yes, no: condition.no, unknown: condition.unknown })}{condition.nearMisses > 0 && ` · ${t('near', { count: condition.nearMisses })}`}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {!isTrue && step.values !== null && conditions.length > 0 && <Changes changes={rule.changes} />}
    </section>
  );
}

const SHOWN = 3;

function Changes({ changes }: { changes: readonly Change[] }) {
  const t = useMessages(messages);
  if (changes.length === 0) return <p className="text-xs text-ink-soft">{t('noChange')}</p>;
  return (
    <div className="pt-1 text-xs">
      <p className="text-ink-faint">{t('smallest')}</p>
      <ul>
        {changes.slice(0, SHOWN).map((change, i) => (
          <li key={i}>{change.param !== undefined && <b className="font-medium">{change.param}: </b>}{t(change.beyond ? 'beyond' : 'insteadOf', { to: change.to_text, from: change.from_text, distance: change.distance_text })}{change.param !== undefined && !change.in_range && ` (${t('outside')})`}</li>
        ))}
      </ul>
    </div>
  );
}
