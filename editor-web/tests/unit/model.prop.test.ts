// Random walks over the model with the real compiler: nothing is lost, and live views agree.
//
//   ODDEX_STEPS=100000 npx vitest run tests/unit/model.prop.test.ts
import { describe, expect, it } from 'vitest';

import { dice, Walk } from '../harness/walk';
import { hasWasm, isCurrent, loadCompiler, readRepository } from '../harness/wasm';

const STEPS = Number(process.env.ODDEX_STEPS ?? 400);
const PER_WALK = 250;
const starts = [
  { notation: 'form', source: readRepository('tests/golden/views/form_original.json') },
  { notation: 'graph', source: readRepository('tests/golden/views/graph_original.json') },
  { notation: 'form', source: readRepository('tests/golden/views/form_rich.json') },
  { notation: 'graph', source: readRepository('tests/golden/views/graph_shared.json') },
  { notation: 'text', source: readRepository('examples/heavy_side.odx') },
] as const;

describe.skipIf(!hasWasm)('the model', () => {
  it(`walks ${STEPS} steps`, { timeout: 3_600_000 }, async (context) => {
    const odx = await loadCompiler();
    if (!isCurrent(odx)) return context.skip('odx.wasm is older than this tree: build it');
    const total: Record<string, number> = {};
    for (let walk = 0, done = 0; done < STEPS; walk++) {
      const start = starts[walk % starts.length] ?? starts[0];
      const one = new Walk(odx, start, dice(walk + 1 + Number(process.env.ODDEX_SEED ?? 0)));
      await one.start();
      try {
        for (let step = 0; step < PER_WALK && done < STEPS; step++, done++) await one.step(step);
      } catch (error) {
        throw new Error(`walk ${walk}: ${(error as Error).message}`, { cause: error });
      }
      for (const [key, count] of Object.entries(one.counts)) total[key] = (total[key] ?? 0) + count;
    }
    process.stdout.write(`${STEPS} steps: ${JSON.stringify(total)}\n`);
    for (const key of ['edits', 'broken', 'undone', 'drafts', 'reloads', 'saves', 'restored', 'ok']) expect(total[key], key).toBeGreaterThanOrEqual(1);
  });
});
