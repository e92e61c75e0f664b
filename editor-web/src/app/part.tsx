import { Suspense } from 'react';
import type { ComponentType } from 'react';

import { useMessages } from '@/shared/i18n';
import { EmptyState } from '@/shared/ui';

import { Boundary } from './boundary';
import { messages } from './messages';

/** A lazy feature in its place. */
export function Part({ of: Feature }: { of: ComponentType }) {
  const t = useMessages(messages);
  return (
    <Boundary failed={(message) => t('failed', { message })} again={t('again')}>
      <Suspense fallback={<EmptyState title={t('loading')} />}><Feature /></Suspense>
    </Boundary>
  );
}
