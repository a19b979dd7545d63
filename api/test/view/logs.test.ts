/** What the log says of requests, and what it never says. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { createApp } from '../../src/app.ts';
import { clientOf, testConfig } from '../kit/app.ts';
import { atEnd } from '../kit/at-end.ts';
import { freshDatabase } from '../kit/engines.ts';
import { halfAnUpload, openSocket, sendRaw } from '../kit/http-raw.ts';

const SECRET = 'the secret that signs the tokens of this test';

/** A server that logs all there is to log, into a list of lines. */
async function startLogging(t: TestContext, env: Record<string, string> = {}) {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const config = testConfig(t, { MINITTER_SECRET: SECRET, ...env });
  const app = await createApp({ ...config, database: await freshDatabase(t, 'sqlite') }, log);
  atEnd(t, () => app.close());
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
  return { app, lines, ...clientOf(url) };
}

test('a failure can be found in the log by the id that the client was told', async (t) => {
  const { app, call, join, lines } = await startLogging(t);
  const ada = await join('Ada');
  app.services.tweets.post = () => Promise.reject(new Error('the disk is on fire'));

  const { body, status } = await call('POST /tweet', { as: ada, json: { tweet: 'x' } });

  assert.equal(status, 500);
  const found = lines.filter((line) => line.includes(body.request_id));
  assert.equal(found.length, 1);
  assert.match(found[0] ?? '', /the disk is on fire/);
  assert.match(body.message, /^Something went wrong on the server\.$/);
});

test('no password, token or key gets into the log, even when all fails', async (t) => {
  const { app, call, join, lines } = await startLogging(t);
  const ada = await join('Ada');
  await call('POST /login', { json: { email: ada.email, password: 'a wrong and secret guess' } });
  await call('GET /timeline', { headers: { authorization: 'Bearer a.forged.token' } });
  await call('POST /sign-up', {
    raw: '{"password": "half a secret',
    headers: { 'content-type': 'application/json' },
  });
  for (const service of [app.services.users, app.services.sessions, app.services.tweets]) {
    for (const name of ['signUp', 'logIn', 'post']) {
      if (name in service)
        Object.assign(service, { [name]: () => Promise.reject(new Error('no')) });
    }
  }
  const failed = [
    await call('POST /sign-up', { json: { ...ada, email: 'new@example.com' } }),
    await call('POST /login', { json: ada }),
    await call('POST /tweet', { as: ada, json: { tweet: 'x' } }),
  ];
  assert.deepEqual(
    failed.map(({ status }) => status),
    [500, 500, 500],
  );

  const all = lines.join('');
  assert.ok(lines.length >= 3, 'the failures are in the log');
  for (const secret of [
    SECRET,
    ada.password,
    ada.token,
    'a wrong and secret guess',
    'a.forged.token',
    'half a secret',
  ]) {
    assert.ok(!all.includes(secret), `${secret} is in the log`);
  }
});

/** The lines that tell of requests; each is written when the client has its answer, or later. */
async function requestLines(lines: readonly string[], count: number) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
    if (found.length >= count) return found;
    assert.ok(Date.now() < deadline, `${found.length} lines`);
    await new Promise(setImmediate);
  }
}

test('LOG_REQUESTS=on tells of each request who asked for what, and what came of it', async (t) => {
  const { app, call, join, lines, url } = await startLogging(t, { LOG_REQUESTS: 'on' });
  const ada = await join('Ada');
  await call('GET /timeline?limit=7', { as: ada });
  await call('GET /nothing?password=hidden');
  await call('POST /ping');
  await sendRaw(t, url, 'GET http://ada:hidden@x/ping HTTP/1.1\r\nHost: x\r\n\r\n');
  const socket = await openSocket(t, url);
  socket.write(halfAnUpload(ada));
  await once(app.server.server, 'request');
  socket.destroy();

  const told = await requestLines(lines, 7);

  assert.deepEqual(
    told.map(({ method, path, status, userId }) => [method, path, status, userId]),
    [
      ['POST', '/sign-up', 200, undefined],
      ['POST', '/login', 200, undefined],
      ['GET', '/timeline', 200, ada.id],
      ['GET', '/nothing', 404, undefined],
      ['POST', '/ping', 405, undefined],
      ['GET', '*', 200, undefined],
      ['POST', '/profile-picture', 499, ada.id],
    ],
  );
  assert.equal(new Set(told.map(({ requestId }) => requestId)).size, 7);
  for (const { ms, address } of told) assert.ok(ms > 0 && address === '127.0.0.1');
});

test('no token gets into the log by the address of a stream', async (t) => {
  const { app, join, lines, url } = await startLogging(t, { LOG_REQUESTS: 'on' });
  const { token } = await join('Ada');
  for (const query of ['stream=user&stream=public', 'stream=hashtag&tag=a&tag=b']) {
    const path = `/api/v1/streaming?${query}&access_token=${token}`;
    const upgrade = `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${'a'.repeat(22)}==\r\n`;
    const head = `GET ${path} HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`;
    assert.equal((await sendRaw(t, url, head)).status, 422);
  }
  await requestLines(lines, 4);
  assert.equal(app.server.streams.size, 0);
  assert.ok(!lines.join('').includes(token));
});

test('without it the log tells of failures only', async (t) => {
  const { call, join, lines } = await startLogging(t);
  const ada = await join('Ada');
  await call('GET /timeline', { as: ada });
  await call('GET /nothing');
  await call('GET /oauth/authorize?client_id=nobody&state=hidden');
  assert.deepEqual(lines, []);
});
