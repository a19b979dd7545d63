/** The client stays small. How fast it is, is measured by `npm run bench-web`. */
import { settled } from '../kit/browser.ts';
import { expect, test } from '../kit/test.ts';
import { fillTown } from '../kit/town.ts';
import { BUDGET, weigh } from '../kit/weight.ts';

test('what is fetched before a page shows stays within its budget', async ({ server, openAs }) => {
  const { sea, thread } = await fillTown(server.url);
  for (const path of ['/home', '/', '/@ada', thread]) {
    const page = await openAs(sea, { language: 'ko' });
    const weight = weigh(page);
    await page.goto(path);
    await settled(page);
    await expect(page.getByRole('article').first()).toBeVisible();
    const { scripts, styles } = weight();
    expect.soft(scripts, `JavaScript of ${path}, bytes`).toBeLessThanOrEqual(BUDGET.scripts);
    expect.soft(styles, `CSS of ${path}, bytes`).toBeLessThanOrEqual(BUDGET.styles);
    // It has counted something.
    expect(Math.min(scripts, styles)).toBeGreaterThan(1000);
  }
});
