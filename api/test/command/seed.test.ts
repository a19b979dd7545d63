import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { Progress } from '../../src/command/progress.ts';
import { seededRandom, shuffle, zipf } from '../../src/command/seed/random.ts';
import { followRows, tweetRows, userRows } from '../../src/command/seed/world.ts';
import { seedCommand, type SeedOptions } from '../../src/command/seed.ts';
import type { DatabaseConfig } from '../../src/config.ts';
import { openStore } from '../../src/model/open.ts';
import { TimelineDao } from '../../src/model/timelines.ts';
import { tweetText } from '../../src/service/text.ts';
import { clientOf, startAppWith, testConfig } from '../kit/app.ts';
import { atEnd } from '../kit/at-end.ts';
import { describeOnEngines, type Engine, freshDatabase } from '../kit/engines.ts';

const WORLD = {
  users: 1000,
  follows: 20,
  tweets: 5,
  seed: 1,
  until: Date.UTC(2026, 10, 1),
  hashedPassword: 'x',
};
const OPTIONS: SeedOptions = {
  users: '50',
  follows: '5',
  tweets: '4',
  seed: '1',
  until: '2026-11-01T00:00:00Z',
  password: 'long walks in the rain',
  quiet: true,
};

describe('the world of a seed', () => {
  test('is the same for the same seed, and another for another', () => {
    for (const rows of [userRows, followRows, tweetRows]) {
      assert.deepEqual([...rows(WORLD)], [...rows(WORLD)]);
      assert.notDeepEqual([...rows(WORLD)], [...rows({ ...WORLD, seed: 2 })]);
    }
  });

  test('has a power law in who is followed', () => {
    const followers = new Map<number, number>();
    const edges = [...followRows(WORLD)] as [number, number, number][];
    for (const [, whom] of edges) followers.set(whom, (followers.get(whom) ?? 0) + 1);
    const counts = [...followers.values()].toSorted((a, b) => b - a);
    const top = counts.slice(0, WORLD.users / 100).reduce((sum, count) => sum + count, 0);

    assert.ok(Math.abs(edges.length / WORLD.users - WORLD.follows) < WORLD.follows * 0.2);
    // One in a hundred people has far more than one in a hundred followers.
    assert.ok(top / edges.length > 0.05, `${top} of ${edges.length}`);
    assert.ok((counts[0] ?? 0) > 5 * WORLD.follows);
    assert.equal(new Set(edges.map(([who, whom]) => `${who} ${whom}`)).size, edges.length);
    assert.ok(edges.every(([who, whom]) => who !== whom && whom >= 1 && whom <= WORLD.users));
  });

  test('has tweets by the rules, in the order of their ids, none from the future', () => {
    const rows = [...tweetRows(WORLD)] as [
      number,
      number,
      string,
      number,
      number | null,
      null,
      number,
    ][];
    assert.equal(rows.length, WORLD.users * WORLD.tweets);
    for (const [n, [id, userId, text, , replyTo, , at]] of rows.entries()) {
      assert.ok(id > (rows[n - 1]?.[0] ?? 0) && Number.isSafeInteger(id));
      assert.ok(userId >= 1 && userId <= WORLD.users && at < WORLD.until);
      assert.equal(tweetText(text), text);
      assert.ok(replyTo === null || replyTo === rows[n - 1]?.[0]);
    }
    const lengths = rows.map(([, , text]) => text.length).toSorted((a, b) => a - b);
    const middle = lengths[lengths.length >> 1] ?? 0;
    assert.ok(middle > 40 && middle < 100, `half are longer than ${middle}`);
    assert.ok(rows.some(([, , text]) => /[가-힣]/.test(text)));
  });

  test('is refused when there would be more tweets than milliseconds', () => {
    const many = { ...WORLD, users: 10_000_000, tweets: 1000 };
    assert.throws(() => tweetRows(many).next(), /do not fit/);
  });
});

