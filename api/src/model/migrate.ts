/**
 * Brings a database to the newest schema: numbered, forward only, under a lease row, so that two
 * instances may start at once. Every step may run twice, so a crash in the middle is mended by the
 * next start.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from './database.ts';
import type { Dialect } from './dialect.ts';
import { LeaseDao } from './leases.ts';
import { migrations as allMigrations } from './migrations/index.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  /** DDL statements, each of which does no harm when run again. */
  steps(dialect: Dialect): string[];
}

/** Longer than any single step; renewed between steps. */
const LEASE_MS = 60_000;
const LEASE = 'migrate';
const POLL_MS = 50;

/** What to tell whoever waits. */
export const WAITING =
  'Another Minitter is bringing the database to the newest schema, or was killed while it did: ' +
  'waiting, in the latter case for a minute at most.';

/**
 * Runs what has not been run yet, or waits while another instance does.
 *
 * @param waits is called once, when there is somebody to wait for
 * @returns the migrations that this call applied
 */
export async function migrate(
  store: Store,
  migrations: readonly Migration[] = allMigrations,
  waits: () => void = () => {},
): Promise<readonly Migration[]> {
  await makeOwnTables(store);
  if ((await pending(store, migrations)).length === 0) return [];

  const leases = new LeaseDao(store);
  const holder = randomUUID();
  const renew = async () => leases.acquire(LEASE, holder, await store.now(), LEASE_MS);
  for (let tries = 0; !(await renew()); tries += 1) {
    if (tries === 0) waits();
    await sleep(POLL_MS);
  }
  try {
    // Asked again: whoever held the lease before may have done the work.
    const todo = await pending(store, migrations);
    for (const migration of todo) await apply(store, migration, renew);
    return todo;
  } finally {
    await leases.release(LEASE, holder);
  }
}

/** The newest schema that this server knows. */
export const newestVersion = Math.max(...allMigrations.map(({ version }) => version));

/** The migrations that lead to a version, the newest one if not given. */
export function migrationsUpTo(version = newestVersion): readonly Migration[] {
  return allMigrations.filter((migration) => migration.version <= version);
}

/** The highest version that the database has been brought to; 0 when it is empty. */
export async function schemaVersion(store: Store): Promise<number> {
  const row = await store.reader
    .selectFrom('schema_migrations')
    .select((eb) => eb.fn.max('version').as('version'))
    .executeTakeFirst();
  return row?.version ?? 0;
}

async function makeOwnTables(store: Store): Promise<void> {
  const { bigint, text, createTable } = store.dialect;
  const statements = [
    ...createTable('leases', {
      columns: [
        `name ${text(64)} NOT NULL PRIMARY KEY`,
        `holder ${text(64)} NOT NULL`,
        `expires_at ${bigint} NOT NULL`,
      ],
    }),
    ...createTable('schema_migrations', {
      columns: [
        `version ${bigint} NOT NULL PRIMARY KEY`,
        `name ${text(100)} NOT NULL`,
        `applied_at ${bigint} NOT NULL`,
      ],
    }),
  ];
  for (const statement of statements) await store.executeDdl(statement);
}

async function pending(store: Store, migrations: readonly Migration[]): Promise<Migration[]> {
  const rows = await store.reader.selectFrom('schema_migrations').select('version').execute();
  const applied = new Set(rows.map((row) => row.version));
  return migrations.filter(({ version }) => !applied.has(version));
}

async function apply(
  store: Store,
  migration: Migration,
  renew: () => Promise<boolean>,
): Promise<void> {
  for (const step of migration.steps(store.dialect)) {
    if (!(await renew())) throw new Error('the lease on migrations was lost');
    await runStep(store, step);
  }
  const { version, name } = migration;
  const applied_at = await store.now();
  await store.write(async (tx) => {
    await tx.insertInto('schema_migrations').values({ version, name, applied_at }).execute();
  });
}

/** A step that adds what is there already has been run before. */
async function runStep(store: Store, step: string): Promise<void> {
  try {
    await store.executeDdl(step);
  } catch (error) {
    if (!store.dialect.isThereAlready(error)) throw error;
  }
}
