import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, statSync, writeSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import {
  checkClock,
  checkDatabase,
  checkFlushing,
  checkIntegrity,
  checkSchema,
} from '../../../src/command/doctor/database.ts';
import { migrate, newestVersion } from '../../../src/model/migrate.ts';
import { openStore } from '../../../src/model/open.ts';
import { TweetDao } from '../../../src/model/tweets.ts';
import { timeOfTweetId } from '../../../src/model/tweet-ids.ts';
import { atEnd } from '../../kit/at-end.ts';
import { describeOnEngines, ENGINES, type Engine, freshDatabase } from '../../kit/engines.ts';
import { tempFolder } from '../../kit/temp.ts';
import { assertFinding } from './findings.ts';

const PATIENCE_MS = 60_000;

/** A database that is open, and still empty. */
async function openDatabase(t: TestContext, engine: Engine) {
  const database = await freshDatabase(t, engine);
  const store = await openStore(database, { lock: false });
  atEnd(t, () => store.close());
  return { store, database, patienceMs: PATIENCE_MS };
}

describeOnEngines('the doctor and the database', (engine) => {
  test('a database in use is in order', async (t) => {
    const { store, database } = await openDatabase(t, engine);
    await migrate(store);
    const diagnosis = await checkDatabase({ database }, PATIENCE_MS);
    assert.deepEqual(Object.keys(diagnosis), ['database', 'schema', 'clock', 'integrity']);
    for (const [name, findings] of Object.entries(diagnosis)) {
      // The tests' own MySQL server is careless, to be quick.
      if (engine === 'mysql' && name === 'integrity') {
        assertFinding(findings, 'warning', /innodb_flush_log_at_trx_commit is 0: a crash/);
      } else assertFinding(findings, 'ok', /./);
    }
  });

  test('an empty database is no problem, and stays empty', async (t) => {
    const { database } = await openDatabase(t, engine);
    for (const _ of [1, 2]) {
      const { schema, clock } = await checkDatabase({ database }, PATIENCE_MS);
      assertFinding(schema ?? [], 'ok', /It is empty/);
      assertFinding(clock ?? [], 'ok', /goes with the database/);
    }
  });

  test('an old schema is a warning, one of a later Minitter a problem', async (t) => {
    const { store } = await openDatabase(t, engine);
    await migrate(store);
    const newest = newestVersion;
    const says = (text: string) => new RegExp(text);
    assertFinding(
      await checkSchema({ store }, newest),
      'ok',
      says(`at version ${newest}, the newest`),
    );
    assertFinding(await checkSchema({ store }, newest + 1), 'warning', says(`needs ${newest + 1}`));
    assertFinding(await checkSchema({ store }, 0), 'problem', /knows 0 at most/);
  });

  test('a clock that differs from the database is a warning', async (t) => {
    const { store } = await openDatabase(t, engine);
    const skewed = (ms: number) => ({ store: { ...store, now: async () => Date.now() + ms } });
    assertFinding(await checkClock(skewed(60_000)), 'warning', /60 s behind the database's/);
    assertFinding(await checkClock(skewed(-60_000)), 'warning', /60 s ahead of the database's/);
  });

  test('a tweet from the future is a warning', async (t) => {
    const { store } = await openDatabase(t, engine);
    await migrate(store);
    t.mock.method(TweetDao, 'highestId', async () => idAt(Date.now() + 3_600_000));
    assertFinding(await checkClock({ store }), 'warning', /3,[56]\d\d s from now/);
  });
});

/** A tweet id of this time, in epoch milliseconds. */
function idAt(ms: number): number {
  const first = timeOfTweetId(0);
  return (ms - first) * 4096;
}

test('an SQLite file that is not there yet is not made', async (t) => {
  const file = `${tempFolder(t)}/minitter.db`;
  const diagnosis = await checkDatabase(
    { database: { engine: 'sqlite', file, writeQueue: 1 } },
    PATIENCE_MS,
  );
  assertFinding(diagnosis['database'] ?? [], 'ok', /will be made/);
  assert.ok(!existsSync(file));
});

/** A migrated SQLite file with nothing in its log. */
async function closedFile(t: TestContext) {
  const database = await freshDatabase(t, 'sqlite');
  assert.ok(database.engine === 'sqlite');
  const store = await openStore(database, { lock: false });
  await migrate(store);
  await store.close();
  return database;
}

test('a damaged SQLite file is a problem', async (t) => {
  const database = await closedFile(t);
  const file = openSync(database.file, 'r+');
  // The last page: an index or a table of the first migration.
  writeSync(file, Buffer.alloc(512, 0xaa), 0, 512, statSync(database.file).size - 4096);
  closeSync(file);

  const { integrity } = await checkDatabase({ database }, PATIENCE_MS);

  assertFinding(integrity ?? [], 'problem', /found it damaged: ./);
});

test('reading through a file ends when patience does', async (t) => {
  const database = await closedFile(t);
  const store = await openStore(database, { lock: false });
  atEnd(t, () => store.close());
  const found = await checkIntegrity({ store, database, patienceMs: 1 });
  assertFinding(found, 'warning', /was not finished in 0 s/);
});

test('a MySQL that cannot be reached is said in a sentence', async () => {
  const database = {
    engine: 'mysql',
    url: 'mysql://ada:secret@127.0.0.1:1/minitter',
    poolSize: 1,
    writeQueue: 1,
  } as const;
  await assert.rejects(checkDatabase({ database }, PATIENCE_MS), (error: Error) => {
    assert.match(error.message, /minitter at 127\.0\.0\.1:1 cannot be used/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

if (ENGINES.includes('mysql')) {
  test('a MySQL that flushes before it acknowledges is in order', async (t) => {
    const { store } = await openDatabase(t, 'mysql');
    const rows = [{ version: '11.4', flush: 1n }];
    t.mock.method(store.reader, 'executeQuery', async () => ({ rows }));
    assertFinding(await checkFlushing(store), 'ok', /flushed to disk/);
  });
}
