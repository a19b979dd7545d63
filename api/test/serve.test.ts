/** The server as a process: starting, stopping, being refused, being killed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Person } from './kit/app.ts';
import { describeOnEngines, type Engine, ENGINES, freshDatabase } from './kit/engines.ts';
import { head, nextAnswer, openSocket } from './kit/http-raw.ts';
import { freePort } from './kit/process.ts';
import { runMinitter, type ServerProcess, startServer } from './kit/server-process.ts';
import { tempFolder } from './kit/temp.ts';

/** Settings for servers that share one database (and so, their secret). */
async function settingsFor(t: TestContext, engine: Engine): Promise<Record<string, string>> {
  const database = await freshDatabase(t, engine);
  return {
    MINITTER_DATA_DIR: tempFolder(t),
    MINITTER_SECRET: 'a secret of tests, long enough to be one',
    DATABASE_URL: database.engine === 'mysql' ? database.url : `sqlite:${database.file}`,
  };
}

test('the first start makes the data folder; a signal ends the server with status 0', async (t) => {
  const MINITTER_DATA_DIR = path.join(tempFolder(t), 'data');

  const first = await startServer(t, { MINITTER_DATA_DIR });
  const ada = await first.join('Ada');
  assert.equal(await first.end('SIGTERM'), 0);

  assert.ok(existsSync(path.join(MINITTER_DATA_DIR, 'minitter.db')));
  assert.equal(statSync(path.join(MINITTER_DATA_DIR, 'signing-key')).mode & 0o777, 0o600);
  const second = await startServer(t, { MINITTER_DATA_DIR });
  assert.equal((await second.call('GET /timeline', { as: ada })).status, 200);
  assert.equal(await second.end('SIGINT'), 0);
});

/** The head of a tweet of Ada's, sent and taken: what follows is a request under way. */
async function beginTweet(socket: Socket, ada: Person, length: number): Promise<void> {
  socket.write(
    head('POST /tweet', {
      Authorization: ada.token,
      'Content-Type': 'application/json',
      'Content-Length': String(length),
      Expect: '100-continue',
    }),
  );
  assert.equal((await nextAnswer(socket)).status, 100);
}

test('a stop hangs up on whoever has no request under way, and lets the others finish', async (t) => {
  const server = await startServer(t, { MINITTER_DATA_DIR: tempFolder(t) });
  const ada = await server.join('Ada');
  const [silent, idle, halfway, tweeting] = [
    await openSocket(t, server.url),
    await openSocket(t, server.url),
    await openSocket(t, server.url),
    await openSocket(t, server.url),
  ];
  idle.write(head('GET /ping'));
  await nextAnswer(idle);
  halfway.write('GET /ping HTTP/1.1\r\nHost: x\r\n');
  const tweet = '{"tweet": "last words"}';
  await beginTweet(tweeting, ada, tweet.length);

  const hungUp = [silent, idle, halfway].map((socket) => once(socket.resume(), 'close'));
  const ended = server.end('SIGTERM');
  await Promise.all(hungUp);
  tweeting.write(tweet);

  assert.equal((await nextAnswer(tweeting)).status, 200);
  assert.equal(await ended, 0);
});

test('a stop cuts off a request that never ends, and the status is 0', async (t) => {
  const env = { MINITTER_DATA_DIR: tempFolder(t), SHUTDOWN_TIMEOUT_SECONDS: '3' };
  const server = await startServer(t, env);
  const socket = await openSocket(t, server.url);
  await beginTweet(socket, await server.join('Ada'), 1000);
  assert.equal(await server.end('SIGTERM'), 0);
});

test('a busy port is one readable line', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };

  const ended = await runMinitter(t, ['serve'], {
    MINITTER_DATA_DIR: tempFolder(t),
    PORT: String(port),
    LOG_LEVEL: 'silent',
  });

  assert.equal(ended.status, 1);
  assert.match(ended.stderr, new RegExp(`^minitter: Port ${port} is in use\\..*\\n$`));
});

