// @vitest-environment happy-dom
// The results of a sweep stay those of the settings that were swept, whichever are chosen for the next one.
import { act } from 'react';
import { expect, it, vi } from 'vitest';

import { SweepPanel } from '@/features/backtest/components/sweep-panel';
import { OPTIONS } from '@/features/backtest/model/use-backtest';
import type { DocumentSession } from '@/shared/document';
import { SessionContext } from '@/shared/hooks/use-document';

import { drawn, until } from '../harness/drawn';

const CELLS = [0.06, 0.1].flatMap((drop) => [30, 90].map((hold) => ({ values: [drop, hold], pnl_micros: 1e6 * drop * hold })));
vi.mock('@/shared/hooks/use-runnable', () => ({ useRunnable: () => ({ runnable: { tape: {}, markets: [] } }) }));
vi.mock('@/shared/wasm/runs', () => ({
  runs: { call: async (name: string) => ({
    startSweep: { run: 1, findings: { findings: [] }, tape: '' }, stepSweep: { done: true }, sweepTrials: new Uint8Array(0),
    sweepResult: { document: { axes: [{ param: 'drop', values: [0.06, 0.1] }, { param: 'hold', values: [30, 90] }], cells: CELLS }, text: '' },
  } as Record<string, unknown>)[name] },
  closeRun: () => undefined, overRecording: (_tape: object, start: () => unknown) => start(),
}));

const node = (id: string, value: string) => ({ id, type: 'param', data: { name: id, value } });
const graph = (...nodes: object[]) => JSON.stringify({ mode: 'node', nodes, edges: [] });

it('a cell is spelled and taken as what was swept', async () => {
  let source = graph(node('drop', '8c'), node('hold', '2m'), node('wait', '10s')), snapshot = { master: { notation: 'graph', source } };
  const listeners = new Set<() => void>();
  const session = {
    getState: () => ({ snapshot, derived: null }), subscribe: (listener: () => void) => { listeners.add(listener); return () => listeners.delete(listener); },
    amend: async (_view: string, next: (source: string) => string | null) => { source = next(source) ?? source; snapshot = { master: { notation: 'graph', source } }; for (const each of listeners) each(); return true; },
  } as unknown as DocumentSession;
  const { host, remove } = await drawn(<SessionContext value={session}><SweepPanel options={OPTIONS} /></SessionContext>);
  await act(async () => host.querySelector('form')?.requestSubmit());
  await until(() => host.querySelectorAll('tbody button').length === 4);
  const head = () => [...host.querySelectorAll('th[scope=row]')].map(({ textContent }) => textContent);
  expect(head()).toEqual(['6c', '10c']);
  const [down] = host.querySelectorAll('select');
  await act(async () => { if (down) { down.value = 'wait'; down.dispatchEvent(new Event('change', { bubbles: true })); } });
  expect([down?.value, head()]).toEqual(['wait', ['6c', '10c']]);
  const press = (at: number) => act(async () => host.querySelectorAll<HTMLElement>('tbody button')[at]?.click());
  await press(3);
  expect((JSON.parse(source) as { nodes: { data: { value: string } }[] }).nodes.map(({ data }) => data.value)).toEqual(['10c', '1.5m', '10s']);
  const taken = source, buttons = () => [...host.querySelectorAll('tbody button, p button')], told = () => buttons().map((button) => host.querySelector(`#${button.getAttribute('aria-describedby')}`)?.textContent ?? '');
  expect(told()).toEqual(['', '', '', '', '']);
  await act(async () => void session.amend('graph', (now) => now.replaceAll('"drop"', '"fall"'), { label: '' }));
  await until(() => buttons().every((button) => button.getAttribute('aria-disabled') === 'true'));
  expect([...new Set(told())]).toEqual(['The strategy has no setting “drop” any more: the values of this sweep cannot be used.']);
  await press(0);
  expect([source, buttons().some((button) => button.hasAttribute('disabled'))]).toEqual([taken.replaceAll('"drop"', '"fall"'), false]);
  await remove();
});
