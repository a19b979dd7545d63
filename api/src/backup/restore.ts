/** Puts a backup into a database, of whichever engine. */
import type { BulkLoader, Row } from '../model/bulk.ts';
import type { ObjectStore } from '../service/ports.ts';
import { DamagedBackup, type Summary, type TableHeader } from './format.ts';
import { readBackup } from './read.ts';
import { MB, sha256, type Watcher } from './write.ts';

export interface RestoreOptions {
  readonly file: string;
  /** An empty database, with the schema that the header names. */
  readonly loader: BulkLoader;
  /** Where stored objects go, wherever they were before. */
  readonly objects: ObjectStore;
  readonly watcher: Watcher;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

/**
 * Loads all rows and stores all objects; `finish` and `abandon` of the loader are the caller's.
 *
 * @param bytes of the file, for the watcher
 * @returns what was restored
 * @throws {DamagedBackup} when the file is not whole: verify it before
 */
export async function restoreBackup(
  { file, loader, objects, watcher }: RestoreOptions,
  bytes: number,
): Promise<Summary> {
  let tables = new Map<string, TableHeader>();
  watcher.start('MB loaded', bytes / MB);
  const summary = await readBackup(
    file,
    { advance: (read) => watcher.advance(read / MB) },
    async (header) => {
      tables = new Map(header.tables.map((table) => [table.name, table]));
      for (const [table, id] of Object.entries(header.highest_ids)) {
        await loader.countFrom(table, id);
      }
    },
    async (entry) => {
      if ('rows' in entry) {
        const table = tables.get(entry.table);
        if (!table) throw new DamagedBackup(`It has rows of ${entry.table}, a stranger.`);
        const rows = moved(entry.rows, table, objects.name);
        await loader.load(table.name, table.columns, rows, () => {});
      } else if ('object' in entry) {
        await putBack(objects, entry.object, Buffer.from(entry.bytes, 'base64'), entry.sha256);
      }
    },
  );
  watcher.finish();
  return summary;
}

/** `<store>:<key>` → the key. */
const keyOf = (object: string): string => object.slice(object.indexOf(':') + 1);

/** Rows that name the objects where they are now. */
function moved(rows: readonly Row[], table: TableHeader, store: string): readonly Row[] {
  if (table.objects.length === 0) return rows;
  const places = new Set(table.objects.map((column) => table.columns.indexOf(column)));
  return rows.map((row) =>
    row.map((value, at) =>
      typeof value === 'string' && places.has(at) ? `${store}:${keyOf(value)}` : value,
    ),
  );
}

async function putBack(
  objects: ObjectStore,
  object: string,
  bytes: Buffer,
  checksum: string,
): Promise<void> {
  if (sha256(bytes) !== checksum) throw new DamagedBackup(`${object} was altered.`);
  const key = keyOf(object);
  // A key becomes a file name: one that was not made by us could name any file.
  if (!/^[\w-]+\.[a-z]+$/.test(key)) throw new DamagedBackup(`${object} is no name of a picture.`);
  const type = CONTENT_TYPES[key.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  await objects.put(key, bytes, type);
}
