/** One read transaction: in WAL mode it sees what was committed when it began, and stops nobody. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Row } from '../bulk.ts';
import { ROWS_AT_ONCE, type Snapshot, type TableQuery } from '../snapshot.ts';
import { refuseUnsafeSqlite } from './connection.ts';
import { readableOpenError } from './errors.ts';

const BUSY_TIMEOUT_MS = 5000;

/** @throws {Error} with a readable sentence when there is no such file, or it is no database */
export async function openSqliteSnapshot(file: string): Promise<Snapshot> {
  refuseUnsafeSqlite();
  if (!existsSync(file)) throw new Error(`There is no database at ${file}.`);
  const db = open(file);
  const one = (sql: string) => Object.values(db.prepare(sql).get() ?? {})[0] as number | undefined;
  const hasTable = (name: string) =>
    one(`SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '${name}'`) === 1;
  return {
    engine: 'sqlite',
    schemaVersion: hasTable('schema_migrations')
      ? (one('SELECT MAX(version) FROM schema_migrations') ?? 0)
      : 0,
    columnsOf: async (table) => {
      const columns = db.prepare(`PRAGMA table_info(${table})`).all() as { name: string }[];
      return columns.map(({ name }) => name);
    },
    // Counting would read all of it; rows that were deleted are few.
    sizeOf: async (table) => one(`SELECT MAX(rowid) FROM ${table}`) ?? 0,
    highestId: async (table) => one(`SELECT seq FROM sqlite_sequence WHERE name = '${table}'`) ?? 0,
    rows: (query) => batches(db, query),
    close: async () => db.close(),
  };
}

function open(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    db.exec('BEGIN');
    // The transaction begins with its first read.
    db.prepare('SELECT COUNT(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    throw readableOpenError(error, file);
  }
}

async function* batches(
  db: DatabaseSync,
  { table, columns, order }: TableQuery,
): AsyncGenerator<readonly Row[]> {
  const statement = db.prepare(`SELECT ${columns.join()} FROM ${table} ORDER BY ${order.join()}`);
  statement.setReturnArrays(true);
  let batch: Row[] = [];
  for (const row of statement.iterate() as unknown as Iterable<Row>) {
    batch.push(row);
    if (batch.length < ROWS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
