import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import { backupCommand, restoreCommand, verifyCommand } from '../../src/command/backup.ts';
import type { Store } from '../../src/model/database.ts';
import { openStore } from '../../src/model/open.ts';
import { ALL_TABLES, COUNTED_TABLES, KEPT_TABLES, LEFT_OUT } from '../../src/model/tables.ts';
import { TIMELINE_PAGE } from '../../src/service/limits.ts';
import { startAppWith } from '../kit/app.ts';
import { backupOf, emptyPlace, livelyPlace, printed, QUIET, rowsOf } from '../kit/backups.ts';
import { ENGINES, describeOnEngines, freshStore } from '../kit/engines.ts';

for (const from of ENGINES) {
  for (const to of ENGINES) {
    test(`a backup of ${from} restored into ${to} has every row, picture and password`, async (t) => {
      const [old, fresh] = [await livelyPlace(t, from), await emptyPlace(t, to)];
      const file = await backupOf(old);
      await printed(() => restoreCommand(fresh, file, QUIET));

      assert.deepEqual(await rowsOf(fresh), await rowsOf(old));
      const { call, timelineOf } = await startAppWith(t, fresh);
      const person = { email: 'ada@example.com', password: 'Ada likes long walks' };
      const { status, body } = await call('POST /login', { json: person });
      assert.equal(status, 200);
      const ada = { ...person, id: body.user_id, name: 'Ada', token: body.access_token };
      assert.equal((await timelineOf(ada)).length, 30);
      const picture = await call(`GET /profile-picture/${ada.id}`);
      assert.equal(picture.status, 200);
      assert.match(picture.headers.get('content-type') ?? '', /^image\//);
      const posted = await call('POST /tweet', { as: ada, json: { tweet: 'life goes on' } });
      assert.equal(posted.status, 200);
    });
  }
}

describeOnEngines('a backup', (engine) => {
  test('has all that was acknowledged before it began, while others go on', async (t) => {
    const config = await emptyPlace(t, engine);
    const { call, join } = await startAppWith(t, config);
    const ada = await join('Ada');
    const state = { acknowledged: 0, isOver: false };
    const storm = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!state.isOver) {
          const { status } = await call('POST /tweet', { as: ada, json: { tweet: 'more' } });
          if (status === 200) state.acknowledged += 1;
        }
      }),
    );
    while (state.acknowledged < 100) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = state.acknowledged;
    const file = await backupOf(config);
    state.isOver = true;
    await storm;

    const found = JSON.parse(await printed(() => verifyCommand(file, { json: true })));
    assert.ok(found.rows.tweets >= before, `${found.rows.tweets} of ${before} tweets`);
    assert.ok(found.rows.tweets <= state.acknowledged);
    for (const to of ENGINES) {
      const fresh = await emptyPlace(t, to);
      await printed(() => restoreCommand(fresh, file, QUIET));
      const { tweets = [] } = await rowsOf(fresh);
      assert.equal(tweets.length, found.rows.tweets);
      const server = await startAppWith(t, fresh);
      assert.equal((await server.timelineOf(ada)).length, Math.min(tweets.length, TIMELINE_PAGE));
    }
  });

  test('never lets the id of somebody who went be given again', async (t) => {
    const [old, fresh] = [await livelyPlace(t, engine), await emptyPlace(t, engine)];
    const store = await openStore(old.database, { lock: false });
    await store.write(async (tx) => {
      await tx.deleteFrom('users').where('name', '=', 'Eve').execute();
    });
    await store.close();
    await printed(async () => restoreCommand(fresh, await backupOf(old), QUIET));
    const { join } = await startAppWith(t, fresh);
    assert.equal((await join('Zoe')).id, 4);
  });

  test('is not restored over people, unless that is asked for', async (t) => {
    const [old, other] = [await livelyPlace(t, engine), await livelyPlace(t, engine)];
    const file = await backupOf(old);
    const before = await rowsOf(other);
    await assert.rejects(restoreCommand(other, file, QUIET), /has users already.*--force/s);
    assert.deepEqual(await rowsOf(other), before);
    await printed(() => restoreCommand(other, file, { ...QUIET, force: true }));
    assert.deepEqual(await rowsOf(other), await rowsOf(old));
  });

  test('is not restored under a server', async (t) => {
    const [old, other] = [await livelyPlace(t, engine), await emptyPlace(t, engine)];
    const file = await backupOf(old);
    await startAppWith(t, other);
    await assert.rejects(
      restoreCommand(other, file, { ...QUIET, force: true }),
      /is (already )?using/,
    );
  });
});

