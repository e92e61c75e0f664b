import { useEffect, useState } from 'react';

import type { Snapshot, Version } from '@/shared/document';
import { useMessages } from '@/shared/i18n';
import { Badge } from '@/shared/ui';
import { compiler } from '@/shared/wasm/compiler';

import { messages } from '../messages';
import { compare } from '../model/compare';
import type { Comparison, CompareCalls } from '../model/compare';
import type { Difference } from '../model/diff';

const calls: CompareCalls = {
  derive: (snapshot) => compiler.call('derive', snapshot),
  format: (document) => compiler.call('format', document),
  compile: (document) => compiler.call('compile', document),
};

/** What changed from a version to the present. */
export function ComparisonView({ version, present }: { version: Version; present: Snapshot }) {
  const t = useMessages(messages);
  const [found, setFound] = useState<Comparison | null>(null);
  useEffect(() => {
    let gone = false;
    void compare(calls, version.snapshot, present).then((comparison) => gone || setFound(comparison));
    return () => {
      gone = true;
    };
  }, [version, present]);
  return (
    <section aria-live="polite" className="space-y-2 text-sm">
      <h2 className="font-semibold">{t('since', { number: version.number })}</h2>
      {!found && <p className="text-ink-soft">{t('comparing')}</p>}
      {found && <p><Badge tone={{ same: 'yes', different: 'accent', unknown: 'warn' }[found.meaning] as 'yes'}>{t(found.meaning)}</Badge></p>}
      {found?.differences.length === 0 && <p className="text-ink-soft">{t('nothing')}</p>}
      {found?.differences.map((difference) => <DifferenceRow key={difference.what + (difference.before ?? '')} difference={difference} />)}
    </section>
  );
}

function DifferenceRow({ difference: { what, before, after } }: { difference: Difference }) {
  const t = useMessages(messages);
  const kind = before === null ? 'added' : after === null ? 'removed' : 'changed';
  return (
    <div className="rounded-md border border-line">
      <p className="flex items-center gap-2 border-b border-line px-2 py-1"><Badge>{t(kind)}</Badge><span className="font-medium">{what}</span></p>
      {before !== null && <Side sign="−" text={before} look="bg-no-soft" />}
      {after !== null && <Side sign="+" text={after} look="bg-yes-soft" />}
    </div>
  );
}

function Side({ sign, text, look }: { sign: string; text: string; look: string }) {
  return <pre tabIndex={0} className={`overflow-x-auto px-2 py-1 font-mono text-xs ${look}`}>{text.split('\n').map((line) => `${sign} ${line}`).join('\n')}</pre>;
}
