/** Redis frozen, emptied, killed, or back with old content: no error, nothing lost, nothing wrong. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Person, TestApp } from '../../kit/app.ts';
import { ENGINES } from '../../kit/engines.ts';
import { type RedisServer, startRedis } from '../../kit/redis.ts';
import { startServers } from '../../kit/servers.ts';

/** The texts on somebody's home timeline, as one of the servers answers. */
async function homeOf(server: TestApp, as: Person): Promise<string[]> {
  const { status, body, text } = await server.call('GET /timeline?limit=100', { as });
  assert.equal(status, 200, text);
  return body.timeline.map(({ tweet }: { tweet: string }) => tweet);
}

/** Reads until lists are used again. */
async function untilListsAreUsed(server: TestApp, as: Person): Promise<void> {
  const { timelines } = server.app;
  const before = timelines.stats?.hits ?? 0;
  const deadline = Date.now() + 10_000;
  while ((timelines.stats?.hits ?? 0) === before) {
    assert.ok(Date.now() < deadline, 'the lists are not used');
    await homeOf(server, as);
    await sleep(20);
  }
}

/** People who do nothing but tweet, and what of it was acknowledged. */
class Authors {
  readonly people: Person[] = [];
  readonly stored = new Map<number, string[]>();

  async join(server: TestApp, count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const person = await server.join(`Author ${n}`);
      this.people.push(person);
      this.stored.set(person.id, []);
    }
  }

  async tweet(server: TestApp, author: Person): Promise<void> {
    const texts = this.stored.get(author.id) ?? [];
    const text = `${author.name} says ${texts.length}`;
    await server.tweet(author, text);
    texts.push(text);
  }
}

/** How often somebody looks at his timeline in a storm, at least. */
const LEAST_LOOKS = 6;

/**
 * Somebody follows and unfollows at random, and looks at his timeline after each: all that those whom
 * he follows had tweeted before he asked, and nothing of anybody else.
 */
async function wander(
  servers: readonly TestApp[],
  me: Person,
  authors: Authors,
  until: () => boolean,
) {
  const followed = new Set<Person>();
  let looks = 0;
  // A machine that is slow looks as often all the same, if later.
  for (; !until() || looks < LEAST_LOOKS; looks += 1) {
    const author = authors.people[looks % authors.people.length] as Person;
    const [one, other] = looks % 2 === 0 ? servers : servers.toReversed();
    const path = `POST /${followed.has(author) ? 'unfollow' : 'follow'}` as const;
    const field = followed.has(author) ? 'unfollow' : 'follow';
    const answer = await (one as TestApp).call(path, {
      as: me,
      json: { [field]: author.id },
    });
    assert.equal(answer.status, 200, answer.text);
    if (!followed.delete(author)) followed.add(author);
    // The page is long enough for these, and for what is tweeted meanwhile.
    const known = [...followed].flatMap(({ id }) => authors.stored.get(id)?.slice(-20) ?? []);
    const shown = await homeOf(other as TestApp, me);
    const names = new Set([...followed].map(({ name }) => name));
    for (const text of shown)
      assert.ok(names.has(text.split(' says ')[0] ?? ''), `${text}: not followed`);
    for (const text of known) assert.ok(shown.includes(text), `${text} is missing`);
  }
}

/** A storm of follows, unfollows and tweets, while something happens to Redis. */
async function storm(t: TestContext, redis: RedisServer, happens: () => Promise<void>) {
  const servers = await startServers(t, redis.url);
  const [first] = servers as [TestApp];
  const authors = new Authors();
  await authors.join(first, 3);
  const readers: Person[] = [];
  for (let n = 0; n < 3; n += 1) readers.push(await first.join(`Reader ${n}`));
  let isOver = false;
  const until = () => isOver;
  const tweeting = authors.people.map(async (author, n) => {
    for (let turn = n; !until() && turn < 60; turn += 1) {
      await authors.tweet(servers[turn % 2] as TestApp, author);
      await sleep(20);
    }
  });
  const wandering = readers.map((me) => wander(servers, me, authors, until));
  await happens().finally(() => (isOver = true));
  await Promise.all(tweeting);
  await Promise.all(wandering);
  for (const [n, server] of servers.entries())
    await untilListsAreUsed(server, readers[n] as Person);
}

