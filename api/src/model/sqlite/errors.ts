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
