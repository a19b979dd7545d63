/** All rows as they were at one moment, while others go on writing. */
import type { DatabaseConfig } from '../config.ts';
import type { Row } from './bulk.ts';
import { ObjectKeeper } from './object-keeper.ts';
import { openStore } from './open.ts';

/** What is read of a table. */
export interface TableQuery {
  readonly table: string;
  readonly columns: readonly string[];
  /** The columns to sort by. */
  readonly order: readonly string[];
}

export interface Snapshot {
  readonly engine: 'sqlite' | 'mysql';
  /** The version of the schema; 0 when there is none. */
  readonly schemaVersion: number;
  /** The names of the columns of a table, in its own order. */
  columnsOf(table: string): Promise<string[]>;
  /** About how many rows a table has. */
  sizeOf(table: string): Promise<number>;
  /** The highest id that the table has ever given; 0 when none. */
  highestId(table: string): Promise<number>;
  /** The rows, some hundred at a time. */
  rows(query: TableQuery): AsyncIterable<readonly Row[]>;
  close(): Promise<void>;
}

/** Rows in one go: enough for speed, few enough that others get their turn. */
export const ROWS_AT_ONCE = 500;

/** A snapshot whose stored objects are there as long as it is open. */
export interface BackupSource extends Snapshot {
  /** @throws {Error} when some may have been deleted, since the database was away for too long */
  assertObjectsKept(): void;
}

/**
 * Opens a snapshot, and keeps the stored objects that its rows refer to from being deleted.
 *
 * @throws {Error} with a readable sentence when there is no database of ours, it cannot be reached or
 *   another backup is under way
 */
export async function openBackupSource(config: DatabaseConfig): Promise<BackupSource> {
  await refuseEmpty(config);
  const store = await openStore(config, { lock: false });
  try {
    // Before the snapshot: what is deleted earlier, no row of it refers to.
    const keeper = await ObjectKeeper.start(store);
    const close = async () => {
      await keeper.stop();
      await store.close();
    };
    try {
      return keptBy(keeper, await openSnapshot(config), close);
    } catch (error) {
      await keeper.stop();
      throw error;
    }
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function refuseEmpty(config: DatabaseConfig): Promise<void> {
  const snapshot = await openSnapshot(config);
  await snapshot.close();
  if (snapshot.schemaVersion === 0) throw new Error('There is no Minitter in this database yet.');
}

function keptBy(
  keeper: ObjectKeeper,
  snapshot: Snapshot,
  close: () => Promise<void>,
): BackupSource {
  return {
    ...snapshot,
    assertObjectsKept: () => keeper.assertKept(),
    close: async () => {
      await snapshot.close();
      await close();
    },
  };
}

/**
 * Opens a database for reading as it is now: everything that was acknowledged before is in it.
 *
 * @throws {Error} with a readable sentence when there is no database or it cannot be reached
 */
export async function openSnapshot(config: DatabaseConfig): Promise<Snapshot> {
  if (config.engine === 'mysql') {
    const { openMysqlSnapshot } = await import('./mysql/snapshot.ts');
    return openMysqlSnapshot(config);
  }
  const { openSqliteSnapshot } = await import('./sqlite/snapshot.ts');
  return openSqliteSnapshot(config.file);
}
