/** `minitter export`: all that belongs to one person. */
import { createWriteStream, existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeObjectStores } from '../app/adapters.ts';
import { asWholeFile, PRIVATE } from '../backup/whole-file.ts';
import type { Config } from '../config.ts';
import { PersonalDataDao } from '../model/personal-data.ts';
import { UserDao } from '../model/users.ts';
import { DataExports, type ExportFile, MISSING } from '../service/data-exports.ts';
import { zip } from '../service/zip.ts';
import type { BackupCommandOptions } from './backup.ts';
import { withUserAdmin } from './user.ts';
import { watching } from './watching.ts';

/**
 * `minitter export USER FILE`
 *
 * @throws {DomainError} `user_not_found`
 * @throws {Error} with a readable sentence; then no file was written
 */
export async function exportCommand(
  config: Config,
  who: string,
  file: string,
  options: BackupCommandOptions,
): Promise<void> {
  if (existsSync(file) && !options.force) {
    throw new Error(`${file} is there already. Choose another name, or replace it with --force.`);
  }
  const objects = await makeObjectStores(config);
  const watch = watching(options, 'Stopped. Nothing was written.');
  try {
    await withUserAdmin(config, async (admin, store) => {
      const { id, username } = await admin.find(who);
      const personalData = new PersonalDataDao(store);
      const users = new UserDao(store);
      const exports = new DataExports({ users, personalData, objects, now: Date.now });
      watch.watcher.start('files', await exports.countFiles(id));
      const written = { files: 0, pictures: 0, isComplete: true };
      const files = counted(exports.of(id), written, watch.watcher.advance);
      await asWholeFile(file, (part) =>
        pipeline(
          Readable.from(zip(files, Date.now()), { objectMode: false }),
          createWriteStream(part, { mode: PRIVATE, flush: true }),
        ),
      );
      watch.watcher.finish();
      tell(options, file, username, written);
    });
  } finally {
    watch.end();
    objects.close();
  }
}

interface Written {
  files: number;
  pictures: number;
  isComplete: boolean;
}

async function* counted(
  files: AsyncIterable<ExportFile>,
  written: Written,
  advance: (steps: number) => void,
): AsyncGenerator<ExportFile> {
  for await (const file of files) {
    written.files += 1;
    if (file.name.startsWith('pictures/')) written.pictures += 1;
    if (file.name === MISSING) written.isComplete = false;
    yield file;
    advance(1);
  }
}

function tell(
  { json }: BackupCommandOptions,
  file: string,
  username: string,
  { files, pictures, isComplete }: Written,
): void {
  if (json) console.log(JSON.stringify({ file, username, files, pictures, complete: isComplete }));
  else {
    console.log(`${file} has all of ${username}: ${files} files, of which ${pictures} pictures.`);
    if (!isComplete) console.log(`Some pictures could not be found: ${MISSING} in it names them.`);
  }
}
