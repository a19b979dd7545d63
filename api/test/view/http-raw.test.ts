/** What a hostile or clumsy client sends, down to the bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../kit/app.ts';
import { assertCommonHeaders, assertError } from '../kit/errors.ts';
import { head, nextAnswer, openSocket, sendRaw } from '../kit/http-raw.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };

test('whatever is no HTTP is told so in JSON, with the headers of every reply', async (t) => {
  const { url, call } = await startApp(t);
  const unreadable = {
    nonsense: 'NONSENSE\r\n\r\n',
    TLS: Buffer.from('16030100c8010000c40303', 'hex'),
    'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'a header without a colon': 'GET /ping HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n',
    'a NUL in a header': 'GET /ping HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n',
    'two lengths': head('POST /login', { 'Content-Length': '2', 'content-length': '3' }),
    'a length and chunks': head('POST /login', {
      'Content-Length': '2',
      'Transfer-Encoding': 'chunked',
    }),
    'a chunk of no size': `${head('POST /login', { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' })}zz\r\n`,
    'no Host': 'GET /ping HTTP/1.1\r\n\r\n',
    'two Hosts': 'GET /ping HTTP/1.1\r\nHost: x\r\nhOST: y\r\n\r\n',
  };
  for (const [what, bytes] of Object.entries(unreadable)) {
    await t.test(what, async () => {
      const answer = await sendRaw(t, url, bytes);
      assert.equal(answer.status, 400);
      assertError(answer, 'malformed_request');
    });
  }
  assert.equal((await call('GET /ping')).text, 'pong');
});

test('headers too long, and expectations nobody meets, are refused in JSON too', async (t) => {
  const { url } = await startApp(t);
  const refusals: [status: number, bytes: string][] = [
    [431, head('GET /ping', { 'X-Long': 'x'.repeat(20_000) })],
    [431, head(`GET /timeline/1?limit=${'1'.repeat(20_000)}`)],
    [417, head('POST /login', { ...JSON_TYPE, Expect: 'miracles', 'Content-Length': '2' })],
  ];
  for (const [status, bytes] of refusals) {
    await t.test(String(status), async () => {
      const answer = await sendRaw(t, url, bytes);
      assert.equal(answer.status, status);
      assert.equal(answer.body?.error, 'malformed_request');
      assert.equal(typeof answer.body.message, 'string');
      assertCommonHeaders(answer);
    });
  }
});

test('a connection goes on after a request that was refused', async (t) => {
  const { url, join } = await startApp(t);
  const ada = await join('Ada');
  const post = (body: string) =>
    head('POST /tweet', {
      ...JSON_TYPE,
      Authorization: ada.token,
      'Content-Length': String(Buffer.byteLength(body)),
    }) + body;
  const socket = await openSocket(t, url);

  socket.write(post('{"tweet": 7}'));
  assertError(await nextAnswer(socket), 'invalid_input');
  socket.write(head('PUT /tweet', { 'Content-Length': '5' }) + 'words');
  assertError(await nextAnswer(socket), 'method_not_allowed');
  socket.write(post('{"tweet": "fine"}'));
  assert.equal((await nextAnswer(socket)).status, 200);
});

test('a client may name the whole address, speak HTTP/1.0, or offer another protocol', async (t) => {
  const { url, join, tweet } = await startApp(t);
  const ada = await join('Ada');
  await tweet(ada, 'one');
  await tweet(ada, 'two');

  const whole = await sendRaw(t, url, head('GET http://minitter.example/timeline/1?limit=1'));
  assert.equal(whole.status, 200);
  assert.match(
    whole.headers.get('link') ?? '',
    /^<http:\/\/minitter\.example\/timeline\/1\?limit=1&before=\d+>; rel="next"$/,
  );
  assert.equal((await sendRaw(t, url, 'GET /ping HTTP/1.0\r\n\r\n')).text, 'pong');
  const upgrade = head('GET /ping', { Connection: 'upgrade', Upgrade: 'websocket' });
  assert.equal((await sendRaw(t, url, upgrade)).text, 'pong');
});

test('a Host that is none gets into no address of ours', async (t) => {
  const { url, join, tweet } = await startApp(t);
  const ada = await join('Ada');
  await tweet(ada, 'one');
  await tweet(ada, 'two');

  for (const Host of [
    'evil.example/path?',
    'a b',
    'ada@evil.example',
    'x>; rel="next"',
    'x:99999',
    '999.999.999.999',
    '[:::]',
    '',
  ]) {
    const { headers } = await sendRaw(t, url, head('GET /timeline/1?limit=1', { Host }));
    const link = headers.get('link') ?? '';
    assert.match(link, /^<http:\/\/localhost\/timeline\/1\?limit=1&before=\d+>; rel="next"$/, Host);
  }
});

test('a body shorter or longer than announced never becomes a tweet', async (t) => {
  const { url, join, timelineOf } = await startApp(t);
  const ada = await join('Ada');
  const body = '{"tweet": "cut"}';
  const announced = (length: number) =>
    head('POST /tweet', {
      ...JSON_TYPE,
      Authorization: ada.token,
      'Content-Length': String(length),
    }) + body;

  const short = await openSocket(t, url);
  short.end(announced(body.length + 10));
  await nextAnswer(short).catch(() => {});
  const long = await sendRaw(t, url, announced(body.length - 1));
  // Of the body cut short, or of the rest as the next request: whichever is seen first.
  assert.ok(['malformed_json', 'malformed_request'].includes(long.body.error), long.text);

  assert.deepEqual(await timelineOf(ada), []);
});
