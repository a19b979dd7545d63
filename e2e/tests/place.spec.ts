/** Endless lists: one reads on, and finds the place again. */
import type { Page } from '@playwright/test';
import { join, type Person, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

async function tweetMany(url: string, as: Person, count: number): Promise<void> {
  for (let i = 1; i <= count; i += 1) await tweet(url, as, `Tweet number ${i}`);
}

/** Turns the wheel until a tweet is there, and goes to it. */
async function scrollTo(page: Page, text: string): Promise<void> {
  const target = page.getByText(text, { exact: true });
  await page.mouse.move(500, 400);
  await expect(async () => {
    await page.mouse.wheel(0, 1200);
    await expect(target).toBeVisible({ timeout: 250 });
  }).toPass();
  await target.scrollIntoViewIfNeeded();
  await expect(target).toBeInViewport();
}

test('a timeline goes on while one scrolls, and keeps its place', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweetMany(server.url, ada, 70);
  const page = await openAs(ada);
  await page.goto('/home');
  await expect(page.getByText('Tweet number 70', { exact: true })).toBeVisible();
  await scrollTo(page, 'Tweet number 25');
  const target = page.getByText('Tweet number 25', { exact: true });
  // Those far away have given way.
  expect(await page.getByRole('article').count()).toBeLessThan(60);

  await target.click();
  await expect(page.getByRole('heading', { name: 'Conversation' })).toBeVisible();
  await page.goBack();
  await expect(target).toBeInViewport();

  await page.reload();
  await expect(target).toBeInViewport();
});

test('what is on its way does not push away what one reads', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const grace = await join(server.url, 'Grace', 'grace');
  await tweetMany(server.url, grace, 30);
  const page = await openAs(ada);
  await page.goto('/');
  await scrollTo(page, 'Tweet number 15');
  const target = page.getByText('Tweet number 15', { exact: true });
  const before = await target.boundingBox();
  await tweet(server.url, grace, 'Something new');
  // Coming back to the tab, one is told of it.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(page.getByRole('button', { name: /1 new tweet/ })).toBeVisible();
  expect(await target.boundingBox()).toEqual(before);
});
