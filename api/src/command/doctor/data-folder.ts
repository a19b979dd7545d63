/** The data folder: whether the server can use it, and nobody else. */
import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config.ts';
import { type Finding, ok, problem, size, warning } from './finding.ts';

type Subject = Pick<Config, 'dataDir' | 'secret'>;

const DIFFERENT_FOLDER = 'or set MINITTER_DATA_DIR to a folder that this user may write to.';

/** Who asks: what he may do, and his user id (none on Windows). */
interface Asker {
  readonly mayWrite: (folder: string) => boolean;
  readonly uid: number | undefined;
}

/** Whether it can be written to, or made. */
export function checkDataFolder(
  { dataDir }: Pick<Subject, 'dataDir'>,
  asker: Asker = { mayWrite, uid: process.getuid?.() },
): readonly Finding[] {
  const existing = nearestExisting(dataDir);
  if (!statSync(existing).isDirectory()) {
    return [problem(`${existing} is not a folder.`, `Move it away, ${DIFFERENT_FOLDER}`)];
  }
  if (!asker.mayWrite(existing)) {
    return [
      problem(
        `This user may not write to ${existing}.`,
        `Run this as the user of the server, allow it, ${DIFFERENT_FOLDER}`,
      ),
    ];
  }
  if (existing !== dataDir) return [ok(`${dataDir} will be made by the first start.`)];
  const findings = [...ownership(dataDir, asker), ...privacy(dataDir)];
  return findings.length > 0 ? findings : [ok(`${dataDir} can be written to, by its owner only.`)];
}

/** The folder itself, or the closest one above it that is there. */
function nearestExisting(folder: string): string {
  const parent = path.dirname(folder);
  const isThere = statSync(folder, { throwIfNoEntry: false }) !== undefined;
  return isThere || parent === folder ? folder : nearestExisting(parent);
}

const mayWrite = (folder: string) => may(folder, constants.R_OK | constants.W_OK | constants.X_OK);

/** @param mode what this user wants to do; see access(2) */
function may(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

/** Root may write anywhere, and what it makes the server's own user then cannot read. */
function ownership(folder: string, { uid: us }: Asker): readonly Finding[] {
  const { uid } = statSync(folder);
  if (us === undefined || us === uid) return [];
  return [
    warning(
      `${folder} belongs to user ${uid}, and this is user ${us}.`,
      `Run minitter as user ${uid} only, or give it all to the server: chown -R.`,
    ),
  ];
}

function privacy(folder: string): readonly Finding[] {
  if ((statSync(folder).mode & 0o077) === 0) return [];
  return [
    warning(
      `Others on this machine can look into ${folder}, where the data of all users is.`,
      `Run chmod 700 ${folder}.`,
    ),
  ];
}

const GB = 2 ** 30;
const PLENTY_BYTES = 2 * GB;
const TOO_LITTLE_BYTES = GB / 8;

/** @param free bytes that this user may still write there */
export function checkFreeSpace(
  { dataDir }: Subject,
  free: number = freeBytes(dataDir),
): readonly Finding[] {
  if (free >= PLENTY_BYTES) return [ok(`${size(free)} are free.`)];
  const message = `Only ${size(free)} are free for the data folder.`;
  const advice = 'Make room: when the disk is full, nothing more can be stored.';
  return [free < TOO_LITTLE_BYTES ? problem(message, advice) : warning(message, advice)];
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(nearestExisting(folder));
  return bavail * bsize;
}

const KEY_BYTES = 32;

/** The key that signs tokens: whoever reads it can be anybody. */
export function checkSigningKey(
  { dataDir, secret }: Subject,
  mayRead: (file: string) => boolean = (file) => may(file, constants.R_OK),
): readonly Finding[] {
  if (secret !== undefined) return [ok('It is MINITTER_SECRET.')];
  const file = path.join(dataDir, 'signing-key');
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return [ok('It will be made by the first start.')];
  if (!mayRead(file)) {
    return [
      problem(
        `This user may not read ${file}, which belongs to user ${found.uid}.`,
        'Give it to the server: somebody may have run minitter as another user.',
      ),
    ];
  }
  if (found.size < KEY_BYTES) {
    return [
      problem(
        `${file} is too short to be a signing key.`,
        'Put it back from where you keep it, or remove it: everybody then logs in again.',
      ),
    ];
  }
  if ((found.mode & 0o077) !== 0) {
    return [
      problem(
        `Others on this machine can read ${file}, and with it log in as anybody.`,
        `Run chmod 600 ${file}; if somebody may have read it, remove it and start again.`,
      ),
    ];
  }
  return [ok('It is kept in the data folder, for its owner only.')];
}