if (ENGINES.includes('mysql')) {
  test('frozen and thawed in the middle of a storm of follows', async (t) => {
    const redis = await startRedis(t);
    await storm(t, redis, async () => {
      for (let n = 0; n < 3; n += 1) {
        await sleep(300);
        redis.freeze();
        await sleep(500);
        redis.thaw();
      }
      await sleep(300);
    });
  });

  test('emptied, killed and started again in the middle of a storm', async (t) => {
    const redis = await startRedis(t);
    await storm(t, redis, async () => {
      await sleep(300);
      await redis.command('FLUSHALL');
      await sleep(300);
      await redis.kill();
      await sleep(500);
      await redis.start();
      await sleep(300);
      await redis.command('SCRIPT', 'FLUSH');
      await sleep(300);
    });
  });

  test('back with the lists of some time ago, which miss a tweet', async (t) => {
    const redis = await startRedis(t);
    const [one, other] = (await startServers(t, redis.url)) as [TestApp, TestApp];
    const [ada, bob] = [await one.join('Ada'), await one.join('Bob')];
    await one.call('POST /follow', { as: bob, json: { follow: ada.id } });
    await one.tweet(ada, 'before');
    await untilListsAreUsed(one, bob);
    await redis.command('SAVE');
    await one.tweet(ada, 'after');
    await untilListsAreUsed(one, bob);
    const [key = ''] = (await redis.command('KEYS', `minitter:*:${bob.id}:*`)) as string[];
    await redis.kill();
    await redis.start();

    const old = (await redis.command('LRANGE', key, '0', '-1')) as string[];
    assert.equal(old.length, 2, 'the old list is there: one tweet, and the mark');
    await untilListsAreUsed(other, bob);
    assert.deepEqual(await homeOf(one, bob), ['after', 'before']);
    assert.deepEqual(await homeOf(other, bob), ['after', 'before']);
  });

  test('a tweet whose server died before it was pushed is read, and pushed by another', async (t) => {
    const redis = await startRedis(t);
    const [one, other] = (await startServers(t, redis.url)) as [TestApp, TestApp];
    const [ada, bob] = [await one.join('Ada'), await one.join('Bob')];
    await one.call('POST /follow', { as: bob, json: { follow: ada.id } });
    await untilListsAreUsed(other, bob);
    // As if it had died between the commit and the push.
    one.app.timelines.tweetAdded = () => {};
    await one.tweet(ada, 'last words');

    assert.deepEqual(await homeOf(other, bob), ['last words']);
    const outbox = () => other.app.store.reader.selectFrom('timeline_outbox').selectAll().execute();
    assert.equal((await outbox()).length, 1);
    const deadline = Date.now() + 15_000;
    while ((await outbox()).length > 0) {
      assert.ok(Date.now() < deadline, 'nobody pushes it');
      await sleep(50);
    }
    await untilListsAreUsed(other, bob);
    assert.deepEqual(await homeOf(other, bob), ['last words']);
  });

  test('servers start without Redis, and use it once it is there', async (t) => {
    const redis = await startRedis(t);
    await redis.kill();
    const [server] = (await startServers(t, redis.url, 1)) as [TestApp];
    const ada = await server.join('Ada');
    await server.tweet(ada, 'nobody home');
    assert.deepEqual(await homeOf(server, ada), ['nobody home']);

    await redis.start();

    await untilListsAreUsed(server, ada);
    assert.deepEqual(await homeOf(server, ada), ['nobody home']);
  });
}

test('Redis forgets scripts when it is started anew, and gives none to replicas', async (t) => {
  const redis = await startRedis(t, ['--appendonly', 'yes']);
  const replica = await startRedis(t);
  const sha1 = String(await redis.command('SCRIPT', 'LOAD', 'return 7'));
  await redis.command('EVALSHA', sha1, '0');
  await redis.command('SAVE');
  await replica.command('REPLICAOF', '127.0.0.1', String(redis.port));
  await redis.command('SET', 'mark', '1');
  await redis.command('WAIT', '1', '10000');

  assert.deepEqual(await redis.command('SCRIPT', 'EXISTS', sha1), [1]);
  assert.equal(await replica.command('GET', 'mark'), '1');
  assert.deepEqual(await replica.command('SCRIPT', 'EXISTS', sha1), [0]);
  await redis.kill();
  await redis.start();
  assert.equal(await redis.command('GET', 'mark'), '1');
  assert.deepEqual(await redis.command('SCRIPT', 'EXISTS', sha1), [0]);
});
