/** The life of a user: from signing up to deleting the account. */
import { join, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

test('sign up, log in, write, read, change, leave', async ({ server, openAs }) => {
  const grace = await join(server.url, 'Grace', 'grace');
  await tweet(server.url, grace, 'A ship in port is safe.');
  const page = await openAs(undefined);

  await page.goto('/');
  await expect(page.getByText('A ship in port is safe.')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Sign up' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Ada');
  await page.getByLabel('User name').fill('ada');
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password').fill('short');
  await page.getByLabel('Password').fill('engines dream of numbers');
  await page.getByRole('button', { name: 'Sign up' }).click();

  // The server's own page asks for the password; it comes back here.
  await page.locator('#email').fill('ada@example.com');
  await page.locator('#password').fill('engines dream of numbers');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await expect(page.getByText('It is quiet here')).toBeVisible();

  await page.goto('/@grace');
  await page.getByRole('button', { name: 'Follow Grace' }).click();
  await expect(page.getByRole('button', { name: 'Unfollow Grace' })).toBeVisible();
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await expect(page.getByText('A ship in port is safe.')).toBeVisible();

  await page.getByPlaceholder('What is on your mind?').fill('안녕하세요, Minitter!');
  await page.getByRole('button', { name: 'Tweet', exact: true }).click();
  const mine = page.getByRole('article', { name: 'Tweet by Ada' });
  await expect(mine.getByText('안녕하세요, Minitter!')).toBeVisible();
  await expect(page.getByText('Your tweet is out.')).toBeVisible();

  const hers = page.getByRole('article', { name: 'Tweet by Grace' });
  await hers.getByRole('button', { name: 'Favourite' }).click();
  await expect(hers.getByRole('button', { name: 'Favourite, 1 favourite' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await hers.getByRole('button', { name: 'Bookmark' }).click();

  await mine.getByRole('button', { name: 'More about this tweet' }).click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByPlaceholder('Your tweet').fill('안녕하세요, 여러분!');
  await dialog.getByRole('button', { name: 'Save the change' }).click();
  await expect(mine.getByText('안녕하세요, 여러분!')).toBeVisible();
  await expect(mine.getByText('edited')).toBeVisible();

  await page.goto('/bookmarks');
  await expect(page.getByText('A ship in port is safe.')).toBeVisible();

  await page.goto('/home');
  await mine.getByRole('button', { name: 'More about this tweet' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(mine).toHaveCount(0);

  await page.goto('/settings/data');
  await page.getByRole('button', { name: 'Delete the account' }).click();
  await page.getByRole('dialog').getByLabel('Current password').fill('engines dream of numbers');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the account' }).click();
  await expect(page.getByText('Your account is deleted.')).toBeVisible();
  await expect(page).toHaveURL(/\/$/);
  expect((await fetch(`${server.url}/@ada`)).status).toBe(404);
});
