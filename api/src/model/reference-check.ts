/**
 * Whether everything that rows refer to is there, for rows that pass by once and are in no database.
 * The keys are kept in a temporary file of SQLite's, so any number of them fits.
 */
import { DatabaseSync } from 'node:sqlite';

const CACHE_KIB = 64 * 1024;
/** Of what is missing, so many are named. */
const EXAMPLES = 3;

/** SQLite's result codes for a primary key that is there: of texts, and of numbers. */
const TWICE = new Set<number | undefined>([1555, 2579]);

/** A key came a second time. */
export class KeyTwice extends Error {}

export type KeyValue = string | number;

/** What was referred to and never came. */
export interface Dangling {
  readonly from: string;
  readonly key: string;
  readonly count: number;
  readonly examples: readonly KeyValue[];
}

/** A kind of key, and who refers to it: tables of one column each. */
interface Kind {
  readonly known: string;
  /** Who refers → what he referred to before it was known. */
  readonly open: Map<string, string>;
}

export class ReferenceCheck {
  /** Without a name it is a temporary file, gone with the connection. */
  readonly #db = new DatabaseSync('');
  readonly #kinds = new Map<string, Kind>();
  #tables = 0;

  constructor() {
    this.#db.exec('PRAGMA journal_mode = OFF');
    this.#db.exec('PRAGMA synchronous = OFF');
    this.#db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    // One transaction for all: nothing of it shall ever be on disk for good.
    this.#db.exec('BEGIN');
  }

  /**
   * These values of `key` exist: all numbers, or all texts.
   *
   * @throws {KeyTwice} when one was there already
   */
  add(key: string, values: readonly KeyValue[]): void {
    if (values.length === 0) return;
    const { known } = this.#kind(key, values);
    try {
      this.#run(`INSERT INTO ${known} SELECT value FROM json_each(?)`, values);
    } catch (error) {
      if (!TWICE.has((error as { errcode?: number }).errcode)) throw error;
      throw new KeyTwice(`${key} has a key twice`, { cause: error });
    }
  }

  /** `from` refers to these values of `key`, which may be added later. */
  refer(from: string, key: string, values: readonly KeyValue[]): void {
    if (values.length === 0) return;
    const { known, open } = this.#kind(key, values);
    const table = open.get(from) ?? this.#table(values);
    open.set(from, table);
    this.#run(
      `INSERT OR IGNORE INTO ${table} SELECT value FROM json_each(?)
       WHERE NOT EXISTS (SELECT 1 FROM ${known} WHERE k = value)`,
      [...new Set(values)],
    );
  }

  /** What was referred to and never added. */
  dangling(): Dangling[] {
    const found = [...this.#kinds].flatMap(([key, { known, open }]) =>
      [...open].map(([from, table]) => ({ from, key, ...this.#missing(table, known) })),
    );
    return found.filter(({ count }) => count > 0);
  }

  close(): void {
    this.#db.close();
  }

  #missing(table: string, known: string): { count: number; examples: KeyValue[] } {
    const rest = `FROM ${table} AS t WHERE NOT EXISTS (SELECT 1 FROM ${known} WHERE k = t.k)`;
    const { count } = this.#db.prepare(`SELECT COUNT(*) AS count ${rest}`).get() as {
      count: number;
    };
    const rows = this.#db.prepare(`SELECT k ${rest} LIMIT ${EXAMPLES}`).all() as { k: KeyValue }[];
    return { count, examples: rows.map(({ k }) => k) };
  }

  /** Many values in one statement: a call for each would cost more than the search for it. */
  #run(sql: string, values: readonly KeyValue[]): void {
    this.#db.prepare(sql).run(JSON.stringify(values));
  }

  #kind(key: string, values: readonly KeyValue[]): Kind {
    const made = this.#kinds.get(key);
    if (made) return made;
    const kind = { known: this.#table(values), open: new Map<string, string>() };
    this.#kinds.set(key, kind);
    return kind;
  }

  #table(values: readonly KeyValue[]): string {
    this.#tables += 1;
    const name = `keys_${this.#tables}`;
    const column = typeof values[0] === 'number' ? 'k INTEGER PRIMARY KEY' : 'k TEXT PRIMARY KEY';
    const kind = typeof values[0] === 'number' ? '' : 'WITHOUT ROWID';
    this.#db.exec(`CREATE TABLE ${name} (${column}) ${kind}`);
    return name;
  }
}
