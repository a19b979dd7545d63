/** Reading: endless, keeping its place, without a connection, without JavaScript. */
import { join, type Person, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

async function tweetMany(url: string, as: Person, count: number): Promise<void> {
  for (let i = 1; i <= count; i += 1) await tweet(url, as, `Tweet number ${i}`);
}

test('a timeline goes on while one scrolls, and keeps its place', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweetMany(server.url, ada, 70);
  const page = await openAs(ada);
  await page.goto('/home');
  await expect(page.getByText('Tweet number 70', { exact: true })).toBeVisible();
  const target = page.getByText('Tweet number 25', { exact: true });
  await expect(async () => {
    await page.mouse.wheel(0, 2000);
    await expect(target).toBeVisible({ timeout: 200 });
  }).toPass();
  await target.scrollIntoViewIfNeeded();
  await target.click();
  await expect(page.getByRole('heading', { name: 'Conversation' })).toBeVisible();
  await page.goBack();
  await expect(target).toBeInViewport();
  await page.reload();
  await expect(target).toBeInViewport();
  // Those far away have given way.
  expect(await page.getByRole('article').count()).toBeLessThan(60);
});

test('without a connection one reads on, and is told; then it goes on', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweet(server.url, ada, 'Before the storm');
  const page = await openAs(ada, { withWorker: true });
  await page.goto('/home');
  await expect(page.getByText('Before the storm')).toBeVisible();
  await page.evaluate('navigator.serviceWorker.ready.then(() => {})');
  await page.reload();
  await page.context().setOffline(true);
  await expect(page.getByText('You are offline.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Before the storm')).toBeVisible();
  await page.getByRole('link', { name: 'Bookmarks' }).click();
  await expect(page.getByText('You seem to be offline.')).toBeVisible();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('No bookmarks')).toBeVisible();
});

test('a session that has ended asks to log in again, and keeps the draft', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  await page.getByPlaceholder('What is on your mind?').fill('Half a thought');
  await page.evaluate(() => localStorage.setItem('minitter.out', 'yes'));
  await page.route('**/api/**', (route) =>
    route.fulfill({ status: 401, json: { error: 'The access token is invalid' } }),
  );
  await page.getByRole('button', { name: 'Tweet', exact: true }).click();
  await expect(page.getByText('You have been logged out')).toBeVisible();
  await expect(page.getByRole('main').getByRole('link', { name: 'Log in' }).first()).toBeVisible();
  const kept = await page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
  expect(kept).toContain('Half a thought');
});

test('without JavaScript a tweet is still there to read', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const id = await tweet(server.url, ada, 'Plain <words> & all');
  const page = await openAs(undefined, { javaScriptEnabled: false });
  await page.goto(`/@ada/${id}`);
  await expect(page.getByText('Plain <words> & all')).toBeVisible();
});

test('what is not there says so, with status 404', async ({ openAs }) => {
  const page = await openAs(undefined);
  for (const path of ['/nowhere/at/all', '/@nobody', '/@nobody/12345']) {
    const response = await page.goto(path);
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { name: 'Nothing here' }).first()).toBeVisible();
  }
});

test('the language changes without a reload', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/settings/appearance');
  await page.evaluate(() => Object.assign(window, { isSame: true }));
  await page.getByText('한국어').first().click();
  await expect(page.getByRole('heading', { name: '언어와 테마' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  expect(await page.evaluate(() => 'isSame' in window)).toBe(true);
  await page.getByText('어둡게').click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('on the smallest phone nothing is cut off', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweet(server.url, ada, 'averyveryveryverylongwordthatgoesonandon'.repeat(4));
  for (const language of ['en', 'ko'] as const) {
    const page = await openAs(ada, { language, size: { width: 320, height: 568 } });
    for (const path of [
      '/',
      '/home',
      '/@ada',
      '/notifications',
      '/settings',
      '/settings/profile',
    ]) {
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, `${path} in ${language}`).toBeLessThanOrEqual(320);
    }
  }
});

test('the keyboard is enough', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweet(server.url, ada, 'First');
  await tweet(server.url, ada, 'Second');
  const page = await openAs(ada);
  await page.goto('/home');
  await expect(page.getByText('Second')).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('f');
  const first = page.getByRole('article').filter({ hasText: 'First' });
  await expect(first.getByRole('button', { name: 'Favourite' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.keyboard.press('o');
  await expect(page.getByRole('heading', { name: 'Conversation' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await expect(page.getByRole('heading', { name: 'Notifications' })).toBeVisible();
});
