import { ForeignKeyViolation, StoreUnavailable, UniqueViolation } from '../database.ts';
import type { SqliteFailure } from './writer.ts';

/** Result codes, from https://sqlite.org/rescode.html */
const CONSTRAINT_FOREIGNKEY = 787;
const CONSTRAINT_PRIMARYKEY = 1555;
const CONSTRAINT_UNIQUE = 2067;
/** Primary codes (the low byte) that mean: the file cannot be had, or cannot take more. */
const UNAVAILABLE = new Set([
  5, // BUSY
  6, // LOCKED
  8, // READONLY
  10, // IOERR
  13, // FULL
  14, // CANTOPEN
]);

/** SQLite's failure in the words of `model/database.ts`. */
export function translateFailure({ message, errcode }: SqliteFailure): Error {
  const cause = new Error(message);
  if (errcode === CONSTRAINT_PRIMARYKEY) return new UniqueViolation('PRIMARY', cause);
  if (errcode === CONSTRAINT_UNIQUE) return new UniqueViolation(constraintName(message), cause);
  if (errcode === CONSTRAINT_FOREIGNKEY) return new ForeignKeyViolation(cause);
  if (errcode !== undefined && UNAVAILABLE.has(errcode & 0xff)) return new StoreUnavailable(cause);
  return cause;
}

/** `UNIQUE constraint failed: users.email_key` → `users_email_key` */
function constraintName(message: string): string {
  const columns = message.slice(message.indexOf(': ') + 2).split(', ');
  const table = columns[0]?.split('.')[0];
  return [table, ...columns.map((column) => column.split('.')[1])].join('_');
}

const READONLY = 8;
const CANTOPEN = 14;
const NOTADB = 26;

/** What to tell somebody whose server does not start because SQLite cannot open `file`. */
export function readableOpenError(error: unknown, file: string): Error {
  const { message, errcode } = error as Error & { errcode?: number };
  if (errcode === undefined) return error as Error;
  const reasons: Record<number, string> = {
    [READONLY]: 'cannot be written to. Allow this user to write it and its folder',
    [CANTOPEN]: 'cannot be opened. Allow this user to read and write it and its folder',
    [NOTADB]: 'is not an SQLite database. Put it back from your backup, or move it away',
  };
  const reason = reasons[errcode & 0xff] ?? `cannot be opened (${message}). Mend that`;
  return new Error(
    `${file} ${reason}, or set MINITTER_DATA_DIR or DATABASE_URL to another place.`,
    {
      cause: error,
    },
  );
}
