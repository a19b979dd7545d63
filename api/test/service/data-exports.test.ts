import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PersonalDataDao } from '../../src/model/personal-data.ts';
import { PERSONAL, PERSONAL_TABLES } from '../../src/model/personal-tables.ts';
import { ALL_TABLES, KEPT_TABLES } from '../../src/model/tables.ts';
import { UserDao } from '../../src/model/users.ts';
import { DataExports, type ExportFile } from '../../src/service/data-exports.ts';
import { refusal } from '../kit/domain-errors.ts';
import { describeOnEngines, freshStore } from '../kit/engines.ts';
import { columnsOf, fillEveryTable, ROWS } from '../kit/every-table.ts';
import { MemoryObjectStore } from '../kit/memory-object-store.ts';
import { startServices } from '../kit/services.ts';

type Rows = Record<string, unknown>[];

/** The files, those of JSON read. */
async function read(files: AsyncIterable<ExportFile>): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for await (const { name, content } of files) {
    const parts: Uint8Array[] = [];
    if (content instanceof Uint8Array) parts.push(content);
    else for await (const part of content) parts.push(part);
    const text = Buffer.concat(parts).toString();
    assert.ok(!found.has(name), `${name} twice`);
    found.set(name, name.endsWith('.json') ? JSON.parse(text) : text);
  }
  return found;
}

describeOnEngines('the data of a person', (engine) => {
  test('are his rows of every table that has any, and his pictures', async (t) => {
    const { files } = await exportOfFull(1);
    for (const { file, table } of PERSONAL_TABLES) {
      const rows = files.get(`${file}.json`);
      if (KEPT_TABLES.some(({ name }) => name === table))
        assert.equal((rows as Rows).length, 1, file);
      else assert.deepEqual(rows, [], file);
    }
    assert.deepEqual(
      [...files.keys()].filter((name) => name.startsWith('pictures/')).sort(),
      ['media-picture', 'users-header_picture', 'users-profile_picture'].map(
        (name) => `pictures/${name}-1.png`,
      ),
    );
    assert.equal(files.get('pictures/media-picture-1.png'), 'disk:media-picture-1.png');

    async function exportOfFull(userId: number) {
      const store = await freshStore(t, engine);
      const objects = new MemoryObjectStore('disk');
      for (const object of await fillEveryTable(store)) {
        await objects.put(object.slice('disk:'.length), Buffer.from(object));
      }
      const data = new DataExports({
        users: new UserDao(store),
        personalData: new PersonalDataDao(store),
        objects: { current: objects, all: [objects] },
        now: () => 0,
      });
      return { files: await read(data.of(userId)) };
    }
  });

  test('are read to the last row, however many there are', async (t) => {
    const store = await freshStore(t, engine);
    await fillEveryTable(store);
    const dao = new PersonalDataDao(store);
    const insert = (sql: string, parameters: unknown[]) =>
      store.writeOne(() => ({ sql, parameters }));
    for (let i = 0; i < 1200; i += 1) {
      await insert('INSERT INTO tweets_edits VALUES (?, ?, ?, ?, ?, ?)', [
        i % 2 === 0 ? 1 : 2,
        i,
        'before',
        '',
        0,
        '[]',
      ]);
    }
    const table = PERSONAL_TABLES.find((one) => one.table === 'tweets_edits');
    assert.ok(table);
    const times: unknown[] = [];
    for await (const rows of dao.rows(table, 1)) times.push(...rows.map((row) => row['edited_at']));
    const own = Array.from({ length: 600 }, (_, i) => i * 2);
    assert.deepEqual(times.slice(0, 600), own);
    assert.equal(times.length, 601);
  });
});

test('every table and every column is either given to people or withheld, by a decision', async (t) => {
  const store = await freshStore(t, 'sqlite');
  assert.deepEqual(Object.keys(PERSONAL).sort(), [...ALL_TABLES].sort());
  for (const { table, owner, shown, withheld, key } of PERSONAL_TABLES) {
    const decided = new Set([owner, ...shown, ...withheld]);
    const columns = (await columnsOf(store, table)).map(({ name }) => name);
    assert.deepEqual([...decided].sort(), columns.sort(), table);
    for (const column of key) assert.ok(columns.includes(column), `${table}.${column}`);
    assert.ok(key.length > 0, table);
  }
});

test('no column that speaks of a secret is given away', () => {
  for (const { table, shown } of PERSONAL_TABLES) {
    const secret = shown.filter((column) => /hash|password|secret|token|jti|_key$/.test(column));
    assert.deepEqual(
      secret.filter((column) => column !== 'hashtag_id'),
      [],
      table,
    );
  }
});

test('every table that refers to people is theirs, or says why not', () => {
  for (const { name, references } of KEPT_TABLES) {
    const isOfPeople = Object.values(references).includes('users');
    if (isOfPeople) assert.notEqual(typeof PERSONAL[name], 'string', name);
  }
  assert.equal(new Set(PERSONAL_TABLES.map(({ file }) => file)).size, PERSONAL_TABLES.length);
  assert.ok(ROWS > 2);
});

test('people read their data: names beside ids, times as times, nothing of others', async (t) => {
  const { join, tweets, follows, dataExports, clock } = await startServices(t);
  const [ada, bob] = [await join('Ada'), await join('Bob')];
  await follows.follow(ada.viewer, bob.user.id);
  await tweets.post(ada.viewer, '안녕 "세상"');
  await tweets.post(bob.viewer, 'a secret of Bob');
  const files = await read(dataExports.of(ada.user.id));
  const at = new Date(clock.now()).toISOString();

  assert.deepEqual(files.get('about.json'), {
    format: 'minitter-export',
    format_version: 1,
    exported_at: at,
    user_id: ada.user.id,
    username: ada.user.username,
  });
  const [user] = files.get('user.json') as Rows;
  assert.equal(user?.['email'], ada.user.email);
  assert.deepEqual(user['fields'], []);
  assert.equal(user['default_visibility'], 'public');
  assert.equal(user['is_locked'], false);
  assert.equal(user['created_at'], at);
  assert.deepEqual(files.get('follows.json'), [
    {
      follow_user_id: bob.user.id,
      shows_reblogs: true,
      notifies: false,
      created_at: at,
      follow_user: bob.user.username,
    },
  ]);
  const [tweet, ...others] = files.get('tweets.json') as Rows;
  assert.deepEqual([tweet?.['tweet'], others], ['안녕 "세상"', []]);
  const all = JSON.stringify([...files]);
  for (const secret of ['a secret of Bob', 'bob@example.com', '$2', ada.viewer.jti]) {
    assert.ok(!all.includes(secret), secret);
  }
});

test('a picture that is not there is named', async (t) => {
  const { join, dataExports, store } = await startServices(t);
  const ada = await join('Ada');
  await store.writeOne(() => ({
    sql: "UPDATE users SET profile_picture = 'gone:1-x.png'",
    parameters: [],
  }));
  const files = await read(dataExports.of(ada.user.id));
  assert.deepEqual(files.get('missing.json'), ['pictures/1-x.png']);
});

test('there is nothing of somebody who is not there', async (t) => {
  const { dataExports } = await startServices(t);
  await assert.rejects(read(dataExports.of(7)), refusal('user_not_found'));
});
