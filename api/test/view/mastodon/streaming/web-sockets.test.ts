import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { SUBSCRIPTIONS_PER_STREAM, STREAMS_PER_USER } from '../../../../src/service/limits.ts';
import { startApp } from '../../../kit/app.ts';
import { clientFor } from '../../../kit/mastodon.ts';
import { openSocket, socketFor, streamingClientFor, untilOpen } from '../../../kit/streams.ts';

describe('streams over a WebSocket', () => {
  test('tell the real client library of tweets, edits, deletions and notifications', async (t) => {
    const app = await startApp(t);
    const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
    await app.call('POST /follow', { as: ada, json: { follow: bob.id } });
    const bobs = clientFor(app, bob);
    using events = streamingClientFor(t, app, ada).user.subscribe();
    const iterator = events.values();
    const first = iterator.next();
    await untilOpen(app, 1);

    const { id } = await bobs.v1.statuses.create({ status: 'hello' });
    const update = (await first).value;
    assert.equal(update?.event, 'update');
    assert.deepEqual(update.stream, ['user']);
    assert.equal(update.event === 'update' && update.payload.content, '<p>hello</p>');

    await bobs.v1.statuses.$select(id).update({ status: 'hello, @ada' });
    const kinds = [(await iterator.next()).value?.event, (await iterator.next()).value?.event];
    assert.deepEqual(new Set(kinds), new Set(['notification', 'status.update']));
    await bobs.v1.statuses.$select(id).remove();
    const gone = (await iterator.next()).value;
    assert.deepEqual([gone?.event, gone?.payload], ['delete', id]);
  });

  test('are opened by a token in the header, in the address, or as the subprotocol', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const ways = [
      { headers: { authorization: `Bearer ${ada.token}` } },
      { query: `?access_token=${ada.token}` },
      { query: `/?stream=user&access_token=${ada.token}` },
      { protocols: [ada.token] },
    ];
    for (const way of ways) {
      const { socket, refused } = await openSocket(t, app, way);
      assert.equal(refused, undefined);
      assert.equal(socket.protocol, way.protocols?.[0] ?? '');
    }
  });

  test('are refused without a token, and with a bad one', async (t) => {
    const app = await startApp(t);
    for (const way of [{}, { query: '?access_token=x' }, { protocols: ['x'] }]) {
      const { refused } = await openSocket(t, app, way);
      assert.equal(refused?.status, 401);
      assert.deepEqual(Object.keys(JSON.parse(refused.body) as object), ['error']);
    }
    assert.equal(app.app.server.streams.size, 0);
  });

  test('are subscribed to and given up again, one by one', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const { heard, say, subscribe } = await socketFor(t, app, ada, '?stream=user');
    await subscribe('hashtag', { tag: 'Cats' });
    await subscribe('public:local');
    await app.tweet(ada, 'all of #cats');
    const streams = [await heard.next(), await heard.next(), await heard.next()];
    assert.deepEqual(
      new Set(streams.map(({ stream }) => stream?.join(' '))),
      new Set(['hashtag Cats', 'public:local', 'user']),
    );

    say({ type: 'unsubscribe', stream: 'user' });
    say({ type: 'unsubscribe', stream: 'public:local' });
    await subscribe('hashtag', { tag: 'Cats' });
    await app.tweet(ada, 'not told');
    await app.tweet(ada, 'told #cats');
    const { stream, payload } = await heard.next();
    assert.deepEqual(stream, ['hashtag', 'Cats']);
    assert.match(payload.content, /told/);
    assert.equal(app.app.services.streams.size, 1);
  });

  test('say what is wrong with what a client says, and go on', async (t) => {
    const app = await startApp(t);
    const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
    const list = await clientFor(app, bob).v1.lists.create({ title: 'Friends' });
    const { socket, heard, say, subscribe } = await socketFor(t, app, ada, '?stream=nonsense');
    assert.equal((await heard.next()).status, 400);
    const answers = [
      [{ type: 'subscribe', stream: 'hashtag' }, 422],
      [{ type: 'subscribe', stream: 'constructor' }, 400],
      [{ type: 'subscribe', stream: 'list', list: list.id }, 404],
      [{ type: 'subscribe' }, 422],
      [{ type: 'subscribe', stream: ['user'] }, 422],
    ] as const;
    for (const [said, status] of answers) {
      say(said);
      const answer = await heard.next();
      assert.deepEqual([answer.status, typeof answer.error], [status, 'string']);
    }
    for (const text of ['{', 'null', '7']) {
      socket.send(text);
      assert.ok([400, 422].includes((await heard.next()).status ?? 0), text);
    }
    say({ type: 'something new', stream: 'user' });
    await subscribe('user');
    assert.equal(app.app.services.streams.size, 1);
  });

  test('need the scope of what they tell', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    await app.app.store.write((tx) =>
      tx.updateTable('sessions').set({ scopes: 'read:statuses' }).execute(),
    );
    app.app.services.sessions.forgetAll();
    const { heard, say, subscribe } = await socketFor(t, app, ada);
    say({ type: 'subscribe', stream: 'user:notification' });
    assert.equal((await heard.next()).status, 403);
    await subscribe('user');
    const bob = await app.join('Bob');
    await app.tweet(bob, 'a mention of @ada, which is not for this app');
    await app.tweet(ada, 'and a tweet, which is');
    assert.equal((await heard.next()).event, 'update');
  });

  test('are only so many, and no connection has more than so many', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const { heard, say, subscribe } = await socketFor(t, app, ada);
    for (let n = 0; n < SUBSCRIPTIONS_PER_STREAM; n += 1)
      await subscribe('hashtag', { tag: `t${n}` });
    say({ type: 'subscribe', stream: 'user' });
    assert.equal((await heard.next()).status, 429);
    for (let n = 1; n < STREAMS_PER_USER; n += 1) await socketFor(t, app, ada);
    assert.equal((await socketFor(t, app, ada)).refused?.status, 429);
    assert.equal((await socketFor(t, app, await app.join('Bob'))).refused, undefined);
  });

  test('end when a client says too much at once', async (t) => {
    const app = await startApp(t);
    const { socket } = await socketFor(t, app, await app.join('Ada'));
    socket.send('x'.repeat(5000));
    const [code] = await once(socket, 'close');
    assert.equal(code, 1009);
  });

  test('are nowhere else, and whoever would rather have HTTP/2 is answered', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const headers = { connection: 'upgrade', upgrade: 'h2c' };
    const { port } = new URL(app.url);
    const answerTo = async (path: string, upgrade: string) => {
      const socket = connect(Number(port), '127.0.0.1');
      const lines = Object.entries({ host: 'x', ...headers, upgrade, connection: 'upgrade' });
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      socket.write(`GET ${path} HTTP/1.1\r\n${head}\r\n`);
      const [bytes] = await once(socket, 'data');
      socket.destroy();
      return String(bytes).split(' ')[1];
    };
    assert.equal(await answerTo('/ping', 'h2c'), '200');
    assert.equal(await answerTo('/ping', 'websocket'), '200');
    assert.equal(await answerTo('/api/v1/streaming', 'h2c'), '401');
    const plain = await app.call('GET /api/v1/streaming', { as: ada });
    assert.equal(plain.status, 404);
  });
});
