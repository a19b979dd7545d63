/** Files that have their name only when they are whole and on disk. */
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Files are for their owner's eyes only. */
export const PRIVATE = 0o600;

/**
 * Has `write` write a file under another name, and gives it its own when it is whole.
 *
 * @param write writes all of the file that it is told, and flushes it to the disk
 * @throws {Error} with a readable sentence when the disk refuses, or whatever `write` throws; then there
 *   is no file
 */
export async function asWholeFile<T>(
  file: string,
  write: (part: string) => Promise<T>,
): Promise<T> {
  const part = `${file}.part`;
  try {
    const result = await write(part);
    await rename(part, file);
    await syncFolder(path.dirname(file));
    return result;
  } catch (error) {
    await rm(part, { force: true });
    throw readable(error as NodeJS.ErrnoException, file);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is a file where its folder should be',
  EISDIR: 'there is a folder of this name',
  EACCES: 'this user is not allowed to write there',
  EPERM: 'this user is not allowed to write there',
  EROFS: 'nothing can be written there',
  ENOSPC: 'the disk is full',
};

/** What the disk says, as a sentence; anything else stays as it is. */
function readable(error: NodeJS.ErrnoException, file: string): Error {
  const reason =
    error.path?.startsWith(file) || !error.path ? REASONS[error.code ?? ''] : undefined;
  return reason === undefined
    ? error
    : new Error(`${file} cannot be written: ${reason}.`, { cause: error });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
