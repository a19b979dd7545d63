/** Proves that a backup is whole, without restoring it. */
import { stat } from 'node:fs/promises';
import { DamagedBackup, type Header, type Summary, type TableHeader } from './format.ts';
import { type Entry, readBackup } from './read.ts';
import { MB, sha256, type Watcher } from './write.ts';

export interface Verified extends Summary {
  readonly header: Header;
  /** Of the file. */
  readonly bytes: number;
}

/**
 * Reads all of it: every checksum, every count, and that each row refers to rows that are there. It
 * takes eight bytes of memory for every row that others may refer to.
 *
 * @throws {DamagedBackup} with a sentence when something is wrong
 * @throws {Error} when the file cannot be read
 */
export async function verifyBackup(file: string, watcher: Watcher): Promise<Verified> {
  const { size } = await stat(file);
  let checks: Checks | undefined;
  let header: Header | undefined;
  watcher.start('MB read', size / MB);
  const summary = await readBackup(
    file,
    { advance: (bytes) => watcher.advance(bytes / MB) },
    (found) => {
      header = found;
      checks = new Checks(found.tables);
    },
    (entry) => checks?.take(entry),
  );
  watcher.finish();
  checks?.finish();
  return { ...summary, header: header as Header, bytes: size };
}

/** A reference to a row that has not come yet. */
interface Open {
  readonly from: string;
  readonly to: string;
  readonly id: number;
}

class Checks {
  readonly #tables: ReadonlyMap<string, TableHeader>;
  readonly #ids = new Map<string, IdSet>();
  #open: Open[] = [];

  constructor(tables: readonly TableHeader[]) {
    this.#tables = new Map(tables.map((table) => [table.name, table]));
    for (const { references } of tables) {
      for (const name of Object.values(references)) this.#ids.set(name, new IdSet());
    }
  }

  take(entry: Entry): void {
    if ('rows' in entry) this.#takeRows(entry.table, entry.rows);
    else if ('object' in entry && sha256(Buffer.from(entry.bytes, 'base64')) !== entry.sha256) {
      throw new DamagedBackup(`${entry.object} was altered: its checksum is wrong.`);
    }
  }

  /** @throws {DamagedBackup} when a row refers to one that never came */
  finish(): void {
    for (const { from, to, id } of this.#open) {
      if (this.#ids.get(to)?.has(id)) continue;
      throw new DamagedBackup(`A row of ${from} refers to ${to} ${id}, which is not in it.`);
    }
  }

  #takeRows(name: string, rows: readonly (readonly unknown[])[]): void {
    const table = this.#tables.get(name);
    if (!table) throw new DamagedBackup(`It has rows of ${name}, which its header does not name.`);
    const { columns, references } = table;
    const ids = this.#ids.get(name);
    const idAt = columns.indexOf('id');
    const links = Object.entries(references).map(
      ([column, to]) => [columns.indexOf(column), to] as const,
    );
    for (const row of rows) {
      if (row.length !== columns.length) {
        throw new DamagedBackup(
          `A row of ${name} has ${row.length} values, not ${columns.length}.`,
        );
      }
      ids?.add(row[idAt] as number);
      for (const [at, to] of links) {
        const id = row[at];
        if (typeof id === 'number' && !this.#ids.get(to)?.has(id)) {
          this.#open.push({ from: name, to, id });
        }
      }
    }
  }
}

const CHUNK = 2 ** 16;

/** Many numbers that come in rising order. */
class IdSet {
  readonly #chunks: Float64Array[] = [];
  #size = 0;

  add(id: number): void {
    const at = this.#size % CHUNK;
    if (at === 0) this.#chunks.push(new Float64Array(CHUNK));
    (this.#chunks.at(-1) as Float64Array)[at] = id;
    this.#size += 1;
  }

  has(id: number): boolean {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#at(middle) < id) low = middle + 1;
      else high = middle;
    }
    return low < this.#size && this.#at(low) === id;
  }

  #at(index: number): number {
    return this.#chunks[Math.floor(index / CHUNK)]?.[index % CHUNK] ?? Number.NaN;
  }
}
