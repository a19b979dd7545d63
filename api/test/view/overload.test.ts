/** When there is too much to do: 503 with Retry-After at once, and /ping answers all the while. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from '../kit/at-end.ts';
import { type Answer, startApp, startAppWith, type TestApp, testConfig } from '../kit/app.ts';
import { describeOnEngines, type Engine, freshDatabase } from '../kit/engines.ts';
import { assertError } from '../kit/errors.ts';
import { halfAnUpload, head, nextAnswer, openSocket } from '../kit/http-raw.ts';

const TOKEN = 'a token for Prometheus';
/** Hashes that take long enough to be waited for. */
const SLOW_HASHES = { PASSWORD_WORKERS: '1', PASSWORD_QUEUE: '8', BCRYPT_COST: '12' };
const PATIENCE_MS = 10_000;

function assertBusy(answer: Answer): void {
  assertError(answer, 'busy');
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
}

/** What the metrics say of a queue. */
async function loadOf({ call }: Pick<TestApp, 'call'>, queue: string) {
  const { text } = await call('GET /metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
  const value = (what: string) =>
    Number(new RegExp(`^minitter_queue_${what}{queue="${queue}"} (\\d+)$`, 'm').exec(text)?.[1]);
  return { running: value('running'), waiting: value('waiting'), refused: value('refused_total') };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    assert.ok(Date.now() < deadline, 'it takes too long');
    await sleep(5);
  }
}

/** Keeps the database from storing anything until the test says so. */
async function holdWrites(t: TestContext, app: TestApp): Promise<() => void> {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  void app.app.store.write(async (tx) => {
    await tx.selectFrom('users').select('id').execute();
    begin();
    await held;
  });
  await begun;
  atEnd(t, release);
  return release;
}

/** A server whose database takes two more writes, or reads, when one is under way. */
async function startNarrow(t: TestContext, engine: Engine): Promise<TestApp> {
  const database = await freshDatabase(t, engine);
  const config = testConfig(t, { METRICS_TOKEN: TOKEN, TIMELINE_STORE: 'sql' });
  const narrow = { ...database, writeQueue: 2, ...(engine === 'mysql' && { poolSize: 1 }) };
  return startAppWith(t, { ...config, database: narrow });
}

describeOnEngines('a database with more to do than may wait', (engine) => {
  test('turns writes away at once, and stores those that waited', async (t) => {
    const app = await startNarrow(t, engine);
    const ada = await app.join('Ada');
    const release = await holdWrites(t, app);

    const atOnce: Answer[] = [];
    const tweets = Array.from({ length: 10 }, async (_, n) => {
      const answer = await app.call('POST /tweet', { as: ada, json: { tweet: `tweet ${n}` } });
      atOnce.push(answer);
      return answer;
    });
    await until(async () => atOnce.length >= 8);
    atOnce.forEach(assertBusy);
    assert.equal((await app.call('GET /ping')).text, 'pong');
    release();

    const answers = await Promise.all(tweets);
    const stored = answers.filter(({ status }) => status === 200);
    for (const answer of answers) if (answer.status !== 200) assertBusy(answer);
    assert.ok(stored.length > 0 && stored.length <= 2);
    assert.equal((await app.timelineOf(ada)).length, stored.length);
  });

  if (engine === 'mysql') {
    test('turns reads away at once when too many wait for a connection', async (t) => {
      const app = await startNarrow(t, engine);
      const ada = await app.join('Ada');
      const release = await holdWrites(t, app);

      const reads = Array.from({ length: 10 }, () => app.call(`GET /timeline/${ada.id}`));
      await until(async () => (await loadOf(app, 'connections')).refused >= 8);
      const { running, waiting } = await loadOf(app, 'connections');
      assert.deepEqual({ running, waiting }, { running: 1, waiting: 2 });
      release();

      const answers = await Promise.all(reads);
      const busy = answers.filter(({ status }) => status !== 200);
      // Work of the server's own may have taken a place, too.
      assert.ok(busy.length >= 8 && busy.length <= 10, `${busy.length} were turned away`);
      busy.forEach(assertBusy);
    });
  }
});

