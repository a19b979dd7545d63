import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'there is a file of this name',
  ENOTDIR: 'there is a file where a folder above it should be',
  EACCES: 'this user is not allowed to write there',
  EPERM: 'this user is not allowed to write there',
  EROFS: 'nothing can be written there',
  ENOSPC: 'the disk is full',
};

/**
 * Sees to it that there is a folder that can be written to: makes it, for this user only, and those
 * above it that are missing.
 *
 * @param setting that says where it is
 * @throws {Error} with a readable sentence that names the folder and the setting
 */
export function makeFolder(folder: string, setting = 'MINITTER_DATA_DIR'): void {
  try {
    makeMissing(path.resolve(folder));
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(
      `The folder ${folder} cannot be used: ${REASONS[code] ?? message}. ` +
        `Set ${setting} to a folder that this user may write to.`,
      { cause: error },
    );
  }
}

/** One folder at a time: Node's own `recursive` goes round for ever where none can be, as in /proc. */
function makeMissing(folder: string): void {
  if (isFolder(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeMissing(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Somebody else may have made it at the same moment.
    if (!isFolder(folder)) throw error;
  }
}

const isFolder = (folder: string): boolean =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
