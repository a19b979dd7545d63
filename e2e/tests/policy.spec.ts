/** The Content-Security-Policy, and that these tests would see what it refuses. */
import { openContext, watchErrors } from '../kit/browser.ts';
import { expect, test } from '../kit/test.ts';

test('a script that somebody has written into a page does not run, and is noticed', async ({
  browser,
  server,
}) => {
  const context = await openContext(browser, { url: server.url });
  const errors = watchErrors(context);
  const page = await context.newPage();
  await page.goto('/about');
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    document.body.append(script);
  });
  await expect.poll(() => errors.join()).toMatch(/refused by the policy: script-src/);
  expect(await page.title()).not.toBe('taken over');
  await context.close();
});
