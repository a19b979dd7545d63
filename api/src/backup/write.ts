/** Writes a backup while others go on writing to the database. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Row } from '../model/bulk.ts';
import type { BackupSource } from '../model/snapshot.ts';
import { COUNTED_TABLES, KEPT_TABLES, type KeptTable } from '../model/tables.ts';
import type { ObjectStore } from '../service/ports.ts';
import { createCompressor, packed } from './container.ts';
import { FORMAT, FORMAT_VERSION, type Header, type Line, type Summary } from './format.ts';
import { inOrder } from './in-order.ts';
import { asWholeFile, PRIVATE } from './whole-file.ts';

/** How far a long piece of work has come. `advance` may throw to end it. */
export interface Watcher {
  start(what: string, total: number): void;
  advance(steps: number): void;
  finish(): void;
}

/** Files are watched by these. */
export const MB = 1e6;

export interface BackupOptions {
  readonly file: string;
  readonly source: BackupSource;
  /** Where stored objects are found. */
  readonly objects: readonly ObjectStore[];
  /** The version of Minitter. */
  readonly version: string;
  readonly watcher: Watcher;
}

/**
 * Writes all there is to `file`, under another name until it is whole and on disk.
 *
 * @throws {Error} when a row or an object cannot be read, or the file cannot be written; then there
 *   is no file
 */
export async function writeBackup(options: BackupOptions): Promise<Summary> {
  return asWholeFile(options.file, async (part) => {
    const lines = new LineWriter(part);
    try {
      return await writeTo(lines, options);
    } catch (error) {
      await lines.giveUp();
      throw error;
    }
  });
}

async function writeTo(lines: LineWriter, options: BackupOptions): Promise<Summary> {
  const tables = await tablesOf(options.source);
  await lines.write(await headerOf(options, tables));
  const rows: Record<string, number> = {};
  for (const table of tables) rows[table.name] = await writeTable(lines, options, table);
  const counts = { objects: 0, lost: 0 };
  for (const table of tables) {
    for (const column of table.objects) await writeObjects(lines, options, table, column, counts);
  }
  options.source.assertObjectsKept();
  const summary = { rows, ...counts };
  await lines.end(summary);
  return summary;
}

type Table = KeptTable & { readonly columns: readonly string[] };

/** Those that the database has, with the columns that it has: it may be of an older schema. */
async function tablesOf(source: BackupSource): Promise<Table[]> {
  const tables: Table[] = [];
  for (const table of KEPT_TABLES) {
    const columns = await source.columnsOf(table.name);
    const has = (column: string) => columns.includes(column);
    const references = Object.fromEntries(
      Object.entries(table.references).filter(([column]) => has(column)),
    );
    const objects = table.objects.filter(has);
    if (columns.length > 0) tables.push({ ...table, columns, references, objects });
  }
  return tables;
}

async function headerOf(
  { source, version }: BackupOptions,
  tables: readonly Table[],
): Promise<Header> {
  const counted = COUNTED_TABLES.filter((table) => tables.some(({ name }) => name === table));
  const ids = counted.map(async (table) => [table, await source.highestId(table)] as const);
  return {
    format: FORMAT,
    format_version: FORMAT_VERSION,
    schema_version: source.schemaVersion,
    minitter: version,
    engine: source.engine,
    taken_at: new Date().toISOString(),
    tables: tables.map(({ name, columns, references, objects }) => ({
      name,
      columns,
      references,
      objects,
    })),
    highest_ids: Object.fromEntries(await Promise.all(ids)),
  };
}

/** @returns how many rows it had */
async function writeTable(
  lines: LineWriter,
  { source, watcher }: BackupOptions,
  { name, title, columns, key }: Table,
): Promise<number> {
  let count = 0;
  watcher.start(title, await source.sizeOf(name));
  for await (const rows of source.rows({ table: name, columns, order: key })) {
    await lines.write({ table: name, rows });
    count += rows.length;
    watcher.advance(rows.length);
  }
  watcher.finish();
  return count;
}

/** Objects fetched at once: a bucket takes a while to answer. */
const FETCHES = 8;

async function writeObjects(
  lines: LineWriter,
  { source, objects, watcher }: BackupOptions,
  { name, key }: Table,
  column: string,
  counts: { objects: number; lost: number },
): Promise<void> {
  watcher.start('pictures', await source.sizeOf(name));
  for await (const rows of source.rows({ table: name, columns: [column], order: key })) {
    const fetched = inOrder(namesIn(rows), FETCHES, async (object) => ({
      object,
      bytes: await bytesOf(object, objects),
    }));
    for await (const { object, bytes } of fetched) {
      if (bytes) {
        counts.objects += 1;
        await lines.write({ object, sha256: sha256(bytes), bytes: bytes.toString('base64') });
      } else {
        counts.lost += 1;
        await lines.write({ lost: object });
      }
      // A step is a row; but whoever wants to stop shall not wait for hundreds of objects.
      watcher.advance(0);
    }
    watcher.advance(rows.length);
  }
  watcher.finish();
}

const namesIn = (rows: readonly Row[]): string[] =>
  rows.flatMap(([value]) => (typeof value === 'string' ? [value] : []));

async function bytesOf(
  object: string,
  stores: readonly ObjectStore[],
): Promise<Buffer | undefined> {
  const colon = object.indexOf(':');
  const store = stores.find(({ name }) => name === object.slice(0, colon));
  if (!store) throw new Error(`${object} is in a store that is not configured here.`);
  const bytes = await store.get(object.slice(colon + 1));
  return bytes && Buffer.from(bytes);
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** Lines on their way into a compressed file, as fast as the disk takes them. */
class LineWriter {
  readonly #zstd = createCompressor();
  /** Fulfilled when all is on disk. */
  readonly #written: Promise<void>;

  constructor(file: string) {
    const target = createWriteStream(file, { mode: PRIVATE, flush: true });
    this.#written = pipeline(this.#zstd, packed, target);
    // Whoever writes next is told; nobody is when nothing is written any more.
    this.#written.catch(() => {});
  }

  async write(line: Line): Promise<void> {
    if (this.#zstd.write(`${JSON.stringify(line)}\n`)) return;
    // A disk that is full ends the waiting, too.
    await Promise.race([once(this.#zstd, 'drain'), this.#written]);
  }

  async end(summary: Summary): Promise<void> {
    this.#zstd.end(`${JSON.stringify({ end: summary })}\n`);
    await this.#written;
  }

  async giveUp(): Promise<void> {
    this.#zstd.destroy();
    await this.#written.catch(() => {});
  }
}
