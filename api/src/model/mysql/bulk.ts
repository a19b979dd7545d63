/**
 * Loads with large INSERT statements in one transaction: until its COMMIT, and after a crash, the
 * database is as it was.
 */
import mysql, { type Connection } from 'mysql2/promise';
import type { BulkLoader, BulkOptions, Row } from '../bulk.ts';
import type { Store } from '../database.ts';
import { migrate, migrationsUpTo, newestVersion, schemaVersion as versionOf } from '../migrate.ts';
import { doomObjects, LoadedColumns } from '../replaced-objects.ts';
import { ALL_TABLES, COUNTED_TABLES, EMPTIED_TABLES } from '../tables.ts';
import { highestIdGiven } from './auto-increment.ts';
import { type MysqlOptions, openMysql } from './store.ts';

const ROWS_PER_STATEMENT = 2000;
/** At three bytes each, well below the smallest `max_allowed_packet` in use (4 MB). */
const CHARACTERS_PER_STATEMENT = 500_000;

export async function openMysqlLoader(
  options: MysqlOptions,
  { replace = false, schemaVersion = newestVersion }: BulkOptions,
): Promise<BulkLoader> {
  const given = await prepare(options, replace, schemaVersion);
  const connection = await mysql.createConnection({ uri: options.url, charset: 'utf8mb4' });
  await connection.query(
    `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', foreign_key_checks = 0`,
  );
  // Faster where nothing is there that a new row could collide with.
  if (!replace) await connection.query('SET SESSION unique_checks = 0');
  // Tables of another schema have just been made.
  const mustEmpty = replace && schemaVersion === newestVersion;
  const loaded = new LoadedColumns();
  let hasBegun = false;
  return {
    load: async (table, columns, rows, stored) => {
      loaded.add(table, columns);
      if (!hasBegun) await begin(connection, mustEmpty);
      hasBegun = true;
      await loadTable(connection, table, columns, rows, stored);
    },
    countFrom: async (table, highestId) => {
      // MySQL would count from the rows there are, forgetting those that were deleted.
      const highest = Math.max(highestId, given.get(table) ?? 0);
      await connection.query(`ALTER TABLE ${table} AUTO_INCREMENT = ${highest + 1}`);
    },
    finish: async () => {
      if (!hasBegun) await begin(connection, mustEmpty);
      for (const sql of loaded.spareObjects()) await connection.query(sql);
      await connection.query('COMMIT');
      await connection.end();
    },
    // The server forgets what was not committed.
    abandon: async () => connection.destroy(),
  };
}

async function begin(connection: Connection, mustEmpty: boolean): Promise<void> {
  await connection.query('START TRANSACTION');
  if (!mustEmpty) return;
  for (const sql of doomObjects(Date.now())) await connection.query(sql);
  for (const table of EMPTIED_TABLES) await connection.query(`DELETE FROM ${table}`);
}

/** @throws {Error} with a readable sentence when it is in use, or has users that may not be replaced */
export async function refuseUnloadableMysql(
  options: MysqlOptions,
  replace: boolean,
): Promise<void> {
  const store = await openMysql(options);
  try {
    await refuse(store, replace);
  } finally {
    await store.close();
  }
}

async function refuse(store: Store, replace: boolean): Promise<void> {
  await migrate(store);
  await refuseNewer(store);
  await refuseServers(store);
  if (!replace) await refuseUsers(store);
}

/**
 * Sees to it that there are the tables of a version of the schema.
 *
 * @returns the highest id that each of {@link COUNTED_TABLES} has given
 */
async function prepare(
  options: MysqlOptions,
  replace: boolean,
  schemaVersion: number,
): Promise<ReadonlyMap<string, number>> {
  const store = await openMysql(options);
  try {
    await refuse(store, replace);
    const given = await highestIds(store);
    if (schemaVersion !== newestVersion) {
      await dropTables(options);
      await migrate(store, migrationsUpTo(schemaVersion));
    }
    return given;
  } finally {
    await store.close();
  }
}

async function highestIds(store: Store): Promise<Map<string, number>> {
  const highest = new Map<string, number>();
  for (const table of COUNTED_TABLES) {
    const [row] = await store.readRows({ sql: `SHOW CREATE TABLE ${table}`, parameters: [] });
    highest.set(table, highestIdGiven(String(row?.[1])));
  }
  return highest;
}

/** Rows of tables that are not known here would stay, and belong to others afterwards. */
async function refuseNewer(store: Store): Promise<void> {
  const version = await versionOf(store);
  if (version <= newestVersion) return;
  throw new Error(
    `A newer Minitter has brought the MySQL database to version ${version}, and this one knows ` +
      `${newestVersion} at most. Choose a new, empty one.`,
  );
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
    for (const sql of doomObjects(Date.now())) await connection.query(sql);
    await connection.query('SET SESSION foreign_key_checks = 0');
    for (const table of ALL_TABLES) {
      // It says which files are to be deleted, and has had the same columns ever since.
      if (table !== 'doomed_objects') await connection.query(`DROP TABLE IF EXISTS ${table}`);
    }
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
  let characters = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    await connection.query(insert, [batch]);
    stored(batch.length);
    batch = [];
    characters = 0;
  };
  for (const row of rows) {
    batch.push(row);
    for (const value of row) characters += typeof value === 'string' ? value.length : 8;
    if (batch.length === ROWS_PER_STATEMENT || characters > CHARACTERS_PER_STATEMENT) await flush();
  }
  await flush();
}
