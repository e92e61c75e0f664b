// What the gallery makes of what `odx` says of an example, in both languages.
import { describe, expect, it } from 'vitest';

import { headingMessages } from '@/features/gallery/messages';
import { reasonOf, sectionsOf } from '@/features/gallery/model';
import { frenchSentences } from '@/features/gallery/template-messages';

import { examples, hasWasm, loadCompiler, readRepository } from '../harness/wasm';

describe.skipIf(!hasWasm)('the examples', () => {
  it('each has its sentence in French, and headings that the page knows', async () => {
    const odx = await loadCompiler(), modules = { 'shared/skew.odx': readRepository('examples/shared/skew.odx') };
    expect(Object.keys(frenchSentences).sort()).toEqual(examples().sort());
    for (const name of examples()) {
      const { text } = odx.explain({ name: `${name}.odx`, text: readRepository(`examples/${name}.odx`), modules });
      for (const { heading, lines } of sectionsOf(text ?? '')) {
        expect(Object.keys(headingMessages.en), name).toContain(heading);
        expect(lines.length, `${name}: ${heading}`).toBeGreaterThan(0);
      }
    }
  });
});

it('why there is no result', () => {
  expect(reasonOf('`perp` (okx BTC-USDT-SWAP) has no ticks; say where they are with --data perp=SRC')).toEqual({ key: 'needsTicks', market: 'okx BTC-USDT-SWAP' });
  expect(reasonOf('Predict takes the fee of a purchase in shares, which the matcher does not')).toEqual({ key: 'feeInKind', market: 'Predict' });
  expect(reasonOf('the strategy names no market that ticks could be of')?.key).toBe('noMarket');
  expect(reasonOf('something new')).toBeNull();
});
