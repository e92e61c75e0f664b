// The English verdicts are those of the backtest, all of them, word for word.
import { expect, it } from 'vitest';

import { messages } from '@/shared/verdict/messages';

import { readRepository } from '../harness/wasm';

it('verdict.def', () => {
  const rows = [...readRepository('runtime/backtest/verdict.def').matchAll(/^VERDICT\(\w+, "(\w+)", "(.*)"\)$/gm)];
  expect(rows.length).toBeGreaterThan(5);
  expect(messages.en).toEqual(Object.fromEntries(rows.map(([, name, sentence]) => [name, sentence])));
});
