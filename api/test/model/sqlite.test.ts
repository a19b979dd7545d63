import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type DatabaseConfig, loadConfig } from '../../src/config.ts';
import { StoreUnavailable } from '../../src/model/database.ts';
import { openStore } from '../../src/model/open.ts';
import { refuseUnsafeSqlite, SqliteConnection } from '../../src/model/sqlite/connection.ts';
import { GroupCommit, type UnitConnection } from '../../src/model/sqlite/group-commit.ts';
import { TransactionLost, type WriterThread } from '../../src/model/sqlite/writer-thread.ts';
import type { WriterRequest } from '../../src/model/sqlite/writer.ts';
import { atEnd } from '../kit/at-end.ts';
import { freshDatabase } from '../kit/engines.ts';
import { tempFolder } from '../kit/temp.ts';

/** What a fake thread was asked, statement by statement, and how it answers. */
function fakeWriter(fails: (statement: string) => Error | undefined = () => undefined) {
  const statements: string[] = [];
  const send = async ({ before, sql }: WriterRequest) => {
    for (const statement of [...before, ...(sql === undefined ? [] : [sql])]) {
      statements.push(statement);
      const error = fails(statement);
      if (error) throw error;
    }
    return { rows: [] };
  };
  return { statements, writer: { send } as unknown as WriterThread };
}

const insert = (name: string) => (connection: UnitConnection) =>
  connection.run(`INSERT ${name}`, []);

test('units that arrive together share one commit, each under its own savepoint', async () => {
  const { statements, writer } = fakeWriter();
  const commits = new GroupCommit(writer, 100);

  await Promise.all([commits.submit(insert('a')), commits.submit(insert('b'))]);

  assert.deepEqual(statements, [
    'BEGIN IMMEDIATE',
    'SAVEPOINT unit',
    'INSERT a',
    'RELEASE unit',
    'SAVEPOINT unit',
    'INSERT b',
    'RELEASE unit',
    'COMMIT',
  ]);
});

test('a commit that fails fails every unit of its batch, and the next batch works', async () => {
  let commitsLeftToFail = 1;
  const { writer } = fakeWriter((statement) =>
    statement === 'COMMIT' && commitsLeftToFail-- > 0
      ? new TransactionLost(new Error('disk full'))
      : undefined,
  );
  const commits = new GroupCommit(writer, 100);

  const batch = await Promise.allSettled([
    commits.submit(insert('a')),
    commits.submit(insert('b')),
  ]);

  for (const outcome of batch) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable);
  }
  await commits.submit(insert('c'));
});

test('after a transaction is lost nothing more of its batch runs, even if a unit ignores it', async () => {
  const { statements, writer } = fakeWriter((statement) =>
    statement === 'INSERT full' ? new TransactionLost(new Error('disk full')) : undefined,
  );
  const commits = new GroupCommit(writer, 100);
  const stubborn = async (connection: UnitConnection) => {
    await connection.run('INSERT full', []).catch(() => {});
    await connection.run('INSERT outside', []).catch(() => {});
  };

  const outcomes = await Promise.allSettled([
    commits.submit(stubborn),
    commits.submit(insert('b')),
  ]);

  assert.ok(!statements.includes('INSERT outside'));
  assert.equal(outcomes[0]?.status, 'rejected');
});

test('a second server on the same file is refused until the first has closed', async (t) => {
  const database = await freshDatabase(t, 'sqlite');
  const first = await openStore(database, { lock: true });

  await assert.rejects(openStore(database, { lock: true }), {
    message: /^Another Minitter is already using .*minitter\.db\. Stop it, or/,
  });
  const beside = await openStore(database, { lock: false });
  await beside.close();

  await first.close();
  const second = await openStore(database, { lock: true });
  await second.close();
});

test('the file is kept with a WAL, full synchronisation and foreign keys', (t) => {
  const file = `${tempFolder(t)}/x.db`;
  const connection = SqliteConnection.openWriter(file);
  atEnd(t, () => connection.close());

  connection.assertDurable();
  connection.exec('PRAGMA synchronous = NORMAL');
  assert.throws(() => connection.assertDurable(), /wal 1 1/);
});

test('a SQLite that can corrupt a database is refused', () => {
  for (const version of ['3.40.1', '3.51.2', '0']) {
    assert.throws(() => refuseUnsafeSqlite(version), /can corrupt a database/);
  }
  for (const version of ['3.51.3', '3.53.4', '4.0.0']) refuseUnsafeSqlite(version);
});

test('what is no database is left alone', async (t) => {
  const file = `${tempFolder(t)}/notes.txt`;
  const { writeFileSync, readFileSync } = await import('node:fs');
  writeFileSync(file, 'my notes, and certainly not a database');

  await assert.rejects(openStore({ engine: 'sqlite', file, writeQueue: 1 }, { lock: true }));

  assert.equal(readFileSync(file, 'utf8'), 'my notes, and certainly not a database');
});

test('a folder for the file is made', async (t) => {
  const config = loadConfig({ DATABASE_URL: 'sqlite:deep/down/x.db' }, tempFolder(t));
  const database: DatabaseConfig = config.database;
  assert.ok(database.engine === 'sqlite');

  const store = await openStore(database, { lock: true });
  await store.close();

  new DatabaseSync(database.file, { readOnly: true }).close();
});
