/** All that differs between the two engines in what is said to them. */
import { type SelectQueryBuilder, sql } from 'kysely';

/** A column's or index's place in a `CREATE TABLE`, engine by engine. */
export interface TableDefinition {
  readonly columns: readonly string[];
  /** Unique keys and indexes; each is named `<table>_<columns>`. */
  readonly unique?: readonly (readonly string[])[];
  readonly indexes?: readonly (readonly string[])[];
  /** Whether rows lie in the order of the primary key, which takes less room for short rows. */
  readonly isClustered?: boolean;
}

export interface Dialect {
  readonly engine: 'sqlite' | 'mysql';

  /** A primary key that the database counts up and never gives twice. */
  readonly autoId: string;
  /** A whole number of up to 2^53. */
  readonly bigint: string;
  /**
   * Text of at most `length` code points, compared byte by byte; but MySQL takes no notice of spaces
   * at the end, so keys are stored trimmed.
   */
  readonly text: (length: number) => string;
  /** The statements that make a table with its indexes, each safe to run twice. */
  readonly createTable: (name: string, definition: TableDefinition) => string[];

  /** Begins a statement that stores those rows that are not there yet. */
  readonly insertIgnore: string;

  /** Adds a column, or an index, to a table that is there; a migration may run it again. */
  readonly addColumn: (table: string, definition: string) => string;
  readonly addIndex: (table: string, columns: readonly string[]) => string;
  /** Lets a column take longer texts than before, where it has a limit. */
  readonly widenText: (table: string, column: string, length: number) => string[];
  /** Whether a statement of {@link addColumn} failed because it had been run before. */
  readonly isThereAlready: (error: unknown) => boolean;

  /** Locks the selected rows until the unit ends, where writers run side by side. */
  forUpdate<DB, TB extends keyof DB, O>(
    query: SelectQueryBuilder<DB, TB, O>,
  ): SelectQueryBuilder<DB, TB, O>;

  /** Keeps others from changing the selected rows until the unit ends; many may hold them so. */
  forShare<DB, TB extends keyof DB, O>(
    query: SelectQueryBuilder<DB, TB, O>,
  ): SelectQueryBuilder<DB, TB, O>;
}

const addColumn = (table: string, definition: string) =>
  `ALTER TABLE ${table} ADD COLUMN ${definition}`;
const indexName = (table: string, columns: readonly string[]) => `${table}_${columns.join('_')}`;

export const sqliteDialect: Dialect = {
  engine: 'sqlite',
  autoId: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  bigint: 'INTEGER',
  text: () => 'TEXT',
  createTable: (name, { columns, unique = [], indexes = [], isClustered = false }) => [
    `CREATE TABLE IF NOT EXISTS ${name} (${columns.join(', ')})${isClustered ? ' WITHOUT ROWID' : ''}`,
    ...unique.map((key) => sqliteIndex('UNIQUE INDEX', name, key)),
    ...indexes.map((key) => sqliteIndex('INDEX', name, key)),
  ],
  insertIgnore: 'INSERT OR IGNORE INTO',
  addColumn,
  addIndex: (table, columns) => sqliteIndex('INDEX', table, columns),
  widenText: () => [],
  isThereAlready: (error) => /duplicate column name/.test((error as Error).message),
  // One writer at a time: there is nobody to lock out.
  forUpdate: (query) => query,
  forShare: (query) => query,
};

function sqliteIndex(kind: string, table: string, columns: readonly string[]): string {
  const name = indexName(table, columns);
  return `CREATE ${kind} IF NOT EXISTS ${name} ON ${table} (${columns.join(', ')})`;
}

/** https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html */
const ADDED_BEFORE = new Set([
  1060, // duplicate column name
  1061, // duplicate key name
]);

export const mysqlDialect: Dialect = {
  engine: 'mysql',
  autoId: 'BIGINT PRIMARY KEY AUTO_INCREMENT',
  bigint: 'BIGINT',
  text: (length) => `VARCHAR(${length})`,
  // InnoDB clusters every table. MySQL has no CREATE INDEX IF NOT EXISTS; inside the table, its IF NOT EXISTS covers them.
  createTable: (name, { columns, unique = [], indexes = [] }) => {
    const keys = [
      ...unique.map((key) => `UNIQUE KEY ${indexName(name, key)} (${key.join(', ')})`),
      ...indexes.map((key) => `KEY ${indexName(name, key)} (${key.join(', ')})`),
    ];
    return [
      `CREATE TABLE IF NOT EXISTS ${name} (${[...columns, ...keys].join(', ')}) ` +
        'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin',
    ];
  },
  insertIgnore: 'INSERT IGNORE INTO',
  addColumn,
  addIndex: (table, columns) =>
    `ALTER TABLE ${table} ADD INDEX ${indexName(table, columns)} (${columns.join(', ')})`,
  widenText: (table, column, length) => [
    `ALTER TABLE ${table} MODIFY ${column} VARCHAR(${length}) NOT NULL`,
  ],
  isThereAlready: (error) => ADDED_BEFORE.has((error as { errno?: number }).errno ?? 0),
  forUpdate: (query) => query.forUpdate(),
  // MariaDB does not know FOR SHARE.
  forShare: (query) => query.modifyEnd(sql`LOCK IN SHARE MODE`),
};
