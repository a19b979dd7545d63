/** Without a connection, and without a session. */
import { join, logIn, type Person, post, tweet } from '../kit/server.ts';
import { expect, test } from '../kit/test.ts';

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

  await page.context().setOffline(true);
  await expect(page.getByText('You are offline.')).toBeVisible();
  // Also from the beginning: the worker has the app, and the tab what it has read.
  await page.reload();
  await expect(page.getByText('Before the storm')).toBeVisible();
  await page.getByRole('link', { name: 'Bookmarks' }).click();
  await expect(page.getByText('You seem to be offline.')).toBeVisible();

  await page.context().setOffline(false);
  await expect(page.getByText('You are offline.')).toHaveCount(0);
  // It goes on by itself.
  await expect(page.getByText('No bookmarks')).toBeVisible();
});

test('a session that has ended asks to log in again, and keeps the draft', async ({
  server,
  openAs,
}) => {
  const ada = await join(server.url, 'Ada', 'ada');
  const page = await openAs(ada);
  await page.goto('/home');
  const box = page.getByPlaceholder('What is on your mind?');
  await box.fill('Half a thought');
  const password = 'another day, another engine';
  await changePassword(server.url, ada, password);
  await page.getByRole('button', { name: 'Tweet', exact: true }).click();
  await expect(page.getByText('You have been logged out')).toBeVisible();

  await page.getByRole('main').getByRole('link', { name: 'Log in' }).first().click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('#email').fill(ada.email);
  await page.locator('#password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(box).toHaveValue('Half a thought');
});

/** From elsewhere: it ends all other sessions. */
async function changePassword(url: string, person: Person, password: string): Promise<void> {
  const token = await logIn(url, person);
  const body = { current_password: person.password, password };
  await post(url, '/api/minitter/v1/account/password', body, { token });
}
