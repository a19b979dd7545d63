/** Of whoever deletes himself nothing stays, wherever it may have been: see `nothingStays`. */
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../../src/model/database.ts';
import { SearchTermDao } from '../../../src/model/search-terms.ts';
import { ALL_TABLES, KEPT_TABLES } from '../../../src/model/tables.ts';
import { SearchIndex } from '../../../src/service/search-index.ts';
import type { CallOptions, Person, TestApp } from '../../kit/app.ts';
import { startAppWith, testConfig } from '../../kit/app.ts';
import { type Engine, ENGINES, freshDatabase } from '../../kit/engines.ts';
import { columnsOf } from '../../kit/every-table.ts';
import { fileOf, jpegOf } from '../../kit/media.ts';
import { BACK, logInOnPage, registerClient } from '../../kit/oauth.ts';
import { startRedis } from '../../kit/redis.ts';
import { newUser } from '../../kit/rows.ts';
import { freshBucket, HAS_S3, s3Settings } from '../../kit/s3.ts';

/** A number that stands nowhere else: whichever column has it, has him. */
const ID = 987_654;
const NAME = 'Zora Quill';
const TRACES = new RegExp(`zora|quill|${ID}`, 'i');

/** For the settings to make sense; the test's own database is put in later. */
const DATABASE_URL = 'mysql://somebody:secret@127.0.0.1:1/none';

/** What is all that may stay, and a cursor of the search, which is no more than a number. */
const TOMBSTONE = ['former_users.user_id', 'former_users.username_key'];
const CURSOR = 'search_progress.user_id';

/** Tables without references to people that have something of him for a while. */
const FOR_A_WHILE = [
  'sessions',
  'authorization_codes',
  'one_time_codes',
  'users_terms',
  'tweets_terms',
];

/** The columns, of all tables, in which something of him stands. */
async function tracesIn(store: Store): Promise<string[]> {
  const found = new Set<string>();
  for (const table of ALL_TABLES) {
    const names = (await columnsOf(store, table)).map(({ name }) => name);
    const sql = `SELECT ${names.join()} FROM ${table}`;
    for (const row of await store.readRows({ sql, parameters: [] })) {
      for (const [i, value] of row.entries()) {
        if (TRACES.test(String(value))) found.add(`${table}.${names[i]}`);
      }
    }
  }
  found.delete(CURSOR);
  return [...found].toSorted();
}

