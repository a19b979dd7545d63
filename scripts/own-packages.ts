/**
 * The packages of this repository that are no workspaces: each has a lock file of its own, so that
 * people who only run the server do not install what it needs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');

/**
 * Installs such a package, unless what is installed is as new as its lock file, and runs its tests.
 *
 * @param folder from the root, such as `infra/aws`
 * @returns the exit status: 0 when all is well
 */
export async function testOwnPackage(folder: string): Promise<number> {
  const status = await install(folder);
  return status === 0 ? npm(folder, 'test') : status;
}

/**
 * `npm ci`, when it is needed.
 *
 * @returns the exit status
 */
async function install(folder: string): Promise<number> {
  const installed = changedAt(path.join(folder, 'node_modules/.package-lock.json'));
  return installed > changedAt(path.join(folder, 'package-lock.json')) ? 0 : npm(folder, 'ci');
}

/** @returns when a file was last written, in ms since 1970; 0 when there is none */
function changedAt(file: string): number {
  return statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** @returns the exit status */
async function npm(folder: string, ...args: string[]): Promise<number> {
  console.log(`${folder}: npm ${args.join(' ')}`);
  const child = spawn('npm', args, { cwd: path.join(root, folder), stdio: 'inherit' });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status ?? 1;
}
