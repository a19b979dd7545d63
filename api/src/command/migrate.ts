import type { Config } from '../config.ts';
import { migrate, schemaVersion } from '../model/migrate.ts';
import { openStore } from '../model/open.ts';

/** `minitter migrate` */
export async function migrateCommand(config: Config): Promise<void> {
  const store = await openStore(config.database, { lock: false });
  try {
    const applied = await migrate(store);
    for (const { version, name } of applied) console.log(`applied ${version} ${name}`);
    console.log(`The database is at version ${await schemaVersion(store)}.`);
  } finally {
    await store.close();
  }
}
