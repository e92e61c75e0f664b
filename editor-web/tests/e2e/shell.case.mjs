// The shell: a template opens, an edit reaches the other views, undo, save, reload.
import { openTemplate } from './harness.mjs';

export const cases = {
  'open, edit, undo, reload': async ({ open, assert }) => {
    const page = await open();
    await openTemplate(page, 'Late mover');
    await page.getByRole('heading', { name: 'Late mover' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Late mover' }).waitFor();
    assert.match(page.url(), /#\/d\//);
  },
};
