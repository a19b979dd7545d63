/** Group commit on a real file, with a real COMMIT that fails. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { type Store, StoreUnavailable, type Tx } from '../../src/model/database.ts';
import { migrate } from '../../src/model/migrate.ts';
import { openStore } from '../../src/model/open.ts';
import { GroupCommit, type UnitConnection } from '../../src/model/sqlite/group-commit.ts';
import { WriterThread } from '../../src/model/sqlite/writer-thread.ts';
import { UserDao } from '../../src/model/users.ts';
import { atEnd } from '../kit/at-end.ts';
import { freshDatabase } from '../kit/engines.ts';
import { addUser, newUser } from '../kit/rows.ts';
import { tempFolder } from '../kit/temp.ts';

async function openFile(t: TestContext) {
  const database = await freshDatabase(t, 'sqlite');
  assert.ok(database.engine === 'sqlite');
  const store = await openStore(database, { lock: true });
  atEnd(t, () => store.close());
  await migrate(store);
  const beside = new DatabaseSync(database.file, { readOnly: true });
  atEnd(t, () => beside.close());
  return { store, beside };
}

async function names(store: Store): Promise<string[]> {
  const rows = await store.reader.selectFrom('users').select('name').orderBy('id').execute();
  return rows.map(({ name }) => name);
}

const reasons = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined));

test('the file itself is in WAL mode', async (t) => {
  const { beside } = await openFile(t);
  assert.equal(beside.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
});

test('units that arrive while the disk is busy become readable together', async (t) => {
  const { store, beside } = await openFile(t);
  const count = beside.prepare('SELECT count(*) AS n FROM users');
  const readable: unknown[] = [];

  // Answered after their COMMIT, so what is readable then tells how many that COMMIT brought.
  await Promise.all(
    Array.from({ length: 300 }, async (_, n) => {
      await addUser(store, `user${n}`);
      readable.push(count.get()?.['n']);
    }),
  );

  assert.equal(readable.at(-1), 300);
  assert.ok(new Set(readable).size < 30, `${new Set(readable).size} commits for 300 units`);
});

test('a unit is answered only when others can read what it has stored', async (t) => {
  const { store, beside } = await openFile(t);
  const find = beside.prepare('SELECT name FROM users WHERE id = ?');

  for (let n = 0; n < 20; n += 1) {
    const id = await addUser(store, `user${n}`);
    assert.equal(find.get(id)?.['name'], `user${n}`);
  }
});

test('a COMMIT that SQLite refuses fails its whole batch, and the next batch is stored', async (t) => {
  const writer = await WriterThread.start(`${tempFolder(t)}/x.db`);
  atEnd(t, () => writer.close());
  const commits = new GroupCommit(writer, 100);
  const run = (sql: string) => commits.submit((connection) => connection.run(sql, []));
  await run('CREATE TABLE parents (id INTEGER PRIMARY KEY)');
  await run(
    'CREATE TABLE children (id INTEGER, parent REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)',
  );

  // A foreign key that is checked by COMMIT: the statement succeeds, the COMMIT does not.
  const outcomes = await Promise.allSettled([
    run('INSERT INTO children VALUES (1, NULL)'),
    run('INSERT INTO children VALUES (2, 7)'),
    run('INSERT INTO children VALUES (3, NULL)'),
  ]);
  for (const reason of reasons(outcomes)) assert.ok(reason instanceof StoreUnavailable);

  await run('INSERT INTO children VALUES (4, NULL)');
  const { rows } = await run('SELECT id FROM children');
  assert.deepEqual(
    rows.map((row) => ({ ...(row as object) })),
    [{ id: 4 }],
  );
});

test('when SQLite itself gives up a transaction, nothing of the batch is stored', async (t) => {
  const { store } = await openFile(t);
  const users = new UserDao(store);
  // Rolls back all there is, as a full disk does.
  await store.executeDdl(
    `CREATE TRIGGER disk_full BEFORE INSERT ON users WHEN NEW.name = 'disk full'
     BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END`,
  );
  const stubborn = async (tx: Tx) => {
    await users.insert(tx, newUser('disk full')).catch(() => {});
    await users.insert(tx, newUser('outside a transaction')).catch(() => {});
  };

  const outcomes = await Promise.allSettled([addUser(store, 'neighbour'), store.write(stubborn)]);

  for (const reason of reasons(outcomes)) assert.ok(reason instanceof StoreUnavailable);
  await addUser(store, 'next');
  assert.deepEqual(await names(store), ['next']);
});

test('a lone statement that makes SQLite give up takes its whole batch with it, told so', async (t) => {
  const { store } = await openFile(t);
  await store.executeDdl(
    `CREATE TRIGGER disk_full BEFORE INSERT ON doomed_objects WHEN NEW.object = 'disk full'
     BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END`,
  );
  const doom = (object: string) =>
    store.writeOne(() => ({
      sql: 'INSERT INTO doomed_objects (object, not_before) VALUES (?, 1)',
      parameters: [object],
    }));

  const outcomes = await Promise.allSettled([
    addUser(store, 'neighbour'),
    doom('before'),
    doom('disk full'),
    doom('after'),
  ]);

  for (const reason of reasons(outcomes)) assert.ok(reason instanceof StoreUnavailable);
  await doom('next');
  const rows = await store.reader.selectFrom('doomed_objects').select('object').execute();
  assert.deepEqual(
    rows.map(({ object }) => object),
    ['next'],
  );
  assert.deepEqual(await names(store), []);
});

test('a writer that has ended is an unavailable database', async (t) => {
  const writer = await WriterThread.start(`${tempFolder(t)}/x.db`);
  const commits = new GroupCommit(writer, 100);
  await writer.close();

  const unit = (connection: UnitConnection) => connection.run('SELECT 1', []);
  await assert.rejects(commits.submit(unit), StoreUnavailable);
});
