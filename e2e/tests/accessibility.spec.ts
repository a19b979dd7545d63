/** axe on every page, dialog and menu, in both themes. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { settled } from '../kit/browser.ts';
import { DRAWINGS, pictureOf } from '../kit/pictures.ts';
import { fillTown } from '../kit/town.ts';
import { expect, test } from '../kit/test.ts';

const GUEST_PAGES = [
  '/',
  '/home',
  '/join',
  '/signin',
  '/about',
  '/search',
  '/settings',
  '/settings/appearance',
  '/@ada',
  '/tags/%EC%B0%A8',
  '/nowhere',
];
const MEMBER_PAGES = [
  '/',
  '/home',
  '/notifications',
  '/search?q=bada',
  '/bookmarks',
  '/favourites',
  '/lists',
  '/@bada',
  '/@ada',
  '/@ada/replies',
  '/@ada/media',
  '/@ada/followers',
  '/@ada/following',
  '/tags/%EC%B0%A8',
  '/about',
];
const SETTINGS_PAGES = [
  '/settings',
  '/settings/profile',
  '/settings/appearance',
  '/settings/account',
  '/settings/sessions',
  '/settings/people',
  '/settings/data',
];

test('axe finds nothing on pages for guests', async ({ server, openAs }) => {
  const { thread } = await fillTown(server.url);
  const page = await openAs();
  for (const path of [...GUEST_PAGES, thread]) await look(page, path);
});

test('axe finds nothing on pages for members', async ({ server, openAs }) => {
  const { sea, thread, list } = await fillTown(server.url);
  const page = await openAs(sea, { language: 'ko' });
  for (const path of [...MEMBER_PAGES, thread, list]) await look(page, path);
});

test('axe finds nothing on settings', async ({ server, openAs }) => {
  const { sea } = await fillTown(server.url);
  const page = await openAs(sea);
  for (const path of SETTINGS_PAGES) await look(page, path);
});

test('axe finds nothing in dialogs, menus and the composer', async ({ server, openAs }) => {
  const { sea } = await fillTown(server.url);
  const page = await openAs(sea);
  await page.goto('/home');
  await expect(page.getByRole('article').first()).toBeVisible();
  await settled(page);
  const dialog = page.getByRole('dialog');
  for (const key of ['n', '?']) {
    await page.keyboard.press(key);
    await expect(dialog).toBeVisible();
    await check(page, `dialog of ${key}`);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  }
  const box = page.getByPlaceholder('What is on your mind?');
  await box.pressSequentially('Hello @ad');
  await expect(page.getByRole('option').first()).toBeVisible();
  await check(page, 'suggestions');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Content warning' }).click();
  await check(page, 'composer');

  await page.getByRole('button', { name: 'More about this tweet' }).first().click();
  await expect(page.getByRole('menu')).toBeVisible();
  await check(page, 'menu');
  await page.getByRole('menuitem', { name: /^Block/ }).click();
  await expect(dialog).toBeVisible();
  await check(page, 'question');
  await page.keyboard.press('Escape');

  await page
    .getByRole('button', { name: /^Open the picture/ })
    .first()
    .click();
  await expect(dialog.getByRole('img')).toBeVisible();
  await check(page, 'pictures');
});

test('axe finds nothing in what opens on a profile, a tweet and in settings', async ({
  server,
  openAs,
}) => {
  const { sea, thread } = await fillTown(server.url);
  const page = await openAs(sea);
  const dialog = page.getByRole('dialog');
  await page.goto('/@minsu');
  await page.getByRole('button', { name: 'More about this person' }).click();
  await page.getByRole('menuitem', { name: 'Put on a list' }).click();
  await expect(dialog.getByRole('checkbox').first()).toBeVisible();
  await check(page, 'lists with somebody');

  await page.goto(thread);
  await page.getByRole('button', { name: '4 favourites', exact: true }).click();
  await expect(dialog.getByRole('link').first()).toBeVisible();
  await check(page, 'who has favourited');

  await page.goto('/settings/profile');
  const file = { name: 'sea.png', mimeType: 'image/png', buffer: await pictureOf(DRAWINGS.sea) };
  await page.locator('input[type=file]').first().setInputFiles(file);
  await expect(dialog).toBeVisible();
  await settled(page);
  await check(page, 'picture being cut');
});

/** Opens a page, and looks at it in both themes. */
async function look(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await settled(page);
  await check(page, path);
}

/** All rules in the light; in the dark those about colours: nothing else is different there. */
async function check(page: Page, what: string): Promise<void> {
  expect.soft(await violations(page), `${what}, light`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  // Colours that fade are looked at when they have.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
  );
  expect.soft(await violations(page, ['color-contrast']), `${what}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
}

async function violations(page: Page, rules?: string[]): Promise<string[]> {
  // No frames, so no other page is needed to put the results together.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join('\n')}`,
  );
}