/** Places for data that are none, and what is said of them. */
const NO_PLACES: Record<string, (t: TestContext) => [dataDir: string, complaint: RegExp]> = {
  'is a file': (t) => {
    const file = path.join(tempFolder(t), 'file');
    writeFileSync(file, 'not a folder');
    return [
      file,
      /^minitter: The folder \S+file cannot be used: there is a file of this name\. Set/,
    ];
  },
  'is below a file': (t) => {
    const file = path.join(tempFolder(t), 'file');
    writeFileSync(file, 'not a folder');
    return [
      path.join(file, 'data'),
      /^minitter: The folder \S+data cannot be used: there is a file/,
    ];
  },
  'is where no folder can be': () => [
    '/proc/nope/data',
    /^minitter: The folder \/proc\/nope\/data cannot be used: .+ Set MINITTER_DATA_DIR/,
  ],
  'has a folder in place of the database': (t) => {
    const folder = tempFolder(t);
    mkdirSync(path.join(folder, 'minitter.db'));
    return [folder, /^minitter: \S+minitter\.db cannot be opened\. Allow this user/];
  },
  'has something else in place of the database': (t) => {
    const folder = tempFolder(t);
    writeFileSync(path.join(folder, 'minitter.db'), 'a diary, and no database. '.repeat(100));
    return [folder, /^minitter: \S+minitter\.db is not an SQLite database\. Put it back/];
  },
  'has something else in place of the lock': (t) => {
    const folder = tempFolder(t);
    writeFileSync(path.join(folder, 'minitter.db.lock'), 'a diary, and no lock. '.repeat(100));
    return [folder, /^minitter: \S+minitter\.db\.lock is not an SQLite database\. Put it back/];
  },
};

for (const [what, place] of Object.entries(NO_PLACES)) {
  test(`a data folder that ${what} is one readable line`, { timeout: 60_000 }, async (t) => {
    const [MINITTER_DATA_DIR, complaint] = place(t);

    const ended = await runMinitter(t, ['serve'], { MINITTER_DATA_DIR, LOG_LEVEL: 'silent' });

    assert.equal(ended.status, 1);
    assert.match(ended.stderr, complaint);
    assert.equal(ended.stderr.split('\n').length, 2);
  });
}

test('wrong settings stop the start with one readable line each', async (t) => {
  const ended = await runMinitter(t, ['serve'], { PORT: 'many', BCRYPT_COST: '99' }, tempFolder(t));

  assert.equal(ended.status, 1);
  assert.deepEqual(ended.stderr.split('\n'), [
    'minitter: PORT must be a whole number from 0 to 65535',
    'minitter: BCRYPT_COST must be a whole number from 4 to 16',
    '',
  ]);
});

test('of two servers on one data folder the second is refused, and the first goes on', async (t) => {
  const MINITTER_DATA_DIR = tempFolder(t);
  const starts = await Promise.allSettled([
    startServer(t, { MINITTER_DATA_DIR }),
    startServer(t, { MINITTER_DATA_DIR }),
  ]);

  const served = starts.filter((start) => start.status === 'fulfilled');
  const refused = starts.find((start) => start.status === 'rejected');
  assert.equal(served.length, 1);
  assert.match(
    String(refused?.reason),
    /minitter: Another Minitter is already using .*minitter\.db/,
  );
  const server = served[0]?.value as ServerProcess;
  const ada = await server.join('Ada');
  await server.tweet(ada, 'still here');
  assert.deepEqual(await server.timelineOf(ada), ['still here']);
});

test('a .env file is read, and the environment goes before it', async (t) => {
  const cwd = tempFolder(t);
  writeFileSync(path.join(cwd, '.env'), 'BCRYPT_COST=wrong\nTOKEN_TTL_SECONDS=wrong\n');

  const ended = await runMinitter(t, ['migrate'], { MINITTER_DATA_DIR: cwd }, cwd);

  assert.equal(
    ended.stderr,
    'minitter: TOKEN_TTL_SECONDS must be a whole number from 1 to 315360000\n',
  );
});

