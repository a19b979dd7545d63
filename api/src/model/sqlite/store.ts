/** The embedded database: one thread writes with group commit, this thread reads. */
import path from 'node:path';
import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { makeFolder } from '../../make-folder.ts';
import type { Reader, Statement, Store, StorePart, Tx } from '../database.ts';
import { sqliteDialect } from '../dialect.ts';
import { type QueueLoad, type StoreTimes, timed } from '../load.ts';
import type { Schema } from '../schema.ts';
import type { TouchedRows } from '../touched-rows.ts';
import { refuseUnsafeSqlite, SqliteConnection, type StatementResult } from './connection.ts';
import { readableOpenError } from './errors.ts';
import { GroupCommit, type UnitConnection } from './group-commit.ts';
import { lockSqliteFile } from './lock.ts';
import { WriterThread } from './writer-thread.ts';

export interface SqliteOptions {
  readonly file: string;
  /** Units that may wait for the writer. */
  readonly writeQueue: number;
  /** Whether to keep other servers from this file; commands that run beside one do not. */
  readonly lock: boolean;
  readonly times?: StoreTimes | undefined;
}

/**
 * Opens the file, making it and its folder if need be.
 *
 * @throws {Error} with a readable sentence when the file is in use or cannot be opened
 */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const { file, lock } = options;
  refuseUnsafeSqlite();
  makeFolder(path.dirname(file));
  const unlock = lock ? lockSqliteFile(file) : () => {};
  try {
    const writer = await WriterThread.start(file);
    return new SqliteStore(writer, SqliteConnection.openReader(file), options, unlock);
  } catch (error) {
    unlock();
    throw readableOpenError(error, file);
  }
}

class SqliteStore implements Store {
  readonly dialect = sqliteDialect;
  readonly reader: Reader;
  readonly #writer: WriterThread;
  readonly #readConnection: SqliteConnection;
  readonly #commits: GroupCommit;
  readonly #units: Kysely<Schema>;
  readonly #times: StoreTimes | undefined;
  readonly #unlock: () => void;
  /** The connection of the unit that is being started; units start one at a time. */
  #starting: UnitConnection | undefined;

  constructor(
    writer: WriterThread,
    readConnection: SqliteConnection,
    { writeQueue, times }: SqliteOptions,
    unlock: () => void,
  ) {
    this.#writer = writer;
    this.#readConnection = readConnection;
    this.#commits = new GroupCommit(writer, writeQueue);
    this.#unlock = unlock;
    this.#times = times;
    this.reader = kyselyOver(
      () => ({ run: async (sql, parameters) => readConnection.run(sql, parameters) }),
      times,
    );
    this.#units = kyselyOver(() => {
      if (!this.#starting) throw new Error('no unit of work is running');
      return this.#starting;
    });
  }

  async readRows({ sql, parameters }: Statement): Promise<readonly (readonly unknown[])[]> {
    if (!this.#times) return this.#readConnection.rows(sql, parameters);
    const begun = performance.now();
    try {
      return this.#readConnection.rows(sql, parameters);
    } finally {
      this.#times.read(performance.now() - begun);
    }
  }

  write<T>(unit: (tx: Tx) => Promise<T>): Promise<T> {
    const stored = this.#commits.submit((connection) => {
      this.#starting = connection;
      return this.#units.connection().execute((tx) => unit(tx as unknown as Tx));
    });
    return timed(this.#times, stored);
  }

  writeOne(build: () => Statement): Promise<void> {
    return timed(this.#times, this.#commits.submitOne(build));
  }

  async executeDdl(sql: string): Promise<void> {
    await this.#commits.submit((connection) => connection.run(sql, []));
  }

  async now(): Promise<number> {
    return Date.now();
  }

  watch(changed: () => void): boolean {
    this.#writer.watch(changed);
    return true;
  }

  hearTouched(hear: (rows: TouchedRows) => void): boolean {
    this.#writer.hearTouched(hear);
    return true;
  }

  get queues(): Readonly<Record<string, QueueLoad>> {
    return { writes: this.#commits.load };
  }

  async missing(): Promise<readonly StorePart[]> {
    const missing: StorePart[] = this.#writer.isAlive ? [] : ['writer'];
    try {
      this.#readConnection.run('SELECT 1 FROM users LIMIT 1', []);
    } catch {
      missing.push('database');
    }
    return missing;
  }

  async close(): Promise<void> {
    await this.#commits.idle();
    this.#readConnection.close();
    await this.#writer.close();
    this.#unlock();
  }
}

/** Kysely speaking SQLite to whatever `connect` gives. */
function kyselyOver(connect: () => UnitConnection, times?: StoreTimes): Kysely<Schema> {
  const noTransactions = async () => {
    throw new Error('transactions are made by store.write');
  };
  return new Kysely<Schema>({
    log: times ? ({ queryDurationMillis }) => times.read(queryDurationMillis) : [],
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createDriver: () => ({
        init: async () => {},
        acquireConnection: async () => databaseConnection(connect()),
        releaseConnection: async () => {},
        beginTransaction: noTransactions,
        commitTransaction: noTransactions,
        rollbackTransaction: noTransactions,
        destroy: async () => {},
      }),
    },
  });
}

function databaseConnection(connection: UnitConnection): DatabaseConnection {
  return {
    executeQuery: async <R>({ sql, parameters }: CompiledQuery) =>
      queryResult<R>(await connection.run(sql, parameters)),
    streamQuery: () => {
      throw new Error('streaming is not supported');
    },
  };
}

function queryResult<R>({ rows, insertId, changes }: StatementResult): QueryResult<R> {
  if (insertId === undefined || changes === undefined) return { rows: rows as R[] };
  return { rows: [], insertId: BigInt(insertId), numAffectedRows: BigInt(changes) };
}
