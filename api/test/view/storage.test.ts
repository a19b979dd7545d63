import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAppWith, testConfig } from '../kit/app.ts';
import { cuttableProxy } from '../kit/cuttable-proxy.ts';
import { ENGINES, freshDatabase } from '../kit/engines.ts';
import { assertError } from '../kit/errors.ts';

if (ENGINES.includes('mysql')) {
  test('while the database is away the server says so, and goes on when it is back', async (t) => {
    const database = await freshDatabase(t, 'mysql');
    assert.ok(database.engine === 'mysql');
    const url = new URL(database.url);
    const line = await cuttableProxy(t, Number(url.port));
    url.port = String(line.port);
    const config = { ...testConfig(t), database: { ...database, url: url.href } };
    const { join, call, tweet, timelineOf } = await startAppWith(t, config);
    const ada = await join('Ada');
    await tweet(ada, 'before');

    line.cut();
    for (let n = 0; n < 5; n += 1) {
      const write = await call('POST /tweet', { as: ada, json: { tweet: 'meanwhile' } });
      assertError(write, 'storage_unavailable');
      assert.ok(Number(write.headers.get('retry-after')) > 0);
      assertError(await call(`GET /timeline/${ada.id}`), 'storage_unavailable');
    }
    assert.equal((await call('GET /ping')).status, 200);

    line.mend();
    await tweet(ada, 'after');
    assert.deepEqual(await timelineOf(ada), ['after', 'before']);
  });

  test('a connection that breaks in the middle of a unit fails that unit alone', async (t) => {
    const database = await freshDatabase(t, 'mysql');
    assert.ok(database.engine === 'mysql');
    const url = new URL(database.url);
    const line = await cuttableProxy(t, Number(url.port));
    url.port = String(line.port);
    const config = { ...testConfig(t), database: { ...database, url: url.href } };
    const { join, app, timelineOf, tweet } = await startAppWith(t, config);
    const ada = await join('Ada');

    const broken = app.store.write(async (tx) => {
      const row = { id: 1, user_id: ada.id, tweet: 'lost', visibility: 0, created_at: 1 };
      await tx.insertInto('tweets').values(row).execute();
      line.cut();
      await tx.selectFrom('tweets').select('id').execute();
    });

    await assert.rejects(broken, { name: 'StoreUnavailable' });
    line.mend();
    await tweet(ada, 'kept');
    assert.deepEqual(await timelineOf(ada), ['kept']);
  });
}
