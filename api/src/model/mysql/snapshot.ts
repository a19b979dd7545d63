/** One transaction with a consistent view: InnoDB keeps the old versions of rows as long as it lasts. */
import mysql, { type Connection } from 'mysql2';
import type { Row } from '../bulk.ts';
import { ROWS_AT_ONCE, type Snapshot, type TableQuery } from '../snapshot.ts';
import { highestIdGiven } from './auto-increment.ts';
import type { MysqlOptions } from './store.ts';

/** Whoever reads the rows may have to wait for a bucket or a disk: the server shall not hang up. */
const PATIENCE_SECONDS = 3600;

/** @throws {Error} with a readable sentence when the database cannot be reached */
export async function openMysqlSnapshot({ url }: Pick<MysqlOptions, 'url'>): Promise<Snapshot> {
  const connection = mysql.createConnection({ uri: url, charset: 'utf8mb4' });
  const all = async <R>(sql: string, values: readonly unknown[] = []): Promise<R[]> => {
    const [rows] = await connection.promise().query(sql, [...values]);
    return rows as R[];
  };
  const one = async (sql: string, values: readonly unknown[] = []): Promise<number> => {
    const [row] = await all<Record<string, unknown>>(sql, values);
    return Number(Object.values(row ?? {})[0] ?? 0);
  };
  try {
    await all(`SET SESSION net_write_timeout = ${PATIENCE_SECONDS}`);
    await all('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await all('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
  } catch (error) {
    connection.destroy();
    const { hostname, pathname } = new URL(url);
    throw new Error(
      `The MySQL database ${pathname.slice(1)} at ${hostname} cannot be read: ` +
        (error as Error).message,
      { cause: error },
    );
  }
  const ofTable =
    'FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?';
  const hasTable = async (name: string) => (await one(`SELECT COUNT(*) ${ofTable}`, [name])) === 1;
  return {
    engine: 'mysql',
    schemaVersion: (await hasTable('schema_migrations'))
      ? await one('SELECT MAX(version) FROM schema_migrations')
      : 0,
    columnsOf: async (table) => {
      const rows = await all<{ name: string }>(
        `SELECT column_name AS name FROM information_schema.columns
         WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position`,
        [table],
      );
      return rows.map(({ name }) => name);
    },
    sizeOf: (table) => one(`SELECT table_rows ${ofTable}`, [table]),
    highestId: async (table) => {
      const [row] = await all<Record<string, string>>(`SHOW CREATE TABLE ${table}`);
      return highestIdGiven(row?.['Create Table'] ?? '');
    },
    rows: (query) => batches(connection, query),
    close: () => connection.promise().end(),
  };
}

async function* batches(
  connection: Connection,
  { table, columns, order }: TableQuery,
): AsyncGenerator<readonly Row[]> {
  const sql = `SELECT ${columns.join()} FROM ${table} ORDER BY ${order.join()}`;
  const stream = connection
    .query({ sql, rowsAsArray: true })
    .stream({ highWaterMark: ROWS_AT_ONCE });
  let batch: Row[] = [];
  for await (const row of stream) {
    batch.push(row as Row);
    if (batch.length < ROWS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
