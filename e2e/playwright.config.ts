import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './kit/browser.ts';

export default defineConfig({
  testDir: 'tests',
  // Two cores: one for the browser, one for the server.
  workers: 1,
  forbidOnly: true,
  retries: 0,
  // So much only on a machine that has much else to do.
  timeout: 180_000,
  expect: { timeout: 30_000, toPass: { timeout: 60_000 } },
  reporter: [['list']],
  outputDir: 'results',
  use: {
    launchOptions: CHROMIUM,
    trace: 'retain-on-failure',
  },
});