describeOnEngines('a server that is killed', (engine) => {
  test('has every tweet that it answered with 200, once', async (t) => {
    const settings = await settingsFor(t, engine);
    const server = await startServer(t, settings);
    const people = await Promise.all(['Ada', 'Grace', 'Linus', 'Ken'].map(server.join));
    const acknowledged: string[] = [];
    const enough = Promise.withResolvers<void>();
    const stream = people.map((person) =>
      tweetUntilDead(server, person, acknowledged, enough.resolve),
    );

    await enough.promise;
    assert.equal(await server.end('SIGKILL'), 'SIGKILL');
    await Promise.all(stream);

    const again = await startServer(t, settings);
    const stored = (await Promise.all(people.map((person) => allTweetsOf(again, person)))).flat();
    assert.equal(new Set(stored).size, stored.length, 'no tweet is there twice');
    assert.deepEqual(
      acknowledged.filter((tweet) => !stored.includes(tweet)),
      [],
    );
    assert.ok(acknowledged.length >= 200);
    await again.tweet(people[0] as Person, 'and life goes on');
  });
});

/** Tweets without a pause until the server is gone; notes what was answered with 200. */
async function tweetUntilDead(
  server: ServerProcess,
  person: Person,
  acknowledged: string[],
  enough: () => void,
): Promise<void> {
  for (let n = 0; n < 100_000; n += 1) {
    const tweet = `${person.name} ${n}`;
    try {
      await server.tweet(person, tweet);
    } catch {
      return;
    }
    acknowledged.push(tweet);
    if (acknowledged.length === 200) enough();
  }
}

async function allTweetsOf(server: ServerProcess, person: Person): Promise<string[]> {
  const tweets: string[] = [];
  let page: string | undefined = `/timeline/${person.id}?limit=800`;
  while (page) {
    const { body, headers } = await server.call(`GET ${page as `/${string}`}`);
    tweets.push(...body.timeline.map((entry: { tweet: string }) => entry.tweet));
    page = /<http:\/\/[^/]+([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  return tweets;
}

if (ENGINES.includes('mysql')) {
  test('two servers started at once on one empty database serve as one', async (t) => {
    const settings = await settingsFor(t, 'mysql');
    const [one, other] = await Promise.all([startServer(t, settings), startServer(t, settings)]);

    const ada = await one.join('Ada');
    const grace = await other.join('Grace');
    await one.call('POST /follow', { as: ada, json: { follow: grace.id } });
    const written: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      const [writer, reader] = n % 2 === 0 ? [one, other] : [other, one];
      await writer.tweet(grace, `tweet ${n}`);
      written.unshift(`tweet ${n}`);
      assert.deepEqual(await reader.timelineOf(ada), written);
    }
    assert.notEqual(ada.id, grace.id);
  });
}

test('the data folder is for its owner only, and in order when the server has stopped', async (t) => {
  const MINITTER_DATA_DIR = path.join(tempFolder(t), 'data');
  const server = await startServer(t, { MINITTER_DATA_DIR });
  assert.equal(await server.end('SIGTERM'), 0);

  assert.equal(statSync(MINITTER_DATA_DIR).mode & 0o077, 0);
  assert.deepEqual(
    readdirSync(MINITTER_DATA_DIR).filter((name) => name.includes('-wal')),
    [],
  );
});

test('a second signal does not wait for the delay', async (t) => {
  const server = await startServer(t, {
    MINITTER_DATA_DIR: tempFolder(t),
    SHUTDOWN_DELAY_SECONDS: '20',
  });
  const ended = server.end('SIGTERM');
  while ((await server.call('GET /ping')).status === 200);

  // One signal may come twice; a second wish comes later.
  await sleep(600);
  assert.equal(await server.end('SIGTERM'), 1);
  assert.equal(await ended, 1);
});

test('metrics at a port of their own can be read until the server has stopped', async (t) => {
  const METRICS_PORT = String(await freePort());
  const server = await startServer(t, {
    MINITTER_DATA_DIR: tempFolder(t),
    METRICS_PORT,
    SHUTDOWN_DELAY_SECONDS: '2',
  });
  const metrics = () => fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`);
  assert.match(await (await metrics()).text(), /^minitter_queue_running\{queue="requests"\} 0$/m);

  const ended = server.end('SIGTERM');
  while ((await server.call('GET /ping')).status === 200);
  assert.equal((await metrics()).status, 200);
  assert.equal(await ended, 0);
  await assert.rejects(metrics());
});
