import { useMessages } from '@/shared/i18n';
import { classNames } from '@/shared/lib/class-names';
import { Button, CodeText, Icon } from '@/shared/ui';
import type { Finding } from '@/shared/wasm/odx.mjs';

import { messages } from '../messages';
import { advice, pressesOf } from '../model/fixes';
import type { Press } from '../model/fixes';

const looks = { error: ['error', 'text-no'], warning: ['warning', 'text-warn'], note: ['note', 'text-ink-faint'] } as const;

/** Not in the one style: laying it out is what mends it. */
const STYLE = 'ODX506';

export interface FindingRowProps {
  readonly finding: Finding;
  readonly isOpen: boolean;
  readonly readOnly: boolean;
  readonly onOpen: () => void;
  readonly onPress: (press: Press) => void;
  readonly onFormat: () => void;
}

/** One finding: what, where, why, and what can be done about it right here. */
export function FindingRow({ finding, isOpen, readOnly, onOpen, onPress, onFormat }: FindingRowProps) {
  const t = useMessages(messages);
  const [icon, tone] = looks[finding.level];
  const presses = pressesOf(finding);
  const where = finding.graph?.nodes.length ? finding.graph.nodes.join(', ') : finding.graph?.pointer || t('line', { line: finding.span.start[0] });
  return (
    <li className={classNames('border-b border-line', isOpen && 'bg-accent-soft')}>
      <button type="button" aria-pressed={isOpen} onClick={onOpen} className={classNames('flex w-full items-start gap-2 px-3 py-1.5 text-left text-sm', !isOpen && 'hover:bg-hover')}>
        <Icon name={icon} className={classNames('mt-0.5', tone)} />
        <span className="sr-only">{t(finding.level)}</span>
        <span className="min-w-0 flex-1">
          <CodeText text={finding.title} />
          {finding.label && <span className="text-ink-soft">: <CodeText text={finding.label} /></span>}
          {finding.facts.map((fact) => <span key={fact} className="block text-ink-soft"><CodeText text={fact} /></span>)}
        </span>
        <span className="shrink-0 text-xs leading-5 text-ink-faint">{where} · {finding.code}</span>
      </button>
      <div className="pb-1.5 pl-9 pr-3">
        {advice(finding).map((text) => <p key={text} className="text-sm text-ink-soft"><CodeText text={text} /></p>)}
        {finding.code === STYLE && !readOnly && <Button icon="check" onClick={onFormat} className="mt-1 h-7">{t('format')}</Button>}
        {presses.length > 0 && !readOnly && (
          <div className="flex flex-wrap gap-2 pt-1">
            {presses.map((press) => <Button key={press.title} icon={press.isSafe ? 'check' : undefined} onClick={() => onPress(press)} className="h-7 max-w-full"><span className="truncate"><CodeText text={press.title} /></span></Button>)}
          </div>
        )}
      </div>
    </li>
  );
}
