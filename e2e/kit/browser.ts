/** Debian's Chromium, as the tests and the screenshots use it. */
import type { BrowserContext, LaunchOptions, Page } from '@playwright/test';
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

/** Pages of this browser begin as if this person had logged in there before. */
export async function logInAs(context: BrowserContext, { token }: Person): Promise<void> {
  await context.addInitScript((value) => {
    if (localStorage.getItem('minitter.out') === null)
      localStorage.setItem('minitter.token', value);
  }, token);
}

/** Chooses a language before the page begins. */
export async function speak(context: BrowserContext, language: 'en' | 'ko'): Promise<void> {
  await context.addInitScript((value) => {
    if (localStorage.getItem('minitter.language') === null)
      localStorage.setItem('minitter.language', value);
  }, language);
}

/** Errors that a page should not have had. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|WebSocket/.test(message.text()))
      errors.push(message.text());
  });
  return errors;
}
