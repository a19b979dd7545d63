/** What the server says to those who run no scripts, and of what is not there. */
import { join, post, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

test('without JavaScript a tweet and its author are there to read, and links to them unfurl', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const note = 'Engines & <poems>';
  await post(server.url, '/api/v1/accounts/update_credentials', { note }, ada, 'PATCH');
  const id = await tweet(server.url, ada, 'Plain <words> & all');
  const page = await openAs(undefined, { javaScriptEnabled: false });
  for (const [path, text, type] of [
    [`/@ada/${id}`, 'Plain <words> & all', 'article'],
    ['/@ada', note, 'profile'],
  ] as const) {
    await page.goto(path);
    // Playwright's own search leaves out what is for browsers without scripts.
    const plain = page.locator('noscript .plain');
    await expect(plain).toContainText(text);
    await expect(plain).toContainText('Ada (@ada)');
    await expect(plain).toBeVisible();
    const card = (name: string) => page.locator(`meta[property="og:${name}"]`);
    await expect(card('type')).toHaveAttribute('content', type);
    await expect(card('title')).toHaveAttribute('content', 'Ada (@ada)');
    await expect(card('description')).toHaveAttribute('content', text);
    await expect(card('url')).toHaveAttribute('content', server.url + path);
    await expect(card('image')).toHaveAttribute('content', /^http:/);
  }
});

test('what is not for everybody is not written into pages', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const id = await tweet(server.url, ada, 'Between us', { visibility: 'private' });
  const page = await openAs(undefined, { javaScriptEnabled: false });
  const response = await page.goto(`/@ada/${id}`);
  expect(response?.status()).toBe(404);
  expect(await page.content()).not.toContain('Between us');
});

test('what is not there says so, with status 404', async ({ openAs }) => {
  const page = await openAs(undefined);
  for (const path of ['/nowhere/at/all', '/@nobody', '/@nobody/12345']) {
    const response = await page.goto(path);
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { name: 'Nothing here' }).first()).toBeVisible();
  }
});
