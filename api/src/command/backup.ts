/** `minitter backup`, `verify` and `restore`. */
import { existsSync } from 'node:fs';
import { makeObjectStores } from '../app/adapters.ts';
import { DamagedBackup, type Summary } from '../backup/format.ts';
import { restoreBackup } from '../backup/restore.ts';
import { type Verified, verifyBackup } from '../backup/verify.ts';
import { type Watcher, writeBackup } from '../backup/write.ts';
import type { Config } from '../config.ts';
import { openBulkLoader, refuseUnloadable } from '../model/bulk.ts';
import { migrate, newestVersion } from '../model/migrate.ts';
import { openStore } from '../model/open.ts';
import { openBackupSource } from '../model/snapshot.ts';
import { version } from '../version.ts';
import { duration } from './progress.ts';
import { watching } from './watching.ts';

/** As they stand on the command line. */
export interface BackupCommandOptions {
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * `minitter backup FILE`
 *
 * @throws {Error} with a readable sentence; then no file was written
 */
export async function backupCommand(
  config: Config,
  file: string,
  options: BackupCommandOptions,
): Promise<void> {
  if (existsSync(file) && !options.force) {
    throw new Error(`${file} is there already. Choose another name, or replace it with --force.`);
  }
  const begun = Date.now();
  const source = await openBackupSource(config.database);
  const stores = await makeObjectStores(config);
  const watch = watching(options, 'Stopped. No backup was written.');
  try {
    refuseNewer(source.schemaVersion);
    const { watcher } = watch;
    const objects = stores.all;
    const summary = await writeBackup({ file, source, objects, version, watcher });
    tell(options, { file, ...summary }, [
      `${file} has ${inWords(summary)}, in ${since(begun)}.`,
      ...lostLines(summary),
    ]);
  } finally {
    watch.end();
    await source.close();
    stores.close();
  }
}

/** Of a newer schema, nobody here knows which tables belong into a backup. */
function refuseNewer(schemaVersion: number): void {
  if (schemaVersion <= newestVersion) return;
  throw new Error(
    `A newer Minitter has brought the database to version ${schemaVersion}, and this one knows ` +
      `${newestVersion} at most. Take the backup with the newer one.`,
  );
}

/**
 * `minitter verify FILE`
 *
 * @throws {DamagedBackup} with a readable sentence
 */
export async function verifyCommand(file: string, options: BackupCommandOptions): Promise<void> {
  const begun = Date.now();
  const watch = watching(options, 'Stopped.');
  try {
    const found = await verified(file, watch.watcher);
    const { header, ...summary } = found;
    const { taken_at, minitter, schema_version, engine } = header;
    tell(options, { file, ...summary, taken_at, minitter, schema_version, engine }, [
      `${file} is whole: ${inWords(summary)}, of ${taken_at}, in ${since(begun)}.`,
      ...lostLines(summary),
    ]);
  } finally {
    watch.end();
  }
}

/**
 * `minitter restore FILE`: verifies it first, so that a damaged one changes nothing.
 *
 * @throws {Error} with a readable sentence
 */
export async function restoreCommand(
  config: Config,
  file: string,
  options: BackupCommandOptions,
): Promise<void> {
  const begun = Date.now();
  const watch = watching(options, 'Stopped. Nothing was restored.');
  const stores = await makeObjectStores(config);
  const replace = options.force ?? false;
  try {
    // Nobody shall wait for the end of a large file to be told so.
    await refuseUnloadable(config.database, { replace }).catch(adviseForce);
    const { header, bytes } = await verified(file, watch.watcher);
    const schemaVersion = header.schema_version;
    if (schemaVersion > newestVersion) {
      throw new Error(
        `${file} was written by Minitter ${header.minitter}, which is newer than this one (${version}). ` +
          'Restore it with that version or a later one.',
      );
    }
    const loader = await openBulkLoader(config.database, { replace, schemaVersion }).catch(
      adviseForce,
    );
    let summary: Summary;
    try {
      const { watcher } = watch;
      summary = await restoreBackup({ file, loader, objects: stores.current, watcher }, bytes);
      watcher.start('indexes', 1);
      await loader.finish();
      watcher.finish();
    } catch (error) {
      await loader.abandon();
      throw error;
    }
    await bringUpToDate(config);
    tell(options, { file, ...summary }, [
      `Restored ${inWords(summary)}, in ${since(begun)}. People log in with their old passwords.`,
      ...lostLines(summary),
    ]);
  } finally {
    watch.end();
    stores.close();
  }
}

function adviseForce(error: Error): never {
  if (!error.message.includes('has users already')) throw error;
  throw new Error(
    'The database has users already. Choose an empty one, or replace everything in it with --force.',
    { cause: error },
  );
}

async function bringUpToDate(config: Config): Promise<void> {
  const store = await openStore(config.database, { lock: false });
  try {
    await migrate(store);
  } finally {
    await store.close();
  }
}

async function verified(file: string, watcher: Watcher): Promise<Verified> {
  try {
    return await verifyBackup(file, watcher);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new Error(`There is no file ${file}.`, { cause: error });
    }
    if (!(error instanceof DamagedBackup)) throw error;
    throw new DamagedBackup(`${file} cannot be used. ${error.message}`, { cause: error });
  }
}

function tell({ json }: BackupCommandOptions, data: object, lines: readonly string[]): void {
  if (json) console.log(JSON.stringify(data));
  else for (const line of lines) console.log(line);
}

function inWords({ rows, objects }: Summary): string {
  const count = (n: number, one: string, many: string) =>
    `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
  return [
    count(rows['users'] ?? 0, 'user', 'users'),
    count(rows['users_follow_list'] ?? 0, 'follow', 'follows'),
    count(rows['tweets'] ?? 0, 'tweet', 'tweets'),
    count(objects, 'picture', 'pictures'),
  ].join(', ');
}

const lostLines = ({ lost }: Summary): string[] =>
  lost === 0 ? [] : [`Pictures that could not be found when it was made: ${lost}.`];

const since = (begun: number): string => duration((Date.now() - begun) / 1000);
