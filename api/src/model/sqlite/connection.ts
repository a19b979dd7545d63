/** One open SQLite file: how it is opened, and how statements run on it. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import { TOUCHED, type TouchedSet, touchTriggers } from '../touched-rows.ts';

/** What a statement gave: rows of a query, or the marks of a change. */
export interface StatementResult {
  readonly rows: unknown[];
  readonly insertId?: number | bigint;
  readonly changes?: number | bigint;
}

/** Statements kept prepared; lists of ids make many alike, so the number is bounded. */
const PREPARED_STATEMENTS = 500;
/** How long to wait for another process, such as a `minitter user` command. */
const BUSY_TIMEOUT_MS = 5000;

/** The oldest SQLite free of the WAL-reset corruption (3.7.0 to 3.51.2). */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** @throws {Error} with a readable sentence when this Node.js bundles a SQLite that can corrupt */
export function refuseUnsafeSqlite(version: string = process.versions.sqlite ?? '0'): void {
  const parts = version.split('.').map(Number);
  const difference = OLDEST_SQLITE.map((wanted, i) => (parts[i] ?? 0) - wanted).find(
    (d) => d !== 0,
  );
  if (difference !== undefined && difference < 0) {
    throw new Error(
      `This Node.js (${process.version}) bundles SQLite ${version}, which can corrupt a database. ` +
        'Use Node.js 22.22.3 or later, or 24.20 or later.',
    );
  }
}

export class SqliteConnection {
  readonly #db: DatabaseSync;
  /** By what their rows are, and by text. */
  readonly #statements = {
    objects: new LRUCache<string, StatementSync>({ max: PREPARED_STATEMENTS }),
    arrays: new LRUCache<string, StatementSync>({ max: PREPARED_STATEMENTS }),
  };

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Opens `file` for reading and writing; each COMMIT returns after its fsync. */
  static openWriter(file: string): SqliteConnection {
    const db = new DatabaseSync(file, {
      enableForeignKeyConstraints: true,
      timeout: BUSY_TIMEOUT_MS,
    });
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    return new SqliteConnection(db);
  }

  /** Opens `file`, which must exist, for reading. */
  static openReader(file: string): SqliteConnection {
    const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    return new SqliteConnection(db);
  }

  /** Has `touched` told of each row that is written by this connection. */
  tellTouched(touched: TouchedSet): void {
    this.#db.function(TOUCHED, (kind, id) => {
      touched.add(kind as number, id as number | null);
      return null;
    });
    for (const sql of touchTriggers()) this.#db.exec(sql);
  }

  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  run(sql: string, parameters: readonly unknown[]): StatementResult {
    const statement = this.#prepare(sql);
    const values = parameters as SQLInputValue[];
    if (statement.columns().length > 0) return { rows: statement.all(...values) };
    const { lastInsertRowid, changes } = statement.run(...values);
    return { rows: [], insertId: lastInsertRowid, changes };
  }

  /** The rows of a query, each as an array of its columns: half the work of making objects. */
  rows(sql: string, parameters: readonly unknown[]): unknown[][] {
    const statement = this.#prepare(sql, 'arrays');
    return statement.all(...(parameters as SQLInputValue[])) as unknown as unknown[][];
  }

  /** @throws {Error} unless the file is kept as durably as {@link openWriter} asked for */
  assertDurable(): void {
    const read = (name: string) => Object.values(this.#db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    const found = [read('journal_mode'), read('synchronous'), read('foreign_keys')].join(' ');
    if (found !== 'wal 2 1') {
      throw new Error(
        `SQLite is not durable here: journal_mode synchronous foreign_keys = ${found}`,
      );
    }
  }

  /** Another number after another connection has committed; https://sqlite.org/pragma.html */
  get dataVersion(): number {
    const row = this.#prepare('PRAGMA data_version').get() as { data_version: number };
    return row.data_version;
  }

  close(): void {
    this.#db.close();
  }

  #prepare(sql: string, rows: 'objects' | 'arrays' = 'objects'): StatementSync {
    const statements = this.#statements[rows];
    let statement = statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(rows === 'arrays');
      statements.set(sql, statement);
    }
    return statement;
  }
}
