/**
 * The lines of a backup. They are JSON in a zstd file, so that they can be read without us (`zstdcat`);
 * see container.ts.
 *
 * 1. A {@link Header}: which tables and columns, by which schema.
 * 2. Rows, some hundred to a line: `{"table": "users", "rows": [[1, "Ada", …], …]}`, table by table.
 * 3. Stored objects: `{"object": "disk:1-ab.jpg", "sha256": "…", "bytes": "<base64>"}`, or
 *    `{"lost": "disk:1-ab.jpg"}` for one that could not be found.
 * 4. `{"end": …}` with a {@link Summary}: how much came before.
 */
import type { Row } from '../model/bulk.ts';

export const FORMAT = 'minitter-backup';
export const FORMAT_VERSION = 1;
/** The longest line that is read, in bytes: an object of 64 MB, and a bit. */
export const LONGEST_LINE = 96 * 2 ** 20;

export interface TableHeader {
  readonly name: string;
  readonly columns: readonly string[];
  /** Column → the table whose `id` stands in it. */
  readonly references: Readonly<Record<string, string>>;
  /** Columns that name stored objects. */
  readonly objects: readonly string[];
}

export interface Header {
  readonly format: typeof FORMAT;
  readonly format_version: number;
  /** The version of the schema that the rows are of. */
  readonly schema_version: number;
  /** The version of Minitter that wrote the file. */
  readonly minitter: string;
  readonly engine: 'sqlite' | 'mysql';
  /** When the rows stood so, in ISO 8601. */
  readonly taken_at: string;
  readonly tables: readonly TableHeader[];
  /** Table → the highest id that it had ever given: none of them may be given again. */
  readonly highest_ids: Readonly<Record<string, number>>;
}

export interface Rows {
  readonly table: string;
  readonly rows: readonly Row[];
}

export interface StoredObject {
  /** `<store>:<key>` */
  readonly object: string;
  readonly sha256: string;
  /** In base64. */
  readonly bytes: string;
}

export interface LostObject {
  readonly lost: string;
}

/** What is in a backup. */
export interface Summary {
  /** Table → how many rows. */
  readonly rows: Readonly<Record<string, number>>;
  readonly objects: number;
  /** Objects that could not be found when the backup was made. */
  readonly lost: number;
}

/** A line of the file. */
export type Line = Header | Rows | StoredObject | LostObject | { readonly end: Summary };

/** The file is not what a backup was when it was written. */
export class DamagedBackup extends Error {
  override readonly name = 'DamagedBackup';
}
