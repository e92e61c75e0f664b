import { useLanguage, useMessages } from '@/shared/i18n';
import { classNames } from '@/shared/lib/class-names';
import { formatUsd, micros } from '@/shared/lib/money';

import { messages } from '../messages';
import { sentenceOf } from '../template';
import type { Template } from '../template';

const tradesHere = ({ result }: Template) => 'trades' in result && result.trades > 0;

export interface TemplateListProps {
  readonly templates: readonly Template[];
  readonly chosen: string | null;
  readonly onChoose: (template: Template) => void;
}

/** All templates; those that trade on the sample first. */
export function TemplateList({ templates, chosen, onChoose }: TemplateListProps) {
  const t = useMessages(messages), language = useLanguage();
  const groups = [['tradesHere', templates.filter(tradesHere)], ['others', templates.filter((template) => !tradesHere(template))]] as const;
  return groups.map(([key, members]) => members.length > 0 && (
    <section key={key} className="mb-3" aria-label={t(key)}>
      <h2 className="px-2 py-1 text-xs font-medium text-ink-faint">{t(key)}</h2>
      <ul>
        {members.map((template) => (
          <li key={template.name}>
            <button type="button" aria-pressed={template.name === chosen} onClick={() => onChoose(template)}
              className={classNames('flex w-full items-baseline gap-2 rounded-md px-2 py-1.5 text-left transition-colors', template.name === chosen ? 'bg-accent-soft' : 'hover:bg-hover')}>
              <span className="min-w-0 flex-1"><span className="block font-medium">{template.title}</span><span className="block text-sm text-ink-soft">{sentenceOf(template, language)}</span></span>
              <Profit template={template} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  ));
}

function Profit({ template: { result } }: { template: Template }) {
  const language = useLanguage();
  if (!('trades' in result) || result.trades === 0) return null;
  return <span className={classNames('shrink-0 text-sm', result.pnl_micros < 0 ? 'text-no' : 'text-yes')}>{formatUsd(micros(result.pnl_micros), language, { sign: true, places: 0 })}</span>;
}
