/**
 * `npm run build-web`: builds the web client into `api/web`, where the server looks for it.
 * With `--if-changed`, as `npm start` does, only when it is not there or its sources have changed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const web = path.join(root, 'web');

/** Where the built client is. */
export const WEB_OUT = path.join(root, 'api/web');
/** Says of which sources it was built. */
const MARK = '.built-from';
/** What the client is made of. */
export const WEB_SOURCES = [
  'web/src/**/*',
  'web/static/**/*',
  'web/*.{json,ts}',
  'package-lock.json',
];

/**
 * Builds the client, unless it has been built of these very sources.
 *
 * @throws {Error} with what the build said, when it fails; the old one stays
 */
export function buildWeb(): void {
  const sources = hashOf(WEB_SOURCES);
  const mark = path.join(WEB_OUT, MARK);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === sources) return;
  // Beside its place, so that it gets there in one step.
  const made = mkdtempSync(`${WEB_OUT}-`);
  try {
    runVite(made);
    writeFileSync(path.join(made, MARK), sources);
    rmSync(WEB_OUT, { recursive: true, force: true });
    renameSync(made, WEB_OUT);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** @param patterns of files, from the root @returns what changes with each of them */
export function hashOf(patterns: readonly string[]): string {
  const hash = createHash('sha256');
  const files = patterns.flatMap((pattern) =>
    globSync(pattern, { cwd: root, withFileTypes: true }),
  );
  const names = files
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name));
  for (const name of names.toSorted()) {
    hash.update(path.relative(root, name)).update('\0').update(readFileSync(name)).update('\0');
  }
  return hash.digest('hex');
}

function runVite(out: string): void {
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vite, 'build', '--logLevel', 'warn'],
    {
      cwd: web,
      encoding: 'utf8',
      env: { ...process.env, MINITTER_WEB_OUT: out, NODE_ENV: 'production' },
    },
  );
  if (status !== 0) throw new Error(`The web client could not be built:\n${stdout}${stderr}`);
}

if (import.meta.main) {
  const isNeeded = !process.argv.includes('--if-changed');
  if (isNeeded) rmSync(path.join(WEB_OUT, MARK), { force: true });
  try {
    buildWeb();
  } catch (error) {
    console.error((error as Error).message);
    // The server serves all the same: its programs and apps need no pages.
    process.exitCode = isNeeded ? 1 : 0;
  }
}
