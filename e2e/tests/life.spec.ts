/** The life of a user: from signing up to deleting the account. */
import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join, logIn as begin, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

const EMAIL = 'ada@example.com';
const PASSWORD = 'engines dream of numbers';
const NEW_PASSWORD = 'looms dream of flowers';

test('sign up, log in, write, read, change, leave', async ({ server, openAs }) => {
  const grace = await join(server.url, 'Grace', 'grace');
  await tweet(server.url, grace, 'A ship in port is safe.');
  const page = await openAs();

  await test.step('sign up', async () => {
    await page.goto('/');
    await expect(page.getByText('A ship in port is safe.')).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'Sign up' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Ada');
    await page.getByLabel('User name').fill('ada');
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign up' }).click();
    await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
    await expect(page.getByText('It is quiet here')).toBeVisible();
  });

  await test.step('follow', async () => {
    await page.goto('/@grace');
    await page.getByRole('button', { name: 'Follow Grace' }).click();
    await expect(page.getByRole('button', { name: 'Following Grace' })).toBeVisible();
    await page.getByRole('link', { name: 'Home', exact: true }).click();
    await expect(page.getByText('A ship in port is safe.')).toBeVisible();
  });

  const mine = page.getByRole('article', { name: 'Tweet by Ada' });
  const hers = page.getByRole('article', { name: 'Tweet by Grace' });

  await test.step('tweet, and react to tweets', async () => {
    await page.getByPlaceholder('What is on your mind?').fill('안녕하세요, Minitter!');
    await page.getByRole('button', { name: 'Tweet', exact: true }).click();
    await expect(mine.getByText('안녕하세요, Minitter!')).toBeVisible();
    await expect(page.getByText('Your tweet is out.')).toBeVisible();
    await hers.getByRole('button', { name: 'Favourite' }).click();
    await expect(hers.getByRole('button', { name: 'Favourite, 1 favourite' })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await hers.getByRole('button', { name: 'Bookmark' }).click();
    await page.getByRole('link', { name: 'Bookmarks' }).click();
    await expect(hers.getByText('A ship in port is safe.')).toBeVisible();
  });

  await test.step('change the profile', async () => {
    await page.goto('/settings/profile');
    await page.getByLabel('About you').fill('Engines, and the occasional poem.');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await page.goto('/@ada');
    await expect(page.getByText('Engines, and the occasional poem.')).toBeVisible();
  });

  await test.step('log out, and in again by authorization code with PKCE', async () => {
    await page.goto('/settings');
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect(page.getByRole('main').getByRole('link', { name: 'Log in' })).toBeVisible();
    await page.goto('/signin?next=/bookmarks');
    await page.getByRole('button', { name: 'Continue' }).click();
    await logIn(page, PASSWORD);
    await expect(hers.getByText('A ship in port is safe.')).toBeVisible();
  });

  const elsewhere = await begin(server.url, { email: EMAIL, password: PASSWORD });

  await test.step('see and end sessions', async () => {
    await page.goto('/settings/sessions');
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(2);
    await page.getByRole('button', { name: 'End all others' }).click();
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
    expect(await statusOf(server.url, elsewhere)).toBe(401);
  });

  await test.step('change the password', async () => {
    await page.goto('/settings/account');
    const form = page.locator('form').filter({ hasText: 'New password' });
    await form.getByLabel('Current password').fill(PASSWORD);
    await form.getByLabel('New password').fill(NEW_PASSWORD);
    await form.getByRole('button', { name: 'Change the password' }).click();
    await expect(page.getByText('The password is changed.')).toBeVisible();
  });

  await test.step('take the data along', async () => {
    await page.goto('/settings/data');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const file = readFileSync(await (await download).path());
    expect(file.length).toBeGreaterThan(100);
  });

  await test.step('delete the account', async () => {
    await page.getByLabel('Current password').fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Delete the account' }).click();
    const question = page.getByRole('dialog');
    await expect(question.getByText('Delete your account for good?')).toBeVisible();
    await question.getByRole('button', { name: 'Delete the account' }).click();
    await expect(page.getByText('Your account is deleted.')).toBeVisible();
    await expect(page).toHaveURL(server.url + '/');
    await expect(page.getByRole('main').getByRole('link', { name: 'Sign up' })).toBeVisible();
    await expect(mine).toHaveCount(0);
    expect((await fetch(`${server.url}/@ada`)).status).toBe(404);
  });
});

/** What the server answers to somebody with this token. */
async function statusOf(url: string, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/timeline`, { headers })).status;
}

/** Types the password on the server's own page, which is asked for by RFC 7636, and comes back. */
async function logIn(page: Page, password: string): Promise<void> {
  await page.waitForURL(/\/oauth\/authorize\?.*code_challenge_method=S256/);
  await page.locator('#email').fill(EMAIL);
  await page.locator('#password').fill(password);
  const exchange = page.waitForRequest('**/oauth/token');
  await page.getByRole('button', { name: 'Log in' }).click();
  expect((await exchange).postData()).toMatch(/code_?verifier/i);
  await page.waitForURL((url) => !url.pathname.startsWith('/oauth'));
}
