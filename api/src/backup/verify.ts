/** Proves that a backup is whole, without restoring it. */
import { stat } from 'node:fs/promises';
import type { Row } from '../model/bulk.ts';
import { KeyTwice, type KeyValue, ReferenceCheck } from '../model/reference-check.ts';
import { DamagedBackup, type Header, type Summary, type TableHeader } from './format.ts';
import { type Entry, readBackup } from './read.ts';
import { MB, sha256, type Watcher } from './write.ts';

export interface Verified extends Summary {
  readonly header: Header;
  /** Of the file. */
  readonly bytes: number;
}

/**
 * Reads all of it: every checksum, every count, and that each row refers to rows and objects that are
 * there. What is read is kept in a temporary file where it must be, so memory does not grow with it.
 *
 * @throws {DamagedBackup} with a sentence when something is wrong
 * @throws {Error} when the file cannot be read
 */
export async function verifyBackup(file: string, watcher: Watcher): Promise<Verified> {
  const { size } = await stat(file);
  const checks = new Checks();
  let header: Header | undefined;
  watcher.start('MB read', size / MB);
  try {
    const summary = await readBackup(
      file,
      { advance: (bytes) => watcher.advance(bytes / MB) },
      (found) => {
        header = found;
        checks.begin(found.tables);
      },
      (entry) => checks.take(entry),
    );
    checks.finish();
    watcher.finish();
    return { ...summary, header: header as Header, bytes: size };
  } finally {
    checks.close();
  }
}

/** Stored objects, as something that columns refer to. */
const OBJECTS = 'stored objects';

/** What is looked at in the rows of a table. */
interface Places {
  readonly columns: number;
  /** Where the id is, if others refer to it. */
  readonly idAt: number | undefined;
  readonly references: readonly { from: string; to: string; at: number }[];
}

class Checks {
  readonly #known = new ReferenceCheck();
  #tables: ReadonlyMap<string, Places> = new Map();

  begin(tables: readonly TableHeader[]): void {
    const referredTo = new Set(tables.flatMap(({ references }) => Object.values(references)));
    this.#tables = new Map(
      tables.map((table) => [table.name, placesOf(table, referredTo.has(table.name))]),
    );
  }

  take(entry: Entry): void {
    if ('rows' in entry) this.#takeRows(entry.table, entry.rows);
    else if ('lost' in entry) this.#add(OBJECTS, [entry.lost]);
    else {
      if (sha256(Buffer.from(entry.bytes, 'base64')) !== entry.sha256) {
        throw new DamagedBackup(`${entry.object} was altered: its checksum is wrong.`);
      }
      this.#add(OBJECTS, [entry.object]);
    }
  }

  /** @throws {DamagedBackup} when a row refers to one that never came */
  finish(): void {
    const [first] = this.#known.dangling();
    if (!first) return;
    const { from, key, count, examples } = first;
    const others = count > examples.length ? ` and others, ${count} in all` : '';
    throw new DamagedBackup(
      `A row of ${from} refers to ${key} ${examples.join(', ')}${others}, which is not in it.`,
    );
  }

  close(): void {
    this.#known.close();
  }

  #takeRows(name: string, rows: readonly Row[]): void {
    const places = this.#tables.get(name);
    if (!places) throw new DamagedBackup(`It has rows of ${name}, which its header does not name.`);
    const wrong = rows.find((row) => row.length !== places.columns);
    if (wrong) {
      throw new DamagedBackup(
        `A row of ${name} has ${wrong.length} values, not ${places.columns}.`,
      );
    }
    if (places.idAt !== undefined) this.#add(name, columnOf(rows, places.idAt));
    for (const { from, to, at } of places.references) {
      this.#known.refer(from, to, columnOf(rows, at));
    }
  }

  #add(key: string, values: readonly KeyValue[]): void {
    try {
      this.#known.add(key, values);
    } catch (error) {
      if (!(error instanceof KeyTwice)) throw error;
      throw new DamagedBackup(`It has one of ${key} twice.`, { cause: error });
    }
  }
}

function placesOf(
  { name, columns, references, objects }: TableHeader,
  isReferredTo: boolean,
): Places {
  const at = (column: string) => columns.indexOf(column);
  return {
    columns: columns.length,
    idAt: isReferredTo ? at('id') : undefined,
    references: [
      ...Object.entries(references).map(([column, to]) => ({ from: name, to, at: at(column) })),
      ...objects.map((column) => ({ from: name, to: OBJECTS, at: at(column) })),
    ],
  };
}

/** The values in one column that are not null. */
function columnOf(rows: readonly Row[], at: number): KeyValue[] {
  const values: KeyValue[] = [];
  for (const row of rows) {
    const value = row[at];
    if (value !== null && value !== undefined) values.push(value);
  }
  return values;
}
