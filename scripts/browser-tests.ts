/** The browser tests of `e2e`: what they need, and a run of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { buildWeb } from './build-web.ts';
import { ensureBrowser } from './system-packages.ts';
import { NO_TESTS, readPlaywrightCounts, type TestCounts, withStatus } from './test-counts.ts';

const root = path.join(import.meta.dirname, '..');
/** From the root. */
export const BROWSER_PACKAGE = 'e2e';
export const BROWSER_TESTS = `${BROWSER_PACKAGE}/tests`;
const E2E = path.join(root, BROWSER_PACKAGE);

/** Whether a file that was named to `npm test` is for Playwright. */
export const isBrowserTest = (file: string): boolean =>
  path.resolve(root, file).startsWith(path.join(root, BROWSER_TESTS));

/**
 * Builds the client and tests it in a real browser.
 *
 * @param files paths from the root
 * @param report where Playwright's JSON goes
 * @throws {Error} when the client cannot be built, or in CI there is no browser
 */
export async function runBrowserTests(
  files: readonly string[],
  report: string,
): Promise<TestCounts> {
  const browser = ensureBrowser();
  if (!browser) {
    if (process.env['CI']) throw new Error('There is no browser.');
    return NO_TESTS;
  }
  buildWeb();
  const status = await runPlaywright(files, {
    CHROMIUM: browser,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  return withStatus(readPlaywrightCounts(report), status);
}

async function runPlaywright(
  files: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number | null> {
  const names = files.map((file) => path.relative(E2E, path.resolve(root, file)));
  const runner = spawn(
    process.execPath,
    [path.join(E2E, 'node_modules/playwright/cli.js'), 'test', '--reporter=list,json', ...names],
    { cwd: E2E, stdio: 'inherit', env: { ...process.env, ...env } },
  );
  const [status] = (await once(runner, 'exit')) as [number | null];
  return status;
}
