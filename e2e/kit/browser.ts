/** Debian's Chromium, as the tests and the screenshots use it. */
import {
  type Browser,
  type BrowserContext,
  expect,
  type LaunchOptions,
  type Page,
} from '@playwright/test';
import type { Person } from './server.ts';

export const CHROMIUM: LaunchOptions = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** How a page is looked at. */
export interface View {
  /** Where it is. */
  readonly url: string;
  /** Who has logged in there before, if anybody. */
  readonly person?: Pick<Person, 'token' | 'me'> | undefined;
  readonly language?: 'en' | 'ko';
  readonly size?: { readonly width: number; readonly height: number };
  readonly theme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
  /** A worker answers behind the test's back: only where it is what is tested. */
  readonly withWorker?: boolean;
}

/** A browser of somebody's own: nothing is shared with others. */
export async function openContext(browser: Browser, view: View): Promise<BrowserContext> {
  const { url, person, language = 'en', size, theme = 'light', javaScriptEnabled = true } = view;
  const kept = {
    'minitter.language': language,
    ...(person && { 'minitter.token': person.token, 'minitter.me': JSON.stringify(person.me) }),
  };
  const localStorage = Object.entries(kept).map(([name, value]) => ({ name, value }));
  const context = await browser.newContext({
    baseURL: url,
    colorScheme: theme,
    locale: language === 'ko' ? 'ko-KR' : 'en-GB',
    reducedMotion: 'reduce',
    javaScriptEnabled,
    serviceWorkers: view.withWorker ? 'allow' : 'block',
    storageState: { cookies: [], origins: [{ origin: url, localStorage }] },
    ...(size && { viewport: size }),
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`refused by the policy: ${violatedDirective} ${blockedURI}`),
    );
  });
  return context;
}

/** What Chromium says by itself of answers that are no success; tests look at what the page says. */
const EXPECTED = /^Failed to load resource|^WebSocket connection to/;

/** Errors that pages should not have had, in the order in which they come. */
export function watchErrors(context: BrowserContext): string[] {
  const errors: string[] = [];
  context.on('weberror', (error) => errors.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) errors.push(message.text());
  });
  return errors;
}

/** Waits until what the page shows is all there: nothing loads any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('h1, h2').first()).toBeVisible();
  await expect(page.locator('.skeleton, [aria-busy="true"]')).toHaveCount(0);
}
