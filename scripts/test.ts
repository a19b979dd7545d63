/**
 * `npm test`: the whole check. Static checks, then the tests in `api/test` and `web/test`, against a MariaDB and
 * an S3 server that are started here with throw-away data and that all tests share; each test makes
 * its own database in the one and its own bucket in the other. Last come the tests of the packages that
 * are no workspaces.
 *
 * `npm test -- <file> …` runs only these test files.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import path from 'node:path';
import { type DatabaseServer, startMariadb } from '../api/test/kit/mariadb.ts';
import { type ObjectStoreServer, startSwift } from '../api/test/kit/swift.ts';
import { check } from './check.ts';
import { testOwnPackage } from './own-packages.ts';
import { ensureSystemPackages } from './system-packages.ts';

const root = path.join(import.meta.dirname, '..');

/** The tests of the workspaces. */
const TESTS = ['api/test/**/*.test.ts', 'web/test/**/*.test.ts'];
/** Those with a lock file of their own, in the order in which they are tested. */
const OWN_PACKAGES = ['infra/aws'];

/** @returns the exit status of the test runner */
async function runTests(files: readonly string[], env: Record<string, string>): Promise<number> {
  const runner = spawn(
    process.execPath,
    ['--test', '--test-concurrency=2', '--test-timeout=120000', ...files],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } },
  );
  const [status] = (await once(runner, 'exit')) as [number | null];
  return status ?? 1;
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
 * @param files those of `api/test` and `web/test` to run
 * @param missing system packages that this machine lacks
 * @returns the exit status of the test runner
 */
async function testWorkspaces(
  files: readonly string[],
  missing: readonly string[],
): Promise<number> {
  const [mariadb, swift] = await startServers(missing);
  const env = {
    ...(mariadb && { TEST_MYSQL_URL: mariadb.url }),
    ...(swift && { TEST_S3: JSON.stringify(swift) }),
  };
  try {
    return await runTests(files, env);
  } finally {
    await Promise.all([mariadb?.stop(), swift?.stop()]);
  }
}

/** All is run, whatever failed before. @returns the exit status: 0 when all is well */
async function main(): Promise<number> {
  const { missing } = ensureSystemPackages();
  const named = process.argv.slice(2);
  const statuses = [(await check()) ? 0 : 1];
  if (named.length > 0) statuses.push(await testWorkspaces(named, missing));
  else {
    statuses.push(await testWorkspaces(globSync(TESTS, { cwd: root }).toSorted(), missing));
    for (const folder of OWN_PACKAGES) statuses.push(await testOwnPackage(folder));
  }
  return Math.max(...statuses);
}

process.exitCode = await main();
