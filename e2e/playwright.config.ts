import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './kit/browser.ts';

export default defineConfig({
  testDir: 'tests',
  // Two cores: one for the browser, one for the server.
  workers: 1,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'results',
  use: {
    launchOptions: CHROMIUM,
    locale: 'en-GB',
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
  },
});
