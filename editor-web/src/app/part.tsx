import { Suspense } from 'react';

import { useMessages } from '@/shared/i18n';
import { EmptyState } from '@/shared/ui';

import { Boundary } from './boundary';
import type { LazyPart } from './lazy-features';
import { messages } from './messages';

/** A lazy feature in its place. */
export function Part({ of: { Feature, forget } }: { of: LazyPart }) {
  const t = useMessages(messages);
  return (
    <Boundary failed={(message) => t('failed', { message })} again={t('again')} onAgain={forget}>
      <Suspense fallback={<EmptyState title={t('loading')} />}><Feature /></Suspense>
    </Boundary>
  );
}
