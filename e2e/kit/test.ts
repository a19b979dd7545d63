/** What each test has: a server of its own. */
import { type Browser, type Page, test as base } from '@playwright/test';
import { logInAs, speak, watchErrors } from './browser.ts';
import { type Person, type Server, startServer } from './server.ts';

interface Fixtures {
  readonly server: Server;
  /** Opens a page as somebody, or as nobody; it must have no errors at the end. */
  readonly openAs: (person: Person | undefined, options?: OpenOptions) => Promise<Page>;
}

export interface OpenOptions {
  readonly language?: 'en' | 'ko';
  readonly size?: { readonly width: number; readonly height: number };
  readonly theme?: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
  /** A worker answers behind the test's back: only where it is what is tested. */
  readonly withWorker?: boolean;
}

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture takes from here
  server: async ({}, use) => {
    const server = await startServer();
    await use(server);
    await server.stop();
  },
  openAs: async ({ browser, server }, use) => {
    const errors: string[][] = [];
    await use(async (person, options) => {
      const page = await open(browser, server, person, options);
      errors.push(watchErrors(page));
      return page;
    });
    base.expect(errors.flat()).toEqual([]);
  },
});
export const { expect } = base;

async function open(
  browser: Browser,
  server: Server,
  person: Person | undefined,
  options: OpenOptions = {},
): Promise<Page> {
  const { language = 'en', size, theme = 'light', javaScriptEnabled = true } = options;
  const context = await browser.newContext({
    baseURL: server.url,
    colorScheme: theme,
    reducedMotion: 'reduce',
    javaScriptEnabled,
    serviceWorkers: options.withWorker ? 'allow' : 'block',
    ...(size && { viewport: size }),
  });
  if (javaScriptEnabled) await speak(context, language);
  if (person) await logInAs(context, person);
  return context.newPage();
}