/** Lets somebody do all that leaves anything anywhere, with two others. */
async function live(app: TestApp, zora: Person, grace: Person, eve: Person): Promise<void> {
  const { store } = app.app;
  const does =
    (as: Person) =>
    async (request: Parameters<TestApp['call']>[0], sent: CallOptions = {}) => {
      const { status, body, text } = await app.call(request, { as, ...sent });
      assert.equal(status, 200, `${request}: ${text}`);
      return body;
    };
  const [her, hers, theirs] = [does(zora), does(grace), does(eve)];
  const post = async (by: ReturnType<typeof does>, json: object): Promise<string> =>
    (await by('POST /api/v1/statuses', { json })).id;
  const upload = async () => {
    const form = new FormData();
    form.append('file', fileOf(await jpegOf('teal')), 'picture.jpg');
    return (await her('POST /api/v2/media', { raw: form })).id;
  };
  for (const field of ['avatar', 'header']) {
    const form = new FormData();
    form.append(field, fileOf(await jpegOf('teal')), 'picture.jpg');
    await her('PATCH /api/v1/accounts/update_credentials', { raw: form });
  }
  const visit = (who: Person, what: string) => `POST /api/v1/accounts/${who.id}/${what}` as const;
  await her(visit(grace, 'follow'));
  await hers(visit(zora, 'follow'));
  await theirs(visit(zora, 'follow'));
  await theirs(visit(grace, 'follow'));
  await theirs('PATCH /api/v1/accounts/update_credentials', { json: { locked: true } });
  await her(visit(eve, 'follow'));
  await hers(visit(zora, 'endorse'));
  await hers(visit(zora, 'note'), { json: { comment: 'a friend' } });
  const { id: list } = await hers('POST /api/v1/lists', { json: { title: 'Friends' } });
  await hers(`POST /api/v1/lists/${list}/accounts`, { json: { account_ids: [String(zora.id)] } });
  await her('POST /api/v1/lists', { json: { title: 'Mine' } });
  await her('POST /api/v1/tags/%EA%B3%A0%EC%96%91%EC%9D%B4/follow');
  const filter = { title: 'No', context: ['home'], keywords_attributes: [{ keyword: 'spoiler' }] };
  await her('POST /api/v2/filters', { json: filter });

  const [question, said] = [await post(hers, { status: 'Who is there?' }), await upload()];
  await upload();
  const hello = await post(her, { status: 'Hello #고양이', media_ids: [said] });
  await her(`PUT /api/v1/statuses/${hello}`, { json: { status: 'Hello! #고양이' } });
  await post(her, { status: 'It is me', in_reply_to_id: question });
  const lost = await post(her, { status: 'Never mind' });
  await post(hers, { status: 'What?', in_reply_to_id: lost });
  await her(`DELETE /api/v1/statuses/${lost}`);
  await post(hers, { status: 'Welcome', in_reply_to_id: hello });
  const answer = await post(theirs, { status: 'Hi all' });
  for (const what of ['favourite', 'bookmark', 'reblog', 'mute']) {
    await her(`POST /api/v1/statuses/${question}/${what}`);
    await hers(`POST /api/v1/statuses/${hello}/${what}`);
  }
  await her(`POST /api/v1/statuses/${hello}/pin`);
  await her('POST /api/v1/markers', { json: { home: { last_read_id: question } } });

  const client = await registerClient(app);
  const query = { client_id: client.client_id, redirect_uri: BACK, response_type: 'code' };
  await logInOnPage(app, zora, { ...query, scope: 'read' });
  // A mention in somebody else's words, which are not hers to delete; and a mail on its way.
  await store.write(async (tx) => {
    await tx
      .insertInto('mentions')
      .values({ tweet_id: Number(answer), user_id: zora.id })
      .execute();
    const code = { code_hash: 'f'.repeat(64), purpose: 'email', expires_at: 9e12 } as const;
    const of = { user_id: zora.id, email_key: zora.email, new_email: `new.${zora.email}` };
    await tx
      .insertInto('one_time_codes')
      .values({ ...code, ...of })
      .execute();
  });
  await theirs(visit(zora, 'mute'));
  await hers(visit(eve, 'block'));
  await hers(visit(eve, 'unblock'));
}

/** Who blocks comes last: it ends what was before. */
const block = ({ call }: TestApp, as: Person, other: Person) =>
  call(`POST /api/v1/accounts/${other.id}/block`, { as });

/** All that these people see, as text. */
async function seenBy({ call }: TestApp, people: readonly Person[]): Promise<string> {
  const seen: string[] = [];
  for (const as of people) {
    const { body: lists } = await call('GET /api/v1/lists', { as });
    const own = (lists as { id: string }[]).map(({ id }) => `/api/v1/timelines/list/${id}`);
    for (const address of [
      '/timeline',
      `/timeline/${as.id}`,
      '/api/v1/timelines/home',
      '/api/v1/timelines/public',
      '/api/v1/timelines/tag/%EA%B3%A0%EC%96%91%EC%9D%B4',
      '/api/v1/notifications',
      `/api/v1/accounts/${as.id}/followers`,
      `/api/v1/accounts/${as.id}/following`,
      `/api/v1/accounts/${as.id}/statuses`,
      `/api/v1/accounts/${as.id}/endorsements`,
      '/api/v1/favourites',
      '/api/v1/bookmarks',
      '/api/v1/mutes',
      '/api/v1/blocks',
      '/api/v1/follow_requests',
      '/api/v2/search?q=zora',
      '/api/v2/search?q=hello',
      ...own,
    ]) {
      const { status, text } = await call(`GET ${address as '/'}`, { as });
      assert.equal(status, 200, `${address}: ${text}`);
      seen.push(text);
    }
  }
  return seen.join('\n');
}

/** Has all of them found, which otherwise takes the background a minute. */
async function index(store: Store): Promise<void> {
  const searchIndex = new SearchIndex({ searchTerms: new SearchTermDao(store) });
  const people = await store.reader.selectFrom('users').selectAll().execute();
  const tweets = await store.reader
    .selectFrom('tweets')
    .selectAll()
    .where('reblog_of_id', 'is', null)
    .execute();
  await store.write(async (tx) => {
    await searchIndex.setPeople(tx, people);
    await searchIndex.addTweets(tx, tweets);
  });
}

