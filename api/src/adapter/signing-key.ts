/** The key that signs tokens: given in the configuration, or made once and kept beside the data. */
import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';

const FILE = 'signing-key';
const BYTES = 48;

/**
 * @param secret `MINITTER_SECRET`, if set
 * @param dataDir where the key is kept otherwise, in a file that only its owner can read
 * @returns at least 32 bytes
 * @throws {Error} with a readable sentence when it can be neither read nor kept
 */
export function signingKey(secret: string | undefined, dataDir: string): Uint8Array {
  if (secret !== undefined) return Buffer.from(secret, 'utf8');
  const file = path.join(dataDir, FILE);
  return readKey(file) ?? makeKey(file);
}

function readKey(file: string): Uint8Array | undefined {
  try {
    const key = Buffer.from(readFileSync(file, 'utf8').trim());
    if (key.length >= 32) return key;
    throw new Error(
      `${file} is too short to be a signing key. Put it back from your backup, or ` +
        'remove it: everybody then logs in again.',
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Two servers that start at the same moment end up with the same key: the first link wins. */
function makeKey(file: string): Uint8Array {
  makeFolder(path.dirname(file));
  const unfinished = `${file}.${randomUUID()}`;
  writeFileSync(unfinished, `${randomBytes(BYTES).toString('base64')}\n`, {
    mode: 0o600,
    flush: true,
  });
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
  return readKey(file) ?? makeKey(file);
}
