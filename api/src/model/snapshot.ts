/** All rows as they were at one moment, while others go on writing. */
import type { DatabaseConfig } from '../config.ts';
import type { Row } from './bulk.ts';

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
