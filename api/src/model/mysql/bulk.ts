/** Loads with large INSERT statements, each a transaction of its own. */
import mysql, { type Connection } from 'mysql2/promise';
import type { BulkLoader, Row } from '../bulk.ts';
import { migrate } from '../migrate.ts';
import { type MysqlOptions, openMysql } from './store.ts';

/** Well below the smallest `max_allowed_packet` in use (4 MB). */
const ROWS_PER_STATEMENT = 2000;

export async function openMysqlLoader(options: MysqlOptions): Promise<BulkLoader> {
  await refuseUsed(options);
  const connection = await mysql.createConnection({ uri: options.url, charset: 'utf8mb4' });
  await connection.query('SET SESSION foreign_key_checks = 0, unique_checks = 0');
  const loaded: string[] = [];
  return {
    load: (table, columns, rows, stored) => {
      loaded.push(table);
      return loadTable(connection, table, columns, rows, stored);
    },
    finish: () => connection.end(),
    abandon: async () => {
      // They were empty before.
      for (const table of loaded) await connection.query(`TRUNCATE TABLE ${table}`);
      await connection.end();
    },
  };
}

async function refuseUsed(options: MysqlOptions): Promise<void> {
  const store = await openMysql(options);
  try {
    await migrate(store);
    const user = await store.reader.selectFrom('users').select('id').limit(1).executeTakeFirst();
    if (user) throw new Error('The MySQL database has users already. Choose an empty one.');
  } finally {
    await store.close();
  }
}

async function loadTable(
  connection: Connection,
  table: string,
  columns: readonly string[],
  rows: Iterable<Row>,
  stored: (rows: number) => void,
): Promise<void> {
  const insert = `INSERT INTO ${table} (${columns.join()}) VALUES ?`;
  let batch: Row[] = [];
  const flush = async () => {
    if (batch.length === 0) return;
    await connection.query(insert, [batch]);
    stored(batch.length);
    batch = [];
  };
  for (const row of rows) {
    batch.push(row);
    if (batch.length === ROWS_PER_STATEMENT) await flush();
  }
  await flush();
}
