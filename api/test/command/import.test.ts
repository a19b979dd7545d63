/** `minitter import`, from a course database on the real MariaDB into both engines. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { importCommand } from '../../src/command/import.ts';
import type { Config } from '../../src/config.ts';
import { openStore } from '../../src/model/open.ts';
import { startAppWith, testConfig } from '../kit/app.ts';
import { type CourseFixture, freshCourse, insertInto } from '../kit/course-database.ts';
import { describeOnEngines, type Engine, ENGINES, freshDatabase } from '../kit/engines.ts';
import { USUAL_SETTINGS } from '../kit/rows.ts';
import { runMinitter } from '../kit/server-process.ts';
import { tempFolder } from '../kit/temp.ts';

type Line = Record<string, unknown>;

const PASSWORD = '엔진은 수를 꿈꾼다';
const GRACE_PASSWORD = 'x'.repeat(80);

async function freshConfig(t: TestContext, engine: Engine): Promise<Config> {
  return { ...testConfig(t), database: await freshDatabase(t, engine) };
}

/** Runs the import. @returns the lines of its JSON; the last one has the numbers */
async function run(t: TestContext, config: Config, from: string): Promise<Line[]> {
  const lines: Line[] = [];
  const { mock } = t.mock.method(console, 'log', (line: string) => lines.push(JSON.parse(line)));
  try {
    await importCommand(config, { from, json: true });
  } finally {
    mock.restore();
  }
  return lines;
}

/** Everything that is in the tables that were adopted into. */
async function contents(config: Config) {
  const store = await openStore(config.database, { lock: false });
  try {
    const read = (table: 'users' | 'tweets' | 'users_follow_list') =>
      store.reader.selectFrom(table).selectAll().execute();
    return {
      users: await read('users'),
      tweets: await read('tweets'),
      follows: await read('users_follow_list'),
    };
  } finally {
    await store.close();
  }
}

/** Two people, of whom one follows the other, and three tweets. */
async function smallCourse(t: TestContext): Promise<CourseFixture> {
  const course = await freshCourse(t);
  await insertInto(course, 'users', {
    id: 3,
    name: '송은우',
    email: 'Song@Example.com',
    hashed_password: await bcrypt(PASSWORD, 4),
    profile: '파이썬을 씁니다',
    created_at: '2018-07-24 09:00:00',
    updated_at: '2019-01-01 09:00:00',
  });
  await insertInto(course, 'users', {
    id: 7,
    name: 'Grace Hopper',
    email: 'grace@example.com',
    // As Python shows the bytes of a hash when they are stored as text.
    hashed_password: `b'${(await bcrypt(GRACE_PASSWORD, 4)).replace('$2b$', '$2a$')}'`,
    profile: '',
    created_at: '2026-02-01 09:00:00',
  });
  await insertInto(course, 'users_follow_list', {
    user_id: 3,
    follow_user_id: 7,
    created_at: '2026-02-02 09:00:00',
  });
  const tweets: [number, number, string, string][] = [
    [1, 3, '첫 트윗', '2018-07-24 21:34:56'],
    [2, 7, 'Ships are safe in harbour', '2026-02-01 10:00:00'],
    [3, 3, '같은 순간', '2026-02-01 10:00:00'],
  ];
  for (const [id, user_id, tweet, created_at] of tweets) {
    await insertInto(course, 'tweets', { id, user_id, tweet, created_at });
  }
  return course;
}

