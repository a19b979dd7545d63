/** One server for one SQLite file: a second would answer from memory that the first has outdated. */
import { DatabaseSync } from 'node:sqlite';
import { readableOpenError } from './errors.ts';

const BUSY = 5;
/** Two that try at the same instant both meet the other's first step; a second try decides. */
const PATIENCE_MS = 500;

/**
 * Locks `file` for this process. The lock is the operating system's, taken through a small SQLite
 * file beside the database, so it ends with the process however that ends.
 *
 * @returns a function that gives the lock back
 * @throws {Error} with a readable sentence when another process has it, or nobody can
 */
export function lockSqliteFile(file: string): () => void {
  const lockFile = `${file}.lock`;
  const lock = openLock(lockFile);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== BUSY) {
      throw readableOpenError(error, lockFile);
    }
    throw new Error(
      `Another Minitter is already using ${file}. Stop it, or give this one its own ` +
        'MINITTER_DATA_DIR. Several servers can share a MySQL database (DATABASE_URL), not SQLite.',
      { cause: error },
    );
  }
  return () => lock.close();
}

function openLock(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: PATIENCE_MS });
  } catch (error) {
    throw readableOpenError(error, file);
  }
}