interface Place {
  readonly engine: Engine;
  readonly env: Record<string, string>;
  /** What lies outside the database, by name. */
  readonly outside: (dataDir: string) => Promise<string[]>;
}

const filesIn = async (dataDir: string): Promise<string[]> => {
  const folder = path.join(dataDir, 'pictures');
  return existsSync(folder) ? readdirSync(folder) : [];
};

async function nothingStays(t: TestContext, { engine, env, outside }: Place): Promise<void> {
  const config = {
    ...testConfig(t, { ...env, SEARCH_INDEX: 'off' }),
    database: await freshDatabase(t, engine),
  };
  const app = await startAppWith(t, config);
  const { store } = app.app;
  await store.write((tx) =>
    tx
      .insertInto('users')
      .values({ ...newUser('before'), id: ID - 1, updated_at: 0 })
      .execute(),
  );
  const zora = await app.join(NAME);
  const [grace, eve, hal] = [await app.join('Grace'), await app.join('Eve'), await app.join('Hal')];
  assert.equal(zora.id, ID);
  await live(app, zora, grace, eve);
  await block(app, zora, hal);
  await seenBy(app, [zora]);
  assert.match(await seenBy(app, [grace, eve]), TRACES);
  await index(store);
  const before = await tracesIn(store);
  const tables = new Set(before.map((one) => one.split('.')[0]));
  const ofPeople = KEPT_TABLES.filter(({ references }) =>
    Object.values(references).includes('users'),
  ).map(({ name }) => name);
  const wanted = [...ofPeople, ...FOR_A_WHILE].filter((name) => name !== 'user_deletions');
  assert.deepEqual(
    wanted.filter((name) => !tables.has(name)),
    [],
    'she has something in every table that can have something of hers',
  );
  assert.ok((await outside(config.dataDir)).some((name) => TRACES.test(name)));

  const json = { password: zora.password };
  const { status, text } = await app.call('POST /api/minitter/v1/account/delete', {
    as: zora,
    json,
  });
  assert.deepEqual([status, text], [200, '{}']);

  assert.deepEqual(await tracesIn(store), TOMBSTONE);
  for (let tries = 0; tries < 100; tries += 1) {
    // Redis is tidied up beside the answer.
    if (!(await outside(config.dataDir)).some((name) => TRACES.test(name))) break;
    await sleep(50);
  }
  assert.deepEqual(
    (await outside(config.dataDir)).filter((name) => TRACES.test(name)),
    [],
  );
  const seen = await seenBy(app, [grace, eve, hal]);
  assert.deepEqual(TRACES.exec(seen.replaceAll('q=zora', '')), null);
  for (const address of [`/timeline/${ID}`, `/api/v1/accounts/${ID}`, `/profile-picture/${ID}`]) {
    assert.equal((await app.call(`GET ${address as '/'}`)).status, 404, address);
  }
  const again = await app.call('GET /api/v1/accounts/verify_credentials', { as: zora });
  assert.equal(again.status, 401);
}

describe('of whoever deletes himself nothing stays', () => {
  for (const store of ['memory', 'sql']) {
    test(`on SQLite, with timelines in ${store}`, (t) =>
      nothingStays(t, { engine: 'sqlite', env: { TIMELINE_STORE: store }, outside: filesIn }));
  }

  if (ENGINES.includes('mysql')) {
    test('on MariaDB, with timelines in Redis', async (t) => {
      const redis = await startRedis(t);
      const outside = async () => (await redis.command('KEYS', '*')) as string[];
      await nothingStays(t, {
        engine: 'mysql',
        env: { DATABASE_URL, REDIS_URL: redis.url },
        outside,
      });
    });
  }

  if (ENGINES.includes('mysql') && HAS_S3) {
    test('on MariaDB, with files in S3', async (t) => {
      const bucket = await freshBucket(t);
      const { endpoint, region, credentials } = bucket;
      const client = new S3Client({
        region,
        forcePathStyle: true,
        ...(endpoint !== undefined && { endpoint }),
        ...(credentials && { credentials }),
      });
      t.after(() => client.destroy());
      const outside = async () => {
        const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket.bucket }));
        return (Contents ?? []).map(({ Key }) => Key ?? '');
      };
      await nothingStays(t, {
        engine: 'mysql',
        env: { DATABASE_URL, ...s3Settings(bucket) },
        outside,
      });
    });
  }
});
