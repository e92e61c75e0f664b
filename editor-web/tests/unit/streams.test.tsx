// @vitest-environment happy-dom
// Which recorded stream a market runs on is a choice of one document on one recording.
import { act } from 'react';
import { expect, it } from 'vitest';

import { tapeCell, tapeOf } from '@/shared/data/tapes';
import type { DocumentSession } from '@/shared/document';
import { SessionContext } from '@/shared/hooks/use-document';
import { useStreams } from '@/shared/hooks/use-streams';

import { drawn } from '../harness/drawn';

it('a stream chosen in one document is not chosen in another whose market is called the same', async () => {
  const session = () => ({}) as unknown as DocumentSession, [five, fifteen] = [session(), session()];
  function Choice() {
    const { streams, setStream } = useStreams();
    return <button onClick={() => setStream('m', streams.m === undefined ? 'btc:5m' : null)}>{JSON.stringify(streams)}</button>;
  }
  const { host, remove } = await drawn(<><SessionContext value={five}><Choice /></SessionContext><SessionContext value={fifteen}><Choice /></SessionContext></>);
  const said = () => [...host.querySelectorAll('button')].map(({ textContent }) => textContent), press = () => act(async () => host.querySelector('button')?.click());
  await press();
  expect(said()).toEqual(['{"m":"btc:5m"}', '{}']);
  await press();
  expect(said()).toEqual(['{}', '{}']);
  await press();
  await act(async () => tapeCell.set(tapeOf([{ name: 't.csv', bytes: new Uint8Array(1) }])));
  expect(said(), 'of another recording').toEqual(['{}', '{}']);
  await remove();
});
