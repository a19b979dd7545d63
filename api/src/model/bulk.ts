/**
 * Filling an empty database with very many rows, at the speed of the engine. For offline commands:
 * nobody else may use the database meanwhile. Rows are taken on trust: that they refer to rows that
 * exist is not checked, which would take as long as loading them.
 */
import type { DatabaseConfig } from '../config.ts';

export type Row = readonly (number | string | null)[];

export interface BulkLoader {
  /**
   * Stores rows of one table. `stored` is called now and then with how many more there are; what it
   * throws ends the load.
   */
  load(
    table: string,
    columns: readonly string[],
    rows: Iterable<Row>,
    stored: (rows: number) => void,
  ): Promise<void>;
  /** Sees to it that the table gives no id up to this one again; called before anything is loaded. */
  countFrom(table: string, highestId: number): Promise<void>;
  /** Makes all that was loaded durable and the database ready for use. */
  finish(): Promise<void>;
  /**
   * Gives up; the database is then as it was before. One exception: on MySQL, tables of another
   * schema than the rows' are dropped when the loader is opened.
   */
  abandon(): Promise<void>;
}

export interface BulkOptions {
  /** Whether a database with users is emptied first; otherwise it is refused. */
  readonly replace?: boolean;
  /** By which schema the rows are; the newest one if not given. */
  readonly schemaVersion?: number;
}

/**
 * Looks whether {@link openBulkLoader} would refuse, before anything takes long.
 *
 * @throws {Error} with a readable sentence when the database is in use, or has users and they may not
 *   be replaced
 */
export async function refuseUnloadable(
  config: DatabaseConfig,
  { replace = false }: BulkOptions,
): Promise<void> {
  if (config.engine === 'mysql') {
    const { refuseUnloadableMysql } = await import('./mysql/bulk.ts');
    await refuseUnloadableMysql(config, replace);
  } else {
    const { refuseUnloadableSqlite } = await import('./sqlite/bulk.ts');
    await refuseUnloadableSqlite(config, replace);
  }
}

/**
 * Opens a database, which is made if need be, for loading.
 *
 * @throws {Error} with a readable sentence when it is in use, or has users and they may not be replaced
 */
export async function openBulkLoader(
  config: DatabaseConfig,
  options: BulkOptions = {},
): Promise<BulkLoader> {
  if (config.engine === 'mysql') {
    const { openMysqlLoader } = await import('./mysql/bulk.ts');
    return openMysqlLoader(config, options);
  }
  const { openSqliteLoader } = await import('./sqlite/bulk.ts');
  return openSqliteLoader(config, options);
}