const logIn = head('POST /login', { 'Content-Type': 'application/json', 'Content-Length': '58' });
const CREDENTIALS = '{"email": "nobody@example.com", "password": "long walks!"}';

test('passwords that nobody waits for any more are not hashed', async (t) => {
  const app = await startApp(t, { env: { ...SLOW_HASHES, METRICS_TOKEN: TOKEN } });
  const sockets: Socket[] = [];
  for (let n = 0; n < 4; n += 1) sockets.push(await openSocket(t, app.url));
  for (const socket of sockets) socket.write(logIn + CREDENTIALS);
  await until(async () => (await loadOf(app, 'passwords')).waiting >= 3);

  for (const socket of sockets) socket.destroy();

  // As soon as the server knows that they have gone, nothing waits: one hash takes far longer.
  await until(async () => (await loadOf(app, 'requests')).running === 1);
  const { waiting, running } = await loadOf(app, 'passwords');
  assert.deepEqual([waiting, running], [0, 1]);
});

test('one address cannot fill the queue of passwords', async (t) => {
  const env = { ...SLOW_HASHES, METRICS_TOKEN: TOKEN, TRUSTED_PROXIES: '127.0.0.1' };
  const app = await startApp(t, { env });
  const logInFrom = (address: string) =>
    app.call('POST /login', {
      raw: CREDENTIALS,
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    });
  const flood = Array.from({ length: 30 }, () => logInFrom('203.0.113.1'));
  await until(async () => (await loadOf(app, 'passwords')).refused > 0);

  const [other] = await Promise.all([logInFrom('203.0.113.2'), app.call('GET /ping')]);

  assertError(other, 'wrong_credentials');
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  assert.deepEqual(new Set(statuses), new Set([401, 503]));
});

test('more requests than may be under way are turned away, but for /ping and /ready', async (t) => {
  const app = await startApp(t, { env: { REQUEST_LIMIT: '10', METRICS_TOKEN: TOKEN } });
  const ada = await app.join('Ada');
  const sockets: Socket[] = [];
  const begin = head('POST /tweet', {
    Authorization: ada.token,
    'Content-Type': 'application/json',
    'Content-Length': '18',
  });
  for (let n = 0; n < 10; n += 1) sockets.push(await openSocket(t, app.url));
  for (const socket of sockets) socket.write(begin);
  await until(async () => (await loadOf(app, 'requests')).running === 11);

  assertBusy(await app.call('GET /timeline', { as: ada }));
  assertBusy(await app.call('GET /nothing'));
  assert.equal((await app.call('GET /ping')).text, 'pong');
  assert.equal((await app.call('GET /ready')).status, 200);

  for (const socket of sockets) socket.write('{"tweet": "hello"}');
  for (const socket of sockets) assert.equal((await nextAnswer(socket)).status, 200);
  assert.equal((await app.timelineOf(ada)).length, 10);
});

test('uploads that may not be received are turned away before their body', async (t) => {
  const app = await startApp(t, { env: { PICTURE_QUEUE: '2', METRICS_TOKEN: TOKEN } });
  const people = [await app.join('Ada'), await app.join('Grace'), await app.join('Linus')];
  const sockets = await Promise.all(people.map(() => openSocket(t, app.url)));
  for (const [i, socket] of sockets.entries()) {
    if (i === 2) await until(async () => (await loadOf(app, 'uploads')).running === 2);
    socket.write(halfAnUpload(people[i]));
  }

  assertBusy(await nextAnswer(sockets[2] as Socket));

  for (const socket of sockets) socket.destroy();
  await until(async () => (await loadOf(app, 'uploads')).running === 0);
});
