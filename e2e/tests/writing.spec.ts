/** Writing: what is counted, kept, completed, changed, deleted. */
import { join, post, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

test('characters are counted as people count them, and too many cannot be sent', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  const box = page.getByPlaceholder('What is on your mind?');
  const send = page.getByRole('button', { name: 'Tweet', exact: true });
  await expect(send).toBeDisabled();
  await box.fill('가'.repeat(299) + '👩‍👩‍👧‍👦');
  await expect(page.getByText('0 characters left')).toBeAttached();
  await expect(send).toBeEnabled();
  await box.fill('가'.repeat(301));
  await expect(page.getByText('1 character too many')).toBeAttached();
  await expect(send).toBeDisabled();
});

test('a draft outlives a reload, and a tweet that failed comes back', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  const box = page.getByPlaceholder('What is on your mind?');
  await box.fill('Not quite ready');
  await page.reload();
  await expect(box).toHaveValue('Not quite ready');

  await page.route('**/api/v1/statuses', (route) =>
    route.fulfill({ status: 503, json: { error: 'busy' } }),
  );
  await page.getByRole('button', { name: 'Tweet', exact: true }).click();
  await expect(page.getByText('The server is busy.')).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(0);
  await expect(box).toHaveValue('Not quite ready');

  await page.unroute('**/api/v1/statuses');
  await page.getByRole('button', { name: 'Tweet', exact: true }).click();
  await expect(page.getByRole('article').getByText('Not quite ready')).toBeVisible();
  await expect(box).toHaveValue('');
});

test('names complete while typing, and an answer stands in its conversation', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const grace = await join(server.url, 'Grace', 'grace');
  await post(server.url, '/follow', { follow: Number(grace.id) }, ada);
  const id = await tweet(server.url, grace, 'What do you think?');
  const page = await openAs(ada);
  await page.goto(`/@grace/${id}`);
  const box = page.getByPlaceholder('Your answer');
  await box.fill('');
  await box.pressSequentially('Ask @gra');
  await expect(page.getByRole('option', { name: /@grace/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(box).toHaveValue('Ask @grace ');
  await box.press('Control+Enter');
  await expect(page.getByRole('article').getByText('Ask @grace')).toBeVisible();
});

test('a tweet is changed, and deleted once one has been asked', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweet(server.url, ada, 'Frist');
  const page = await openAs(ada);
  await page.goto('/home');
  const mine = page.getByRole('article', { name: 'Tweet by Ada' });
  const choose = async (what: string) => {
    await mine.getByRole('button', { name: 'More about this tweet' }).click();
    await page.getByRole('menuitem', { name: what }).click();
  };
  const dialog = page.getByRole('dialog');
  await choose('Edit');
  await expect(dialog.getByPlaceholder('Your tweet')).toHaveValue('Frist');
  await dialog.getByPlaceholder('Your tweet').fill('First');
  await dialog.getByRole('button', { name: 'Save the change' }).click();
  await expect(mine.getByText('First')).toBeVisible();
  await expect(mine.getByText('edited')).toBeVisible();

  await choose('Delete');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(mine).toBeVisible();
  await choose('Delete');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(mine).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('It is quiet here')).toBeVisible();
});

test('behind a warning words wait until somebody asks for them', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  await page.getByPlaceholder('What is on your mind?').fill('It was the gardener');
  await page.getByRole('button', { name: 'Content warning' }).click();
  await page.getByPlaceholder('What awaits readers?').fill('The end of a novel');
  await page.getByRole('button', { name: 'Tweet', exact: true }).click();
  const article = page.getByRole('article');
  await expect(article.getByText('The end of a novel')).toBeVisible();
  await expect(article.getByText('It was the gardener')).toHaveCount(0);
  await article.getByRole('button', { name: 'Show' }).click();
  await expect(article.getByText('It was the gardener')).toBeVisible();
});

test('a favourite that the server refuses is taken back', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweet(server.url, ada, 'Hello');
  const page = await openAs(ada);
  await page.route('**/favourite', (route) => route.fulfill({ status: 500, json: { error: 'x' } }));
  await page.goto('/home');
  const button = page.getByRole('button', { name: 'Favourite' });
  await button.click();
  await expect(page.getByText('The server could not do it.')).toBeVisible();
  await expect(button).toHaveAttribute('aria-pressed', 'false');
});

test('a profile that was changed elsewhere is not changed back', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  const note = 'Written on another device';
  await post(server.url, '/api/v1/accounts/update_credentials', { note }, ada, 'PATCH');
  await page.goto('/settings/profile');
  await expect(page.getByLabel('About you')).toHaveValue(note);
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.goto('/@ada');
  await expect(page.getByRole('heading', { name: 'Ada Lovelace' }).first()).toBeVisible();
  await expect(page.getByText(note)).toBeVisible();
});
