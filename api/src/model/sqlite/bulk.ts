/**
 * Loads into a new file beside the database and puts that in its place at the end: a load that is
 * broken off has changed nothing.
 */
import { existsSync, openSync, closeSync, fsyncSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BulkLoader, BulkOptions, Row } from '../bulk.ts';
import { migrate, migrationsUpTo } from '../migrate.ts';
import { doomObjects, spareObjects } from '../replaced-objects.ts';
import { lockSqliteFile } from './lock.ts';
import { openSqlite, type SqliteOptions } from './store.ts';

/** Rows between two reports. */
const REPORT_EVERY = 20_000;
const CACHE_KIB = 128 * 1024;
const BUSY = 5;
const BUSY_TIMEOUT_MS = 1000;

export async function openSqliteLoader(
  options: Omit<SqliteOptions, 'lock'>,
  { replace = false, schemaVersion }: BulkOptions,
): Promise<BulkLoader> {
  const { file } = options;
  await refuseUnloadableSqlite(options, replace);
  const unlock = lockSqliteFile(file);
  const part = `${file}.part`;
  removeFiles(part);
  const store = await openSqlite({ ...options, file: part, lock: false });
  await migrate(store, migrationsUpTo(schemaVersion));
  await store.close();

  const db = new DatabaseSync(part, { enableForeignKeyConstraints: false });
  if (replace && existsSync(file)) inherit(db, file);
  // Safe for a file that is thrown away when anything goes wrong.
  // Out of WAL first: only then is there no journal.
  db.exec('PRAGMA journal_mode = DELETE');
  db.exec('PRAGMA journal_mode = OFF');
  db.exec('PRAGMA synchronous = OFF');
  db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  const indexes = dropIndexes(db);
  return {
    load: (table, columns, rows, stored) => loadTable(db, table, columns, rows, stored),
    countFrom: async (table, highestId) => {
      const { changes } = db
        .prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?')
        .run(highestId, table);
      // A table that never gave an id has no row yet.
      if (changes === 0) {
        db.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(table, highestId);
      }
    },
    finish: async () => {
      // Sorted and written in one go: far faster than row by row.
      for (const sql of [...indexes, ...spareObjects]) db.exec(sql);
      db.exec('PRAGMA synchronous = FULL');
      db.exec('PRAGMA journal_mode = WAL');
      db.close();
      moveInto(part, file);
      unlock();
    },
    abandon: async () => {
      if (db.isOpen) db.close();
      removeFiles(part);
      unlock();
    },
  };
}

/** @throws {Error} with a readable sentence when it is in use, or has users that may not be replaced */
export async function refuseUnloadableSqlite(
  options: Omit<SqliteOptions, 'lock'>,
  replace: boolean,
): Promise<void> {
  // Opens it as a server would, so that the folder is there and a server is noticed.
  if (!replace || !existsSync(options.file)) await refuseUsed(options);
  // One that is to be replaced may be past opening.
  else lockSqliteFile(options.file)();
}

async function refuseUsed(options: Omit<SqliteOptions, 'lock'>): Promise<void> {
  const store = await openSqlite({ ...options, lock: true });
  try {
    await migrate(store);
    const user = await store.reader.selectFrom('users').select('id').limit(1).executeTakeFirst();
    if (user)
      throw new Error(`${options.file} has users already. Choose an empty MINITTER_DATA_DIR.`);
  } finally {
    await store.close();
  }
}

async function loadTable(
  db: DatabaseSync,
  table: string,
  columns: readonly string[],
  rows: Iterable<Row>,
  stored: (rows: number) => void,
): Promise<void> {
  const places = columns.map(() => '?').join();
  const insert = db.prepare(`INSERT INTO ${table} (${columns.join()}) VALUES (${places})`);
  let unreported = 0;
  db.exec('BEGIN');
  for (const row of rows) {
    insert.run(...row);
    unreported += 1;
    if (unreported < REPORT_EVERY) continue;
    stored(unreported);
    unreported = 0;
    // So that a signal is noticed.
    await new Promise((resolve) => setImmediate(resolve));
  }
  db.exec('COMMIT');
  stored(unreported);
}

/** @returns the statements that make them again */
function dropIndexes(db: DatabaseSync): string[] {
  // Those without SQL belong to keys and cannot be dropped.
  const indexes = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .all() as { name: string; sql: string }[];
  for (const { name } of indexes) db.exec(`DROP INDEX ${name}`);
  return indexes.map(({ sql }) => sql);
}

/**
 * Takes over what must outlive the database that gives way: which ids were given, and which files are
 * to be deleted. One that cannot be read gives way without.
 */
function inherit(db: DatabaseSync, old: string): void {
  const now = Date.now();
  try {
    db.prepare('ATTACH ? AS old').run(old);
    db.exec('BEGIN');
    db.exec('INSERT INTO sqlite_sequence (name, seq) SELECT name, seq FROM old.sqlite_sequence');
    db.exec('INSERT INTO doomed_objects SELECT object, not_before FROM old.doomed_objects');
    for (const sql of doomObjects(now, 'old.')) db.exec(sql);
    db.exec('COMMIT');
  } catch {
    if (db.isTransaction) db.exec('ROLLBACK');
  }
  const [attached] = db.prepare("SELECT 1 FROM pragma_database_list WHERE name = 'old'").all();
  if (attached) db.exec('DETACH old');
}

/** At each moment there is the old database or the new one, and either is whole. */
function moveInto(part: string, file: string): void {
  sync(part);
  retire(file);
  renameSync(part, file);
  sync(path.dirname(file));
}

function sync(name: string): void {
  const handle = openSync(name, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/**
 * Has SQLite put everything into the file itself: a log beside it would be taken for the new one's.
 *
 * @throws {Error} with a readable sentence while a command has it open
 */
function retire(file: string): void {
  if (!existsSync(file)) return;
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    db.exec('PRAGMA journal_mode = DELETE');
  } catch (error) {
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === BUSY) {
      throw new Error(`A command is using ${file}. Wait for its end, and restore again.`, {
        cause: error,
      });
    }
    // It cannot be read, so nobody will miss it.
  } finally {
    db.close();
  }
  removeFiles(file, ['-wal', '-shm', '-journal']);
}

/** The file, and what SQLite keeps beside it. */
function removeFiles(file: string, endings = ['', '-wal', '-shm', '-journal']): void {
  for (const ending of endings) rmSync(`${file}${ending}`, { force: true });
}