describe('random numbers', () => {
  test('of a shuffle are each number once', () => {
    for (const count of [1, 2, 3, 10, 997, 1000]) {
      const at = shuffle(count, seededRandom(7));
      const seen = new Set(Array.from({ length: count }, (_, n) => at(n)));
      assert.equal(seen.size, count);
      assert.ok([...seen].every((n) => n >= 0 && n < count));
    }
  });

  test('of a Zipf distribution are ranks, the first the most frequent', () => {
    const counts = [0, 0, 0, 0, 0];
    const rank = zipf(counts.length, 0.8, seededRandom(7));
    for (let n = 0; n < 10_000; n += 1) counts[rank()]! += 1;
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => b - a),
    );
  });
});

/** Settings of a command that works on this database. */
const configFor = (t: TestContext, database: DatabaseConfig) => ({ ...testConfig(t), database });

async function seeded(t: TestContext, engine: Engine) {
  const config = configFor(t, await freshDatabase(t, engine));
  t.mock.method(console, 'log', () => {});
  await seedCommand(config, OPTIONS);
  return config;
}

describeOnEngines('minitter seed', (engine) => {
  test('makes a server in which people can log in and read', async (t) => {
    const config = await seeded(t, engine);
    const { url } = await startAppWith(t, config);
    const { call } = clientOf(url);
    const { password } = OPTIONS;
    const { body } = await call('POST /login', { json: { email: 'user7@example.com', password } });
    assert.equal(body.user_id, 7);
    const headers = { authorization: body.access_token };
    const home = await call('GET /timeline?limit=20', { headers });
    assert.equal(home.body.timeline.length, 20);
    // And it goes on from there.
    assert.equal((await call('POST /tweet', { headers, json: { tweet: 'Hello' } })).status, 200);
    assert.equal((await call('GET /timeline', { headers })).body.timeline[0].tweet, 'Hello');
  });

  test('leaves every index in place', async (t) => {
    const config = await seeded(t, engine);
    const store = await openStore(config.database, { lock: false });
    atEnd(t, () => store.close());
    const found = await new TimelineDao(store).newestOf([1, 2, 3], 5);
    assert.equal(found.size, 3);
    if (engine === 'sqlite') assert.ok((await sqliteIndexes(config.database)) >= 8);
  });

  test('refuses a database with users in it', async (t) => {
    const config = await seeded(t, engine);
    await assert.rejects(seedCommand(config, OPTIONS), /has users already/);
  });
});

async function sqliteIndexes(config: DatabaseConfig): Promise<number> {
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(config.engine === 'sqlite' ? config.file : '', { readOnly: true });
  const row = db
    .prepare("SELECT COUNT(*) AS n FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .get() as { n: number };
  db.close();
  return row.n;
}

test('numbers that are none, or too large, are refused with what they should be', async (t) => {
  const config = configFor(t, await freshDatabase(t, 'sqlite'));
  const wrong: [Partial<SeedOptions>, RegExp][] = [
    [{ users: '0' }, /--users must be a whole number from 1/],
    [{ users: 'many' }, /--users/],
    [{ follows: '-1' }, /--follows/],
    [{ follows: '50' }, /nobody follows himself/],
    [{ tweets: '1.5' }, /--tweets/],
    [{ seed: '' }, /--seed/],
    [{ until: 'tomorrow' }, /--until/],
    [{ until: '2999-01-01T00:00:00Z' }, /--until/],
  ];
  for (const [change, message] of wrong) {
    await assert.rejects(seedCommand(config, { ...OPTIONS, ...change }), message);
  }
});

describe('progress', () => {
  const shownOn = (isTTY: boolean) => {
    let text = '';
    let now = 1_000_000;
    const stream = { isTTY, write: (more: string) => (text += more) };
    const progress = new Progress({
      stream: stream as unknown as NodeJS.WriteStream,
      now: () => now,
    });
    progress.start('tweets', 100);
    now += 1000;
    progress.advance(50);
    now += 1000;
    progress.finish();
    return text;
  };

  test('is a bar that is drawn over itself in a terminal', () => {
    const draws = shownOn(true).split('\r');
    assert.match(draws.at(-2) ?? '', /tweets +█{12}░{12} +50% +50\/s, 1 s left/);
    assert.match(draws.at(-1) ?? '', /100%/);
  });

  test('is a line now and then elsewhere', () => {
    assert.match(shownOn(false), /^tweets +█{24} 100% +25\/s\n$/);
  });
});
