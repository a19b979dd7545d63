/** Loads with large INSERT statements, each a transaction of its own. */
import mysql, { type Connection } from 'mysql2/promise';
import type { BulkLoader, BulkOptions, Row } from '../bulk.ts';
import type { Store } from '../database.ts';
import { migrate, migrationsUpTo } from '../migrate.ts';
import { ALL_TABLES } from '../tables.ts';
import { type MysqlOptions, openMysql } from './store.ts';

/** Well below the smallest `max_allowed_packet` in use (4 MB). */
const ROWS_PER_STATEMENT = 2000;

export async function openMysqlLoader(
  options: MysqlOptions,
  { replace = false, schemaVersion }: BulkOptions,
): Promise<BulkLoader> {
  await prepare(options, replace, schemaVersion);
  const connection = await mysql.createConnection({ uri: options.url, charset: 'utf8mb4' });
  await connection.query('SET SESSION foreign_key_checks = 0, unique_checks = 0');
  const loaded = new Set<string>();
  return {
    load: (table, columns, rows, stored) => {
      loaded.add(table);
      return loadTable(connection, table, columns, rows, stored);
    },
    countFrom: async (table, highestId) => {
      // Nothing happens when the table is further already.
      await connection.query(`ALTER TABLE ${table} AUTO_INCREMENT = ${highestId + 1}`);
    },
    finish: () => connection.end(),
    abandon: async () => {
      // They were empty before.
      for (const table of loaded) await connection.query(`TRUNCATE TABLE ${table}`);
      await connection.end();
    },
  };
}

/** Makes the tables, empty, as they were at a version of the schema. */
async function prepare(
  options: MysqlOptions,
  replace: boolean,
  schemaVersion: number | undefined,
): Promise<void> {
  const store = await openMysql(options);
  try {
    await migrate(store);
    await refuseServers(store);
    if (!replace) await refuseUsers(store);
    if (!replace && schemaVersion === undefined) return;
    await dropTables(options);
    await migrate(store, migrationsUpTo(schemaVersion));
  } finally {
    await store.close();
  }
}

async function refuseUsers({ reader }: Store): Promise<void> {
  const user = await reader.selectFrom('users').select('id').limit(1).executeTakeFirst();
  if (user) throw new Error('The MySQL database has users already. Choose an empty one.');
}

/** Servers hold leases on their numbers: see node-lease.ts. */
async function refuseServers(store: Store): Promise<void> {
  const lease = await store.reader
    .selectFrom('leases')
    .select('name')
    .where('name', 'like', 'node:%')
    .where('expires_at', '>', await store.now())
    .executeTakeFirst();
  if (lease) {
    throw new Error(
      'A server is using the MySQL database. Stop it first; one that was killed is forgotten after a minute.',
    );
  }
}

async function dropTables({ url }: MysqlOptions): Promise<void> {
  const connection = await mysql.createConnection({ uri: url });
  try {
    await connection.query('SET SESSION foreign_key_checks = 0');
    for (const table of ALL_TABLES) await connection.query(`DROP TABLE IF EXISTS ${table}`);
  } finally {
    await connection.end();
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