if (ENGINES.includes('mysql')) {
  describeOnEngines('minitter import into', (engine) => {
    test('keeps ids, times and texts', async (t) => {
      const config = await freshConfig(t, engine);
      const course = await smallCourse(t);
      const lines = await run(t, config, course.url);
      assert.deepEqual(lines, [
        {
          users: { taken: 2, known: 0, refused: 0 },
          follows: { taken: 1, known: 0, refused: 0 },
          tweets: { taken: 3, known: 0, refused: 0 },
        },
      ]);
      const { users, tweets, follows } = await contents(config);
      const { hashed_password, ...song } = users[0] ?? {};
      assert.match(String(hashed_password), /^\$2b\$04\$/);
      assert.deepEqual(song, {
        id: 3,
        name: '송은우',
        email: 'Song@Example.com',
        email_key: 'song@example.com',
        username: 'user3',
        username_key: 'user3',
        profile: '파이썬을 씁니다',
        profile_picture: null,
        state: 'active',
        role: 'user',
        locale: null,
        email_confirmed_at: null,
        created_at: Date.parse('2018-07-24T00:00:00Z'),
        updated_at: Date.parse('2019-01-01T00:00:00Z'),
        ...USUAL_SETTINGS,
      });
      assert.equal(users[1]?.username, 'grace_hopper');
      assert.partialDeepStrictEqual(
        [{ ...follows[0] }],
        [{ user_id: 3, follow_user_id: 7, created_at: Date.parse('2026-02-02T00:00:00Z') }],
      );
      assert.deepEqual(
        tweets.map(({ tweet, created_at }) => [tweet, created_at]),
        [
          ['첫 트윗', Date.parse('2018-07-24T12:34:56Z')],
          ['Ships are safe in harbour', Date.parse('2026-02-01T01:00:00Z')],
          ['같은 순간', Date.parse('2026-02-01T01:00:00Z')],
        ],
      );
    });

    test('makes a server that goes on: old passwords, timelines, new tweets', async (t) => {
      const config = await freshConfig(t, engine);
      await run(t, config, (await smallCourse(t)).url);
      const { call, join } = await startAppWith(t, config);
      const logIn = (email: string, password: string) =>
        call('POST /login', { json: { email, password } });

      const song = await logIn('song@example.com', PASSWORD);
      assert.equal(song.body.user_id, 3);
      assert.equal((await logIn('song@example.com', 'not the one')).status, 401);
      assert.equal((await logIn('grace@example.com', GRACE_PASSWORD)).body.user_id, 7);
      // The hash has been brought to today's form, which takes the same password.
      assert.match((await contents(config)).users[0]?.hashed_password ?? '', /^minitter-v1:/);
      const again = await logIn('SONG@example.com', PASSWORD);
      assert.equal(again.status, 200);

      const headers = { authorization: again.body.access_token };
      const texts = async () =>
        (await call('GET /timeline', { headers })).body.timeline.map(
          ({ tweet }: { tweet: string }) => tweet,
        );
      assert.deepEqual(await texts(), ['같은 순간', 'Ships are safe in harbour', '첫 트윗']);
      await call('POST /tweet', { headers, json: { tweet: '새 트윗' } });
      assert.equal((await texts())[0], '새 트윗');
      // Ids go on behind those that were taken.
      assert.ok((await join('Eve')).id > 7);
    });

    test('run again adds only what is new in the source', async (t) => {
      const config = await freshConfig(t, engine);
      const course = await smallCourse(t);
      await run(t, config, course.url);
      const before = await contents(config);
      const nothing = (known: number) => ({ taken: 0, known, refused: 0 });
      assert.deepEqual(await run(t, config, course.url), [
        { users: nothing(2), follows: nothing(1), tweets: nothing(3) },
      ]);
      assert.deepEqual(await contents(config), before);

      const hashed_password = await bcrypt('a new password', 4);
      const eve = { id: 8, name: 'Eve', email: 'eve@example.com', hashed_password, profile: '' };
      await insertInto(course, 'users', { ...eve, created_at: '2026-03-01 09:00:00' });
      // Older than what was taken: it is new because its user is.
      const old = { user_id: 8, tweet: '오래된 것', created_at: '2017-01-01 09:00:00' };
      await insertInto(course, 'tweets', old);
      await insertInto(course, 'tweets', { user_id: 3, tweet: '또 하나' });
      await insertInto(course, 'users_follow_list', { user_id: 7, follow_user_id: 8 });
      assert.deepEqual(await run(t, config, course.url), [
        {
          users: { taken: 1, known: 2, refused: 0 },
          follows: { taken: 1, known: 1, refused: 0 },
          tweets: { taken: 2, known: 3, refused: 0 },
        },
      ]);
      const after = await contents(config);
      assert.deepEqual(after.users.slice(0, 2), before.users);
      assert.deepEqual(
        after.tweets.map(({ tweet }) => tweet),
        ['오래된 것', ...before.tweets.map(({ tweet }) => tweet), '또 하나'],
      );
    });

    test('tells what it could not take, and why', async (t) => {
      const config = await freshConfig(t, engine);
      const course = await smallCourse(t);
      const hashed_password = await bcrypt('a password of theirs', 4);
      const users: [number, string, string, object][] = [
        [20, 'Song', 'SONG@example.com', {}],
        [21, 'No address', 'nobody', {}],
        [22, '   ', 'blank@example.com', { profile_picture: './static/me.png' }],
        [23, 'n'.repeat(200), 'long@example.com', { hashed_password: 'plain text' }],
        [24, 'Song', 'song2@example.com', {}],
        [25, 'Song', 'song3@example.com', {}],
      ];
      for (const [id, name, email, more] of users) {
        await insertInto(course, 'users', {
          id,
          name,
          email,
          hashed_password,
          profile: '',
          ...more,
        });
      }
      for (const [user_id, follow_user_id] of [
        [3, 3],
        [3, 20],
        [21, 3],
        [99, 3],
      ]) {
        await insertInto(course, 'users_follow_list', { user_id, follow_user_id });
      }
      const tweets: [number, string, string][] = [
        [3, ' ', '2026-02-01 09:00:00'],
        [3, 't'.repeat(301), '2026-02-01 09:00:00'],
        [21, 'Hello', '2026-02-01 09:00:00'],
        [3, 'From tomorrow', '2037-01-01 09:00:00'],
      ];
      for (const [n, [user_id, tweet, created_at]] of tweets.entries()) {
        await insertInto(course, 'tweets', { id: 100 + n, user_id, tweet, created_at });
      }

      const lines = await run(t, config, course.url);

      const report = lines.pop();
      const inShort = lines.map(({ part, row, refused, changed }) => [
        part,
        ...Object.values(row as object),
        refused ?? changed,
      ]);
      assert.deepEqual(inShort, [
        ['users', 21, 'email_invalid'],
        ['users', 20, 'email_taken'],
        ['users', 22, 'name_changed'],
        ['users', 22, 'picture_left'],
        ['users', 23, 'password_unusable'],
        ['users', 23, 'name_changed'],
        ['follows', 3, 3, 'follow_self'],
        ['follows', 3, 20, 'user_not_taken'],
        ['follows', 21, 3, 'user_not_taken'],
        ['follows', 99, 3, 'user_not_taken'],
        ['tweets', 100, 3, 'tweet_blank'],
        ['tweets', 101, 3, 'tweet_too_long'],
        ['tweets', 102, 21, 'user_not_taken'],
        ['tweets', 103, 3, 'time_in_future'],
      ]);
      assert.deepEqual(report, {
        users: { taken: 6, known: 0, refused: 2 },
        follows: { taken: 1, known: 0, refused: 4 },
        tweets: { taken: 3, known: 0, refused: 4 },
      });
      const { users: taken } = await contents(config);
      assert.deepEqual(
        taken.slice(2).map(({ id, name, username }) => [id, name.slice(0, 10), username]),
        [
          [22, 'user22', 'user22'],
          [23, 'nnnnnnnnnn', 'n'.repeat(30)],
          [24, 'Song', 'song'],
          [25, 'Song', 'song2'],
        ],
      );
    });

    test('is refused where people have signed up or tweeted', async (t) => {
      const course = await smallCourse(t);
      const used = await freshConfig(t, engine);
      const first = await startAppWith(t, used);
      await first.join('Eve');
      await first.app.close();
      await assert.rejects(run(t, used, course.url), /signed up here already/);

      const adopted = await freshConfig(t, engine);
      await run(t, adopted, course.url);
      const second = await startAppWith(t, adopted);
      const json = { email: 'song@example.com', password: PASSWORD };
      const { body } = await second.call('POST /login', { json });
      const headers = { authorization: body.access_token };
      await second.call('POST /tweet', { headers, json: { tweet: 'native' } });
      await second.app.close();
      const before = await contents(adopted);
      await assert.rejects(run(t, adopted, course.url), /Tweets have been written here already/);
      assert.deepEqual(await contents(adopted), before);
    });

    test('is refused when it is another source than before', async (t) => {
      const config = await freshConfig(t, engine);
      await run(t, config, (await smallCourse(t)).url);
      const other = await smallCourse(t);
      await other.db.query(`UPDATE users SET created_at = '2020-01-01 09:00:00' WHERE id = 3`);
      await assert.rejects(run(t, config, other.url), /not the database that was imported before/);
    });

    test('takes many, also of one second and of tables without ids', async (t) => {
      const config = await freshConfig(t, engine);
      const course = await smallCourse(t);
      await course.db.query(
        `INSERT INTO tweets (user_id, tweet, created_at)
         SELECT 3, CONCAT('no. ', seq), '2019-01-01 09:00:00' FROM seq_1_to_1200`,
      );
      await course.db.query('ALTER TABLE tweets DROP COLUMN id');
      // Pressed twice: both are there.
      for (const _ of [1, 2]) {
        const twice = { user_id: 7, tweet: 'Twice', created_at: '2020-01-01 09:00:00' };
        await insertInto(course, 'tweets', twice);
      }
      const [report] = await run(t, config, course.url);
      assert.deepEqual(report?.['tweets'], { taken: 1205, known: 0, refused: 0 });
      const { tweets } = await contents(config);
      const texts = tweets.map(({ tweet }) => tweet);
      assert.equal(new Set(texts).size, 1204);
      assert.equal(texts.filter((text) => text === 'Twice').length, 2);
      const [again] = await run(t, config, course.url);
      assert.deepEqual(again?.['tweets'], { taken: 0, known: 1205, refused: 0 });
    });

    test('does not bring back whom an administrator has deleted', async (t) => {
      const config = await freshConfig(t, engine);
      const course = await smallCourse(t);
      await run(t, config, course.url);
      const { database } = config;
      const url = database.engine === 'mysql' ? database.url : `sqlite:${database.file}`;
      const env = { DATABASE_URL: url, MINITTER_DATA_DIR: config.dataDir };
      assert.equal((await runMinitter(t, ['user', 'delete', '7', '--yes'], env)).status, 0);

      const lines = await run(t, config, course.url);

      assert.deepEqual(lines[0], { part: 'users', row: { id: 7 }, refused: 'deleted_here' });
      assert.deepEqual(
        (await contents(config)).users.map(({ id }) => id),
        [3],
      );
    });
  });

  describe('minitter import', () => {
    test('shows people what it did, and ends with 1 when the source is none', async (t) => {
      const course = await smallCourse(t);
      const env = { MINITTER_DATA_DIR: tempFolder(t) };
      const done = await runMinitter(t, ['import', '--from', course.url], env);
      assert.equal(done.status, 0, done.stderr);
      assert.match(done.stdout, /^users: 2 taken, 0 known before, 0 not taken$/m);
      assert.match(done.stderr, /tweets .*100%/);

      const empty = await freshDatabase(t, 'mysql');
      assert.ok(empty.engine === 'mysql');
      const none = await runMinitter(t, ['import', '--from', empty.url], env);
      assert.equal(none.status, 1);
      assert.match(none.stderr, /it has no table users/);
      const wrong = course.url.replace(/:[^:@/]+@/, ':not-the-password@');
      const denied = await runMinitter(t, ['import', '--from', wrong], env);
      assert.equal(denied.status, 1);
      assert.doesNotMatch(denied.stderr, /not-the-password/);
    });

    test('refuses a database of Minitter itself, and a file that a server uses', async (t) => {
      const config = await freshConfig(t, 'mysql');
      await startAppWith(t, config);
      assert.ok(config.database.engine === 'mysql');
      const own = config.database.url;
      await assert.rejects(run(t, await freshConfig(t, 'sqlite'), own), /is one of Minitter/);

      const busy = await freshConfig(t, 'sqlite');
      await startAppWith(t, busy);
      await assert.rejects(run(t, busy, (await smallCourse(t)).url), /in use|already/);
    });

    test('goes on where it was stopped', async (t) => {
      const course = await smallCourse(t);
      await course.db.query(
        `INSERT INTO tweets (user_id, tweet, created_at)
         SELECT 3, CONCAT('no. ', seq), '2019-01-01 09:00:00' FROM seq_1_to_5000`,
      );
      const config = await freshConfig(t, 'sqlite');
      // Asks to stop as Ctrl-C does, in the middle of the tweets.
      let lines = 0;
      const { mock } = t.mock.method(process.stderr, 'write', () => {
        lines += 1;
        // The second line ends the follows.
        if (lines === 2) process.emit('SIGINT');
        return true;
      });
      const stopped = importCommand(config, { from: course.url });
      await assert.rejects(stopped, /What was taken so far stays/).finally(() => mock.restore());
      const { tweets } = await contents(config);
      assert.ok(tweets.length > 0 && tweets.length < 5003, String(tweets.length));

      const [report] = await run(t, config, course.url);
      assert.deepEqual(report?.['tweets'], {
        taken: 5003 - tweets.length,
        known: tweets.length,
        refused: 0,
      });
    });
  });
}
