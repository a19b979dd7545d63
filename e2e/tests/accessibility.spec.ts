/** axe on every page, in both themes. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { fillTown } from '../kit/town.ts';
import { expect, test } from '../kit/test.ts';

const GUEST_PAGES = ['/', '/join', '/signin', '/about', '/search', '/@ada', '/nowhere'];
const MEMBER_PAGES = [
  '/home',
  '/notifications',
  '/search?q=bada',
  '/bookmarks',
  '/favourites',
  '/lists',
  '/@bada',
  '/@ada',
  '/@ada/followers',
  '/tags/차',
  '/settings',
  '/settings/profile',
  '/settings/appearance',
  '/settings/account',
  '/settings/sessions',
  '/settings/data',
];

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page, ${theme}`, async ({ server, openAs }) => {
    test.setTimeout(240_000);
    const town = await fillTown(server.url);
    const guest = await openAs(undefined, { theme });
    const member = await openAs(town.sea, { theme, language: 'ko' });
    for (const [page, paths] of [
      [guest, GUEST_PAGES],
      [member, [...MEMBER_PAGES, town.thread]],
    ] as const) {
      for (const path of paths) {
        await page.goto(path);
        await page.waitForLoadState('networkidle');
        expect.soft(await violations(page), `${path}, ${theme}`).toEqual([]);
      }
    }
    for (const key of ['n', '?']) {
      await member.goto('/home');
      await member.waitForLoadState('networkidle');
      await member.keyboard.press(key);
      await expect(member.getByRole('dialog')).toBeVisible();
      expect.soft(await violations(member), `dialog of ${key}, ${theme}`).toEqual([]);
    }
  });
}

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join('\n')}`,
  );
}
