// What the page fetches before the editor opens, and that it does so without a word or a jump.
import zlib from 'node:zlib';

const LIMIT = 350_000;

export const cases = {
  'first load': async ({ open, assert, url }) => {
    const page = await open();
    await page.getByRole('button', { name: 'Late mover' }).first().waitFor();
    await page.waitForLoadState('networkidle');
    const names = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
    let total = 0;
    for (const name of [url, ...names]) total += zlib.gzipSync(Buffer.from(await (await fetch(name)).arrayBuffer())).length;
    console.log(`     ${total} bytes gzipped in ${names.length + 1} files`);
    assert.ok(total <= LIMIT, `${total} bytes`);
    const shift = await page.evaluate(() => new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value))).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(sum), 200);
    }));
    assert.equal(shift, 0, 'layout shift');
  },
};
