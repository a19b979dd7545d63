/** What others write shows by itself. */
import { join, post, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

/** Ada has tweeted, and Grace follows her. */
async function friends(url: string) {
  const ada = await join(url, 'Ada', 'ada');
  const grace = await join(url, 'Grace', 'grace');
  await post(url, '/follow', { follow: Number(ada.id) }, grace);
  await tweet(url, ada, 'Good morning');
  return { ada, grace };
}

test('where no stream gets through, what is new is asked for now and then', async ({
  server,
  openAs,
}) => {
  const { ada, grace } = await friends(server.url);
  const page = await openAs(grace);
  // As behind a proxy that knows nothing of WebSockets.
  await page.routeWebSocket(/\/api\/v1\/streaming/, (socket) => socket.close());
  await page.clock.install();
  await page.goto('/home');
  await expect(page.getByText('Good morning')).toBeVisible();
  await tweet(server.url, ada, 'Is anybody there?');
  await page.clock.fastForward(25_000);
  await page.getByRole('button', { name: '1 new tweet' }).click();
  await expect(page.getByText('Is anybody there?')).toBeVisible();
});

test('a tweet shows in another browser by itself, and its favourite comes back', async ({
  server,
  openAs,
}) => {
  const { ada, grace } = await friends(server.url);
  const hers = await openAs(grace);
  await hers.goto('/home');
  await expect(hers.getByText('Good morning')).toBeVisible();
  const his = await openAs(ada);
  await his.goto('/home');

  await his.getByPlaceholder('What is on your mind?').fill('Is anybody there?');
  await his.keyboard.press('Control+Enter');
  await expect(his.getByText('Is anybody there?')).toBeVisible();

  await hers.getByRole('button', { name: '1 new tweet' }).click();
  const seen = hers.getByRole('article').filter({ hasText: 'Is anybody there?' });
  await seen.getByRole('button', { name: 'Favourite' }).click();
  await expect(his.getByRole('link', { name: 'Notifications 1 unread' })).toBeVisible();
  await his.getByRole('link', { name: 'Notifications 1 unread' }).click();
  await expect(his.getByText('Grace favourited your tweet')).toBeVisible();
});
