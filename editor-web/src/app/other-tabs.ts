// other-tabs.ts — other tabs of this browser that have the playground open: they are told what was written.
//
// In: ids of documents. Out: those that others wrote. Promise: without BroadcastChannel, or where it is forbidden,
// nobody is told; the store still notices when two write over each other.
import type { OtherTabs } from '@/shared/document';
import { said } from '@/shared/i18n';
import { showToast } from '@/shared/ui';

import { messages } from './messages';

function newChannel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel('oddex');
  } catch {
    return null;
  }
}

const channel = newChannel();

export const otherTabs: OtherTabs = {
  tell: (id) => channel?.postMessage(id),
  onTold: (listener) => channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => { if (typeof data === 'string') listener(data); }),
  onBoth: (title) => {
    showToast({ text: said(messages, 'bothTabs', { title: title || said(messages, 'untitled') }), stays: true });
    return said(messages, 'otherTab');
  },
};
