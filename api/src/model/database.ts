/**
 * The promise of the database, whichever engine keeps it. A `Reader` can only select; a `Tx`
 * exists only inside `store.write(tx => …)`, so a write outside a transaction does not compile.
 */
import type { Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { QueueLoad } from './load.ts';
import type { Schema } from './schema.ts';
import type { TouchedRows } from './touched-rows.ts';

/**
 * Reads committed rows (or, when it is a {@link Tx}, also what its own unit has written).
 * `executeQuery` is for the few queries that are too hot to be built anew each time.
 */
export type Reader = Pick<Kysely<Schema>, 'selectFrom' | 'executeQuery'>;

declare const inTransaction: unique symbol;

/** Reads and writes within one unit of work. */
export type Tx = Pick<
  Kysely<Schema>,
  'selectFrom' | 'insertInto' | 'updateTable' | 'deleteFrom' | 'executeQuery'
> & { readonly [inTransaction]: true };

/** SQL that both engines take, with a `?` for each value. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What a server needs of its database: that it answers, and on SQLite the thread that writes. */
export type StorePart = 'database' | 'writer';

/** An open database. */
export interface Store {
  readonly dialect: Dialect;
  readonly reader: Reader;

  /**
   * Reads many committed rows at the least cost: each is an array of its columns, in the order of
   * the statement.
   *
   * @throws {StoreUnavailable} when the database cannot be reached
   */
  readRows(statement: Statement): Promise<readonly (readonly unknown[])[]>;

  /**
   * Runs one unit of work: all of it is stored, or nothing. The promise is fulfilled after the
   * data is safe on disk. The unit awaits nothing but its own queries and may be run again from
   * its start (after a deadlock, say), so it has no other effects.
   *
   * @throws {StoreUnavailable} when the database cannot be reached or cannot store
   * @throws {StoreBusy} when too many units are waiting
   * @throws whatever the unit throws; then nothing of it is stored
   */
  write<T>(unit: (tx: Tx) => Promise<T>): Promise<T>;

  /**
   * Runs one statement as a unit of work of its own, at a fraction of what {@link write} costs.
   * `build` makes it when its turn has come, so that ids rise in the order of the commits.
   *
   * @throws as {@link write}, and whatever `build` throws
   */
  writeOne(build: () => Statement): Promise<void>;

  /** Runs raw SQL outside a transaction: for migrations alone. */
  executeDdl(sql: string): Promise<void>;

  /** The clock that all instances share, in epoch milliseconds. */
  now(): Promise<number>;

  /**
   * Calls `changed` within half a second after another process, such as a `minitter user` command,
   * has changed the database.
   *
   * @returns false when this engine cannot tell
   */
  watch(changed: () => void): boolean;

  /**
   * Calls `hear` with what each commit of this process has touched, before any unit in it is told that
   * it is stored. What is told may have been rolled back. The schema must be the newest.
   *
   * @returns false when this engine cannot tell
   */
  hearTouched(hear: (rows: TouchedRows) => void): boolean;

  /** What does not answer, found out by a read; it may take as long as the database does. */
  missing(): Promise<readonly StorePart[]>;

  /** What waits for the database, by name: `writes`, and where there is a pool, `connections`. */
  readonly queues: Readonly<Record<string, QueueLoad>>;

  /** Ends after all waiting units are stored. */
  close(): Promise<void>;
}

/** A unique key exists already. `constraint` is `<table>_<columns>`, or `PRIMARY`. */
export class UniqueViolation extends Error {
  readonly constraint: string;

  constructor(constraint: string, cause: unknown) {
    super(`unique key ${constraint} exists already`, { cause });
    this.name = 'UniqueViolation';
    this.constraint = constraint;
  }
}

/** A row refers to one that does not exist. */
export class ForeignKeyViolation extends Error {
  constructor(cause: unknown) {
    super('the row referred to does not exist', { cause });
    this.name = 'ForeignKeyViolation';
  }
}

/** Thrown by a unit that met a neighbour's change and wants to run again from its start. */
export class RetryUnit extends Error {
  constructor(cause: unknown) {
    super('the unit of work must run again', { cause });
    this.name = 'RetryUnit';
  }
}

/** The database cannot be reached, or cannot store what it was given (its disk is full, say). */
export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database is not available', { cause });
    this.name = 'StoreUnavailable';
  }
}

/** More units of work are waiting than the queue holds. */
export class StoreBusy extends Error {
  constructor() {
    super('too many writes are waiting');
    this.name = 'StoreBusy';
  }
}
