/** Languages, themes, and sizes down to the smallest phone. */
import type { Page } from '@playwright/test';
import { settled } from '../kit/browser.ts';
import { join, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';
import { fillTown } from '../kit/town.ts';

test('the language changes without a reload, and stays', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweet(server.url, ada, '안녕하세요');
  const page = await openAs(ada);
  await page.goto('/settings/appearance');
  await page.evaluate(() => Object.assign(window, { isSame: true }));
  await page.getByRole('main').getByText('한국어').click();
  await expect(page.getByRole('heading', { name: '언어와 테마' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await page.getByRole('link', { name: '홈', exact: true }).click();
  await expect(page.getByRole('article', { name: 'Ada 님의 글' })).toBeVisible();
  await expect(page).toHaveTitle(/^홈/);
  expect(await page.evaluate(() => 'isSame' in window)).toBe(true);

  await page.reload();
  await expect(page.getByRole('heading', { name: '홈' })).toBeVisible();
  await page.goto('/settings/appearance');
  await page.getByRole('main').getByText('English').click();
  await expect(page.getByRole('heading', { name: 'Language and theme' })).toBeVisible();
});

test('a theme is chosen, and is there from the first moment', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  const surface = () =>
    page.locator('main').evaluate((main) => getComputedStyle(main).backgroundColor);
  await page.goto('/settings/appearance');
  await settled(page);
  const light = await surface();
  await page.getByText('Dark', { exact: true }).click();
  await expect.poll(surface).not.toBe(light);
  const dark = await surface();
  await page.reload();
  await settled(page);
  expect(await surface()).toBe(dark);
});

const PATHS = [
  '/',
  '/home',
  '/@bada',
  '/@bada/followers',
  '/notifications',
  '/search?q=%EC%B0%A8',
  '/bookmarks',
  '/lists',
  '/settings',
  '/settings/profile',
  '/settings/appearance',
  '/settings/account',
  '/settings/sessions',
  '/settings/people',
  '/settings/data',
  '/about',
];

/** How far the page can be moved sideways, in pixels. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

for (const language of ['en', 'ko'] as const) {
  test(`on phones nothing is cut off (${language})`, async ({ server, openAs }) => {
    const { sea, thread } = await fillTown(server.url);
    await tweet(server.url, sea, 'averyveryveryverylongwordthatgoesonandon'.repeat(4));
    const page = await openAs(sea, { language });
    for (const path of [...PATHS, thread]) {
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto(path);
      await settled(page);
      expect.soft(await overflow(page), `${path}, 360 pixels`).toBe(0);
      await page.setViewportSize({ width: 320, height: 568 });
      expect.soft(await overflow(page), `${path}, 320 pixels`).toBe(0);
    }
  });
}

test('on a phone one gets everywhere, and writes', async ({ server, openAs }) => {
  const { sea } = await fillTown(server.url);
  const page = await openAs(sea, { size: { width: 360, height: 740 } });
  await page.goto('/home');
  const bar = page.getByRole('navigation', { name: 'Main navigation' });
  for (const name of ['Everyone', 'Search', 'Notifications', 'Profile', 'Home']) {
    await bar.getByRole('link', { name }).click();
    await expect(bar.getByRole('link', { name })).toHaveAttribute('aria-current', 'page');
  }
  await bar.getByRole('button', { name: 'Write' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByPlaceholder('What is on your mind?').fill('From the tram');
  await dialog.getByRole('button', { name: 'Tweet', exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('article').getByText('From the tram')).toBeVisible();
});

test('at twice the size nothing is lost', async ({ server, openAs }) => {
  const { sea } = await fillTown(server.url);
  // 200% on a screen 1280 pixels wide: half as many are left.
  const page = await openAs(sea, { size: { width: 640, height: 400 } });
  for (const path of ['/home', '/settings/profile', '/@bada']) {
    await page.goto(path);
    await settled(page);
    expect.soft(await overflow(page), path).toBe(0);
  }
});
