/** The two database engines, as tests ask for them: a fresh, migrated database each time. */
import { randomBytes } from 'node:crypto';
import { describe, type TestContext } from 'node:test';
import mysql from 'mysql2/promise';
import type { DatabaseConfig } from '../../src/config.ts';
import type { Store } from '../../src/model/database.ts';
import { migrate } from '../../src/model/migrate.ts';
import { openStore } from '../../src/model/open.ts';
import { atEnd } from './at-end.ts';
import { tempFolder } from './temp.ts';

export type Engine = 'sqlite' | 'mysql';

/** `mysql://user:password@host:port/` of the server that `npm test` has started. */
const MYSQL_URL = process.env['TEST_MYSQL_URL'];

/** The engines that can be tested here. In CI both are there, or the tests fail. */
export const ENGINES: readonly Engine[] =
  MYSQL_URL !== undefined || process.env['CI'] ? ['sqlite', 'mysql'] : ['sqlite'];

/** Runs the same suite on every engine. */
export function describeOnEngines(name: string, suite: (engine: Engine) => void): void {
  for (const engine of ENGINES) describe(`${name} (${engine})`, () => suite(engine));
}

/** A new, empty database of the test's own, gone when the test ends. */
export async function freshDatabase(t: TestContext, engine: Engine): Promise<DatabaseConfig> {
  if (engine === 'sqlite') {
    return { engine, file: `${tempFolder(t)}/minitter.db`, writeQueue: 10_000 };
  }
  if (MYSQL_URL === undefined) throw new Error('TEST_MYSQL_URL is not set: run npm test');
  const name = `minitter_${randomBytes(8).toString('hex')}`;
  const admin = await mysql.createConnection(MYSQL_URL);
  await admin.query(`CREATE DATABASE ${name}`);
  atEnd(t, async () => {
    await admin.query(`DROP DATABASE ${name}`);
    await admin.end();
  });
  return { engine, url: `${MYSQL_URL}${name}`, poolSize: 5, writeQueue: 10_000 };
}

/** A new database, open and with all its tables. */
export async function freshStore(t: TestContext, engine: Engine): Promise<Store> {
  const store = await openStore(await freshDatabase(t, engine), { lock: true });
  atEnd(t, () => store.close());
  await migrate(store);
  return store;
}
