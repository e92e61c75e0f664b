// @vitest-environment happy-dom
// Files that are dropped on the page: one place to go to, one recording, a sentence for what is neither.
import { expect, it, vi } from 'vitest';

import { tapeCell } from '@/shared/data/tapes';
import type { Library } from '@/shared/document';
import { named } from '@/shared/files/dropped';
import { useFiles } from '@/shared/files/use-files';
import { LibraryContext } from '@/shared/hooks/use-library';
import * as router from '@/shared/lib/router';
import { ToastRegion } from '@/shared/ui';

import { drawn, until } from '../harness/drawn';

vi.mock('@/shared/lib/router', () => ({ navigate: vi.fn() }));

it('several strategies are imported, and the last one is opened, once', async () => {
  const names: string[] = [], library = { create: async (_: object, name: string) => `id of ${names[names.push(name) - 1] ?? ''}` } as unknown as Library;
  const files = named([new File(['odx 1\n'], 'a.odx'), new File(['odx 1\n'], 'b.odx'), new File(['a,b\n'], 'c.csv'), new File(['hello'], 'd.txt')]);
  function Drop() {
    const take = useFiles();
    return <button onClick={() => void take(files)} />;
  }
  const { host, remove } = await drawn(<LibraryContext value={library}><Drop /><ToastRegion /></LibraryContext>);
  host.querySelector('button')?.click();
  await until(() => host.textContent !== '');
  expect([names, vi.mocked(router.navigate).mock.calls]).toEqual([['a', 'b'], [[{ page: 'document', id: 'id of b' }]]]);
  expect(tapeCell.get()?.name).toBe('c.csv');
  expect(host.textContent).toMatch(/^d\.txt is neither .*b\.odx is imported\. Backtests now run on c\.csv\.$/);
  await remove();
});