describeOnEngines('the list of tables for backups', (engine) => {
  test('has every table there is, once', async (t) => {
    const store = await freshStore(t, engine);
    assert.deepEqual(await tableNames(store), [...ALL_TABLES].sort());
  });
});

describe('the list of tables for backups', () => {
  test('has every reference between rows, none to a table that is left out', async (t) => {
    const store = await freshStore(t, 'sqlite');
    const kept = new Set<string>(KEPT_TABLES.map(({ name }) => name));
    for (const { name, references } of KEPT_TABLES) {
      const found = await foreignKeys(store, name);
      assert.deepEqual(found, references, name);
      for (const table of Object.values(found)) assert.ok(kept.has(table), `${name} to ${table}`);
    }
  });

  test('keeps no rows at a restore that refer to people', async (t) => {
    const store = await freshStore(t, 'sqlite');
    for (const [name, { onRestore }] of Object.entries(LEFT_OUT)) {
      if (onRestore === 'kept') assert.deepEqual(await foreignKeys(store, name), {}, name);
    }
  });

  test('has every kept table whose ids the database counts', async (t) => {
    const store = await freshStore(t, 'sqlite');
    const sql = "SELECT name FROM sqlite_schema WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY name";
    const rows = await store.readRows({ sql, parameters: [] });
    const kept = rows.flat().filter((name) => !(String(name) in LEFT_OUT));
    assert.deepEqual(kept, [...COUNTED_TABLES].sort());
  });
});

async function tableNames(store: Store): Promise<string[]> {
  const sql =
    store.dialect.engine === 'sqlite'
      ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      : 'SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()';
  const rows = await store.readRows({ sql, parameters: [] });
  return rows.flat().map(String).sort();
}

/** Column → the table that it refers to. */
async function foreignKeys(store: Store, table: string): Promise<Record<string, string>> {
  // A PRAGMA answers from what the connection knows of the schema; a query looks again.
  await store.reader.selectFrom('users').select('id').execute();
  const keys = await store.readRows({ sql: `PRAGMA foreign_key_list(${table})`, parameters: [] });
  return Object.fromEntries(keys.map(([, , target, column]) => [column, target]));
}

describe('a backup', () => {
  test('does not take the place of a file, unless that is asked for', async (t) => {
    const config = await livelyPlace(t, 'sqlite');
    const file = await backupOf(config);
    await assert.rejects(backupCommand(config, file, QUIET), /is there already/);
    await printed(() => backupCommand(config, file, { ...QUIET, force: true }));
  });

  test('says which pictures it could not find', async (t) => {
    const config = await livelyPlace(t, 'sqlite');
    rmSync(`${config.dataDir}/pictures`, { recursive: true });
    const text = await printed(() => backupCommand(config, `${config.dataDir}/b`, QUIET));
    assert.match(text, /0 pictures.*\nPictures that could not be found when it was made: 1\./s);
  });

  test('that cannot be written leaves nothing behind', async (t) => {
    const config = await livelyPlace(t, 'sqlite');
    const nowhere = `${config.dataDir}/no/such/folder/a.backup`;
    await assert.rejects(backupCommand(config, nowhere, QUIET), /cannot be written: there is no/);
    const broken = { ...config, database: { ...config.database, file: `${config.dataDir}/none` } };
    await assert.rejects(backupCommand(broken, `${config.dataDir}/b`, QUIET), /no database/);
    assert.ok(!existsSync(`${config.dataDir}/b`));
    assert.deepEqual(
      readdirSync(config.dataDir).filter((name) => name.endsWith('.part')),
      [],
    );
  });
});
