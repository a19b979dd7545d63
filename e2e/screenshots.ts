/**
 * `npm run screenshots`: pictures of the main pages into `docs/screenshots`, in both themes and
 * languages, on phone and desk. The people and what they say are made up.
 *
 * `npm run screenshots -- home search` takes only those of these names; `SCREENSHOTS=/tmp/shots` puts
 * them, as PNG, elsewhere.
 */
import { type Browser, chromium, expect } from '@playwright/test';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { CHROMIUM, openContext, settled, watchErrors } from './kit/browser.ts';
import { type Person, startServer } from './kit/server.ts';
import { fillTown, type Town } from './kit/town.ts';

/** Where they are shown, small. */
const DOCS = path.join(import.meta.dirname, '../docs/screenshots');
const OUT = process.env['SCREENSHOTS'] ?? DOCS;
const QUALITY = 82;
const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 860 } } as const;

interface Shot {
  readonly name: string;
  readonly path: (town: Town) => string;
  readonly size: keyof typeof SIZES;
  readonly theme: 'light' | 'dark';
  readonly language: 'en' | 'ko';
  readonly isGuest?: boolean;
  /** Pressed before the picture is taken. */
  readonly key?: string;
}

const SHOTS: readonly Shot[] = [
  { name: 'welcome', path: () => '/', size: 'desk', theme: 'light', language: 'en', isGuest: true },
  { name: 'welcome', path: () => '/', size: 'phone', theme: 'dark', language: 'ko', isGuest: true },
  { name: 'home', path: () => '/home', size: 'desk', theme: 'light', language: 'ko' },
  { name: 'home', path: () => '/home', size: 'desk', theme: 'dark', language: 'en' },
  { name: 'home', path: () => '/home', size: 'phone', theme: 'light', language: 'ko' },
  {
    name: 'profile',
    path: ({ sea }) => `/@${sea.username}`,
    size: 'phone',
    theme: 'light',
    language: 'ko',
  },
  {
    name: 'profile',
    path: ({ ada }) => `/@${ada.username}`,
    size: 'desk',
    theme: 'light',
    language: 'en',
  },
  { name: 'tweet', path: ({ thread }) => thread, size: 'desk', theme: 'dark', language: 'ko' },
  { name: 'tweet', path: ({ thread }) => thread, size: 'phone', theme: 'light', language: 'en' },
  {
    name: 'notifications',
    path: () => '/notifications',
    size: 'phone',
    theme: 'dark',
    language: 'ko',
  },
  {
    name: 'notifications',
    path: () => '/notifications',
    size: 'desk',
    theme: 'light',
    language: 'en',
  },
  { name: 'search', path: () => '/search?q=차', size: 'desk', theme: 'light', language: 'ko' },
  {
    name: 'settings',
    path: () => '/settings/profile',
    size: 'desk',
    theme: 'light',
    language: 'ko',
  },
  { name: 'settings', path: () => '/settings', size: 'phone', theme: 'dark', language: 'en' },
  {
    name: 'sessions',
    path: () => '/settings/sessions',
    size: 'desk',
    theme: 'dark',
    language: 'en',
  },
  { name: 'lists', path: () => '/lists', size: 'phone', theme: 'light', language: 'ko' },
  { name: 'bookmarks', path: () => '/bookmarks', size: 'phone', theme: 'light', language: 'en' },
  { name: 'writing', path: () => '/home', size: 'phone', theme: 'light', language: 'ko', key: 'n' },
  { name: 'shortcuts', path: () => '/home', size: 'desk', theme: 'dark', language: 'ko', key: '?' },
  {
    name: 'join',
    path: () => '/join',
    size: 'phone',
    theme: 'light',
    language: 'ko',
    isGuest: true,
  },
  {
    name: 'signin',
    path: () => '/signin',
    size: 'phone',
    theme: 'dark',
    language: 'en',
    isGuest: true,
  },
  {
    name: 'about',
    path: () => '/about',
    size: 'phone',
    theme: 'light',
    language: 'en',
    isGuest: true,
  },
];

const wanted = process.argv.slice(2);
const server = await startServer();
const browser = await chromium.launch(CHROMIUM);
try {
  const town = await fillTown(server.url);
  if (wanted.length === 0) rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  for (const shot of SHOTS) {
    if (wanted.length === 0 || wanted.includes(shot.name))
      await take(browser, shot, town, town.sea);
  }
} finally {
  await browser.close();
  await server.stop();
}

async function take(browser: Browser, shot: Shot, town: Town, person: Person): Promise<void> {
  const { size, theme, language } = shot;
  const context = await openContext(browser, {
    url: server.url,
    person: shot.isGuest ? undefined : person,
    language,
    theme,
    size: SIZES[size],
  });
  const errors = watchErrors(context);
  const page = await context.newPage();
  await page.goto(shot.path(town));
  await settled(page);
  if (shot.key !== undefined) await page.keyboard.press(shot.key);
  if (shot.key !== undefined) await expect(page.getByRole('dialog')).toBeVisible();
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  const picture = await page.screenshot();
  const name = `${shot.name}-${size}-${theme}-${language}`;
  if (OUT === DOCS) await sharp(picture).webp({ quality: QUALITY }).toFile(`${OUT}/${name}.webp`);
  else await sharp(picture).toFile(`${OUT}/${name}.png`);
  console.log(name, errors.join(' | '));
  await context.close();
}
