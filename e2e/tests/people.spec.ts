/** People: whom to follow, who liked it, who they are. */
import { join, post, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

test('who follows nobody yet is told of people, and their tweets come as he follows them', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const grace = await join(server.url, 'Grace', 'grace');
  await tweet(server.url, grace, 'A ship in port is safe.');
  const page = await openAs(ada);
  await page.goto('/home');
  const suggested = page.getByRole('region', { name: 'People to follow' });
  await expect(suggested.getByRole('link', { name: 'Grace' })).toBeVisible();
  await expect(page.getByText('It is quiet here')).toBeVisible();
  await suggested.getByRole('button', { name: 'Follow Grace' }).click();
  await expect(page.getByRole('article').getByText('A ship in port is safe.')).toBeVisible();
  await expect(suggested.getByRole('button', { name: 'Following Grace' })).toBeVisible();
});

test('a tweet tells who has boosted and favourited it', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const id = await tweet(server.url, ada, 'Engines');
  for (const name of ['grace', 'mary']) {
    const fan = await join(server.url, name, name);
    await post(server.url, `/api/v1/statuses/${id}/favourite`, {}, fan);
    if (name === 'mary') await post(server.url, `/api/v1/statuses/${id}/reblog`, {}, fan);
  }
  const page = await openAs(undefined);
  await page.goto(`/@ada/${id}`);
  await page.getByRole('button', { name: '2 favourites', exact: true }).click();
  const favourited = page.getByRole('dialog', { name: 'Favourited by' });
  await expect(favourited.getByRole('link', { name: 'grace' })).toBeVisible();
  await expect(favourited.getByRole('link', { name: 'mary' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '1 boost', exact: true }).click();
  const boosted = page.getByRole('dialog', { name: 'Boosted by' });
  await expect(boosted.getByRole('link', { name: 'mary' })).toBeVisible();
  await boosted.getByRole('link', { name: 'mary' }).click();
  await expect(page).toHaveURL(/\/@mary$/);
});

test('favourites of one tweet are one notification, which grows', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const id = await tweet(server.url, ada, 'Engines');
  const favourite = async (name: string) => {
    const fan = await join(server.url, name, name.toLowerCase());
    await post(server.url, `/api/v1/statuses/${id}/favourite`, {}, fan);
  };
  await favourite('Grace');
  const page = await openAs(ada);
  await page.goto('/notifications');
  await expect(page.getByText('Grace favourited your tweet')).toBeVisible();
  await favourite('Mary');
  await expect(page.getByText('Mary and 1 other favourited your tweet')).toBeVisible();
  await favourite('Jean');
  await expect(page.getByText('Jean and 2 others favourited your tweet')).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(1);
});

test('facts of a profile are written, shown, and taken away', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/settings/profile');
  await page.getByLabel('Name of fact 1').fill('Website');
  await page.getByLabel('Fact 1', { exact: true }).fill('https://example.com/ada');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.goto('/@ada');
  await expect(page.getByRole('link', { name: 'example.com/ada' })).toBeVisible();

  await page.goto('/settings/profile');
  await expect(page.getByLabel('Name of fact 1')).toHaveValue('Website');
  await page.getByLabel('Name of fact 1').fill('');
  await page.getByLabel('Fact 1', { exact: true }).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.goto('/@ada');
  await expect(page.getByRole('heading', { name: 'Ada', level: 2 })).toBeVisible();
  await expect(page.getByText('Website')).toHaveCount(0);
});
