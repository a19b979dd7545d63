/**
 * `npm test`: the whole check. Static checks, then the tests of `e2e` in a real browser, then those in
 * `api/test` and `web/test`, against a MariaDB and an S3 server that are started here with throw-away
 * data and that all tests share; each test makes its own database in the one and its own bucket in the
 * other. Last come the tests of other packages that are no workspaces.
 *
 * `npm test -- <file> …` runs only these test files.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DatabaseServer, startMariadb } from '../api/test/kit/mariadb.ts';
import { type ObjectStoreServer, startSwift } from '../api/test/kit/swift.ts';
import { BROWSER_PACKAGE, BROWSER_TESTS, isBrowserTest, runBrowserTests } from './browser-tests.ts';
import { check } from './check.ts';
import { installOwnPackage, testOwnPackage } from './own-packages.ts';
import { ensureSystemPackages } from './system-packages.ts';
import {
  lineOf,
  readNodeCounts,
  reportingTo,
  sumOf,
  type TestCounts,
  withStatus,
} from './test-counts.ts';

const root = path.join(import.meta.dirname, '..');

/** The tests of the workspaces. */
const TESTS = ['api/test/**/*.test.ts', 'web/test/**/*.test.ts'];
/** Those with a lock file of their own, in the order in which they are tested. */
const OWN_PACKAGES = ['infra/aws'];

/** @param report where the counts go */
async function runNodeTests(
  files: readonly string[],
  env: Readonly<Record<string, string>>,
  report: string,
): Promise<TestCounts> {
  const runner = spawn(
    process.execPath,
    ['--test', '--test-concurrency=2', '--test-timeout=120000', ...reportingTo(report), ...files],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } },
  );
  const [status] = (await once(runner, 'exit')) as [number | null];
  return withStatus(readNodeCounts(report), status);
}

/** Starts what is installed. On a machine that cannot have it, the rest is tested. */
async function startServers(missing: readonly string[]) {
  const isMissing = missing.length > 0;
  const start = async <T>(starter: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await starter();
    } catch (error) {
      if (!isMissing || process.env['CI']) throw error;
      return undefined;
    }
  };
  return Promise.all([start<DatabaseServer>(startMariadb), start<ObjectStoreServer>(startSwift)]);
}

/**
 * @param files those of `api/test` and `web/test` to run, beside the servers that they need
 * @param report where the counts go
 */
async function testWorkspaces(files: readonly string[], report: string): Promise<TestCounts> {
  const { missing } = ensureSystemPackages();
  const [mariadb, swift] = await startServers(missing);
  const env = {
    ...(mariadb && { TEST_MYSQL_URL: mariadb.url }),
    ...(swift && { TEST_S3: JSON.stringify(swift) }),
  };
  try {
    return await runNodeTests(files, env, report);
  } finally {
    await Promise.all([mariadb?.stop(), swift?.stop()]);
  }
}

interface Plan {
  readonly browser: readonly string[];
  readonly workspaces: readonly string[];
  readonly packages: readonly string[];
}

/** What is run: the files that were named, or everything. */
function planOf(named: readonly string[]): Plan {
  if (named.length === 0) {
    const workspaces = globSync(TESTS, { cwd: root }).toSorted();
    return { browser: [BROWSER_TESTS], workspaces, packages: OWN_PACKAGES };
  }
  return {
    browser: named.filter(isBrowserTest),
    workspaces: named.filter((file) => !isBrowserTest(file)),
    packages: [],
  };
}

/** All is run, whatever failed before. @param reports a folder for what the runners write */
async function run({ browser, workspaces, packages }: Plan, reports: string): Promise<TestCounts> {
  const report = (name: string) => path.join(reports, `${name.replaceAll('/', '-')}.json`);
  const counts: TestCounts[] = [];
  if (browser.length > 0) counts.push(await runBrowserTests(browser, report('browser')));
  if (workspaces.length > 0) {
    counts.push(await testWorkspaces(workspaces, report('workspaces')));
  }
  for (const folder of packages) counts.push(await testOwnPackage(folder, report(folder)));
  return sumOf(counts);
}

/** @returns the exit status: 0 when all is well */
async function main(): Promise<number> {
  const plan = planOf(process.argv.slice(2));
  // Before the check, which looks at the browser tests, too.
  if (plan.browser.length > 0) await installOwnPackage(BROWSER_PACKAGE);
  const isClean = await check();
  const reports = mkdtempSync(path.join(tmpdir(), 'minitter-tests-'));
  try {
    const counts = await run(plan, reports);
    console.log(lineOf(counts));
    return isClean && counts.failed === 0 ? 0 : 1;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

process.exitCode = await main();
