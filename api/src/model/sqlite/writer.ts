/**
 * The thread that writes. SQLite's driver is synchronous, so the fsync of a COMMIT runs here, where
 * it makes nobody wait but the writers it is for.
 */
import type { Statement } from '../database.ts';
import { type TouchedRows, TouchedSet } from '../touched-rows.ts';
import { isMainThread, type MessagePort, workerData } from 'node:worker_threads';
import { SqliteConnection, type StatementResult } from './connection.ts';

/** What the thread is started with. */
export interface WriterData {
  readonly file: string;
  /** Where requests come from; a port of our own, since Node's watch mode talks on the thread's. */
  readonly port: MessagePort;
}

/** What the thread is asked to do: `before` first (transaction control), then `sql`. */
export interface WriterRequest {
  readonly before: readonly string[];
  readonly sql?: string;
  readonly parameters?: readonly unknown[];
  /** Instead of `sql`: statements of which one that fails takes nothing of the others with it. */
  readonly statements?: readonly Statement[];
}

/** Sent unasked when another process has changed the file. */
export const CHANGED_OUTSIDE = 'changed outside';

/** Asked for, to be told of the rows that each commit has touched. */
export const TELL_TOUCHED = 'tell touched';

/** Sent before the answer to the request that has committed them. */
export interface Touched {
  readonly touched: TouchedRows;
}

/** `lost` says that the transaction is gone, with all that was written in it. */
export type WriterReply =
  | { readonly result: StatementResult }
  | { readonly outcomes: readonly (SqliteFailure | undefined)[] }
  | { readonly error: SqliteFailure; readonly lost: boolean };

/** An error of SQLite, as plain data. */
export interface SqliteFailure {
  readonly message: string;
  /** SQLite's extended result code; see https://sqlite.org/rescode.html */
  readonly errcode: number | undefined;
}

const NO_RESULT: StatementResult = { rows: [] };

function answer(connection: SqliteConnection, request: WriterRequest): WriterReply {
  let controlFailed = true;
  try {
    for (const statement of request.before) connection.exec(statement);
    controlFailed = false;
    const { sql, parameters = [], statements } = request;
    if (statements) return { outcomes: statements.map((one) => attempt(connection, one)) };
    return { result: sql === undefined ? NO_RESULT : connection.run(sql, parameters) };
  } catch (error) {
    if (controlFailed && connection.inTransaction) connection.exec('ROLLBACK');
    const { message, errcode } = error as Error & { errcode?: number };
    // Some errors (a full disk) make SQLite roll back by itself: https://sqlite.org/lang_transaction.html
    return { error: { message, errcode }, lost: !connection.inTransaction };
  }
}

/**
 * Runs one statement. When it breaks a constraint, SQLite undoes it and keeps the transaction:
 * https://sqlite.org/lang_conflict.html
 *
 * @returns what went wrong
 * @throws {Error} when the transaction is gone
 */
function attempt(
  connection: SqliteConnection,
  { sql, parameters }: Statement,
): SqliteFailure | undefined {
  try {
    connection.run(sql, parameters);
    return undefined;
  } catch (error) {
    if (!connection.inTransaction) throw error;
    const { message, errcode } = error as Error & { errcode?: number };
    return { message, errcode };
  }
}

/** How often to look whether another process has changed the file. */
const WATCH_MS = 250;

function watchOutside(connection: SqliteConnection, changed: () => void): NodeJS.Timeout {
  let version: number | undefined = connection.dataVersion;
  return setInterval(() => {
    const before = version;
    try {
      version = connection.dataVersion;
    } catch {
      // Not to be read now: when it is again, it counts as changed.
      version = undefined;
    }
    if (version !== undefined && version !== before) changed();
  }, WATCH_MS);
}

/** Opens the file and serves requests, one at a time, until told `close`. */
function serve({ file, port }: WriterData): void {
  const connection = SqliteConnection.openWriter(file);
  let checked = false;
  const touched = new TouchedSet();
  port.on('message', (message: WriterRequest | 'close' | typeof TELL_TOUCHED) => {
    if (message === TELL_TOUCHED) {
      connection.tellTouched(touched);
      return;
    }
    if (message === 'close') {
      clearInterval(watch);
      connection.close();
      port.close();
      return;
    }
    const reply = answer(connection, message);
    if (!checked) {
      connection.assertDurable();
      checked = true;
    }
    const rows = connection.inTransaction ? undefined : touched.take();
    if (rows) port.postMessage({ touched: rows } satisfies Touched);
    port.postMessage(reply);
  });
  const watch = watchOutside(connection, () => port.postMessage(CHANGED_OUTSIDE));
  port.postMessage('ready');
}

if (!isMainThread) serve(workerData as WriterData);
