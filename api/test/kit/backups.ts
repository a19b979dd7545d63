/** Servers with something to lose, and what is in their databases. */
import { mock, type TestContext } from 'node:test';
import type { Config } from '../../src/config.ts';
import type { Row } from '../../src/model/bulk.ts';
import { openSnapshot } from '../../src/model/snapshot.ts';
import { KEPT_TABLES } from '../../src/model/tables.ts';
import { backupCommand } from '../../src/command/backup.ts';
import { startAppWith, testConfig } from './app.ts';
import { type Engine, freshDatabase } from './engines.ts';
import { formOf, pngOf } from './http-pictures.ts';

export const QUIET = { quiet: true } as const;

/** A place for a server: a data folder, and a database that has nothing yet. */
export async function emptyPlace(t: TestContext, engine: Engine): Promise<Config> {
  return { ...testConfig(t), database: await freshDatabase(t, engine) };
}

/** A server with people who follow, tweet and have a picture; it is stopped again. */
export async function livelyPlace(t: TestContext, engine: Engine): Promise<Config> {
  const config = await emptyPlace(t, engine);
  const { app, call, join, tweet } = await startAppWith(t, config);
  const [ada, bob, eve] = [await join('Ada'), await join('Bob'), await join('Eve')];
  await call('POST /follow', { as: ada, json: { follow: bob.id } });
  await call('POST /follow', { as: eve, json: { follow: ada.id } });
  await call('POST /profile-picture', {
    as: ada,
    raw: formOf(['profile-pic', await pngOf('red')]),
  });
  for (let i = 1; i <= 30; i += 1) await tweet(i % 2 ? ada : bob, `안녕 ${i} "quoted"\n👩‍👩‍👧`);
  await app.close();
  return config;
}

/** Every row that a backup keeps, table by table. */
export async function rowsOf({ database }: Config): Promise<Record<string, readonly Row[]>> {
  const snapshot = await openSnapshot(database);
  const tables: Record<string, readonly Row[]> = {};
  for (const { name, key } of KEPT_TABLES) {
    const columns = await snapshot.columnsOf(name);
    const rows: Row[] = [];
    for await (const some of snapshot.rows({ table: name, columns, order: key })) {
      rows.push(...some);
    }
    tables[name] = rows;
  }
  await snapshot.close();
  return tables;
}

/** What a command prints on its standard output. */
export async function printed(command: () => Promise<void>): Promise<string> {
  const log = mock.method(console, 'log', () => {});
  try {
    await command();
    return log.mock.calls.map(({ arguments: [line] }) => String(line)).join('\n');
  } finally {
    log.mock.restore();
  }
}

/** Writes a backup. @returns its name */
export async function backupOf(config: Config, name = 'a.backup'): Promise<string> {
  const file = `${config.dataDir}/${name}`;
  await printed(() => backupCommand(config, file, QUIET));
  return file;
}
