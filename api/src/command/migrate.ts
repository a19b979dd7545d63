import type { Config } from '../config.ts';
import { migrate, migrationsUpTo, schemaVersion, WAITING } from '../model/migrate.ts';
import { openStore } from '../model/open.ts';

/** `minitter migrate` */
export async function migrateCommand(
  config: Config,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const store = await openStore(config.database, { lock: false });
  try {
    const tell = () => {
      if (!json) console.error(WAITING);
    };
    const applied = await migrate(store, migrationsUpTo(), tell);
    const version = await schemaVersion(store);
    if (json) {
      const names = applied.map(({ name }) => name);
      console.log(JSON.stringify({ schema_version: version, applied: names }));
      return;
    }
    for (const one of applied) console.log(`applied ${one.version} ${one.name}`);
    console.log(`The database is at version ${version}.`);
  } finally {
    await store.close();
  }
}
