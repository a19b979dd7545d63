/** The keyboard is enough. */
import { join, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

test('one moves, answers to what one reads, and goes elsewhere by keys', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweet(server.url, ada, 'First');
  await tweet(server.url, ada, 'Second');
  const page = await openAs(ada);
  await page.goto('/home');
  const first = page.getByRole('article').filter({ hasText: 'First' });
  const second = page.getByRole('article').filter({ hasText: 'Second' });
  await expect(first).toBeVisible();
  await page.keyboard.press('j');
  await expect(second).toBeFocused();
  await page.keyboard.press('j');
  await expect(first).toBeFocused();
  await page.keyboard.press('k');
  await expect(second).toBeFocused();
  await page.keyboard.press('j');

  await page.keyboard.press('f');
  const favourite = first.getByRole('button', { name: 'Favourite' });
  await expect(favourite).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('b');
  await expect(first.getByRole('button', { name: 'Bookmark' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByPlaceholder('Your answer')).toBeFocused();
  await page.keyboard.type('And third');
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toHaveCount(0);

  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await expect(page.getByRole('heading', { name: 'Notifications' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await first.focus();
  await page.keyboard.press('o');
  await expect(page.getByRole('heading', { name: 'Conversation' })).toBeVisible();
  await expect(page.getByRole('article').getByText('And third')).toBeVisible();
});

test('the first key after a page has come is a key by itself', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await page.keyboard.press('n');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page).toHaveURL(/\/home$/);
});

test('a sheet tells of all keys, and Escape closes it', async ({ server, openAs }) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  await expect(page.getByText('It is quiet here')).toBeVisible();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet.getByText('Write a tweet')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  // What is typed into a field is no shortcut.
  await page.getByPlaceholder('What is on your mind?').pressSequentially('no?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByPlaceholder('What is on your mind?')).toHaveValue('no?');
});

test('the content can be skipped to, and what has the focus is seen', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();
});
