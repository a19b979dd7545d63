/** What each test has: a server of its own, and browsers. */
import { type BrowserContext, type Page, test as base } from '@playwright/test';
import { openContext, type View, watchErrors } from './browser.ts';
import { type Person, type Server, startServer } from './server.ts';

type Options = Omit<View, 'url' | 'person'>;

interface Fixtures {
  readonly server: Server;
  /** Opens a page as somebody, or as nobody. Nothing on it may fail unseen, or break the policy. */
  readonly openAs: (person?: Person, options?: Options) => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture takes from here
  server: async ({}, use) => {
    const server = await startServer();
    await use(server);
    await server.stop();
  },
  openAs: async ({ browser, server }, use) => {
    const contexts: BrowserContext[] = [];
    const errors: string[][] = [];
    await use(async (person, options) => {
      const context = await openContext(browser, { url: server.url, person, ...options });
      contexts.push(context);
      errors.push(watchErrors(context));
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
    base.expect(errors.flat(), 'errors in the console').toEqual([]);
  },
});
export const { expect } = base;
