/**
 * `npm test`: the whole check. Static checks, then the tests in `api/test`, against a MariaDB and
 * an S3 server that are started here with throw-away data and that all tests share; each test makes
 * its own database in the one and its own bucket in the other.
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
import { ensureSystemPackages } from './system-packages.ts';

const root = path.join(import.meta.dirname, '..');

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

async function main(): Promise<number> {
  const { missing } = ensureSystemPackages();
  const isClean = check();
  const [mariadb, swift] = await startServers(missing);
  const env = {
    ...(mariadb && { TEST_MYSQL_URL: mariadb.url }),
    ...(swift && { TEST_S3: JSON.stringify(swift) }),
  };
  try {
    const named = process.argv.slice(2);
    const files =
      named.length > 0 ? named : globSync('api/test/**/*.test.ts', { cwd: root }).sort();
    const status = await runTests(files, env);
    return isClean ? status : 1;
  } finally {
    await Promise.all([mariadb?.stop(), swift?.stop()]);
  }
}

process.exitCode = await main();
