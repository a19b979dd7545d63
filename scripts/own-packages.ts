/**
 * The packages of this repository that are no workspaces: each has a lock file of its own, so that
 * people who only run the server do not install what it needs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import path from 'node:path';
import { readNodeCounts, reportingTo, type TestCounts, withStatus } from './test-counts.ts';

const root = path.join(import.meta.dirname, '..');

/**
 * Installs such a package, unless what is installed is as new as its lock file, and runs its tests.
 *
 * @param folder from the root, such as `infra/aws`
 * @param report where the counts go
 */
export async function testOwnPackage(folder: string, report: string): Promise<TestCounts> {
  const installed = await installOwnPackage(folder);
  const status = installed === 0 ? await npm(folder, ['test'], reportingTo(report)) : installed;
  return withStatus(readNodeCounts(report), status);
}

/**
 * `npm ci`, when it is needed.
 *
 * @returns the exit status
 */
export async function installOwnPackage(folder: string): Promise<number> {
  return isInstalled(folder) ? 0 : npm(folder, ['ci']);
}

/** Whether what is installed is as new as the lock file. */
export function isInstalled(folder: string): boolean {
  const installed = changedAt(path.join(folder, 'node_modules/.package-lock.json'));
  return installed > changedAt(path.join(folder, 'package-lock.json'));
}

/** @returns when a file was last written, in ms since 1970; 0 when there is none */
function changedAt(file: string): number {
  return statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * @param options of Node.js, for what npm starts
 * @returns the exit status
 */
async function npm(
  folder: string,
  args: readonly string[],
  options: readonly string[] = [],
): Promise<number> {
  console.log(`${folder}: npm ${args.join(' ')}`);
  const NODE_OPTIONS = [process.env['NODE_OPTIONS'] ?? '', ...options].join(' ').trim();
  const child = spawn('npm', args, {
    cwd: path.join(root, folder),
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS },
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status ?? 1;
}
