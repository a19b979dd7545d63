import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { startApp } from '../../../kit/app.ts';
import { describeOnEngines } from '../../../kit/engines.ts';
import { openEvents, socketFor, untilConnected } from '../../../kit/streams.ts';

/** One character, as a person counts, and 28 bytes. */
const FLAG = '🏴󠁧󠁢󠁥󠁮󠁧󠁿';

describe('streams make themselves heard', () => {
  test('and end those of whom nothing is heard', async (t) => {
    const { app, ...rest } = await startApp(t);
    const server = { app, ...rest };
    const ada = await server.join('Ada');
    const alive = await socketFor(t, server, ada);
    const dead = await socketFor(t, server, ada);
    const events = await openEvents(t, server, 'user', ada);
    assert.equal(await events.comments.next(), ':)');
    // It reads no more, so it does not answer either.
    dead.socket.pause();

    app.server.streams.beat();
    assert.equal(await events.comments.next(), ':thump');
    await once(alive.socket, 'ping');
    assert.equal(app.server.streams.size, 3);
    // The answer comes before whatever is said after it.
    await alive.subscribe('user');
    app.server.streams.beat();
    assert.equal(await events.comments.next(), ':thump');
    await untilConnected(server, 2);
    assert.equal(alive.socket.readyState, alive.socket.OPEN);
  });
});

describe('a client that does not read', () => {
  test('is dropped, and all that waits for it', async (t) => {
    const server = await startApp(t);
    const { streams } = server.app.server;
    const ada = await server.join('Ada');
    const slow = await socketFor(t, server, ada, '?stream=user');
    const quick = await socketFor(t, server, ada, '?stream=user');
    const { hostname, port } = new URL(server.url);
    const slowEvents = connect(Number(port), hostname);
    slowEvents.write(
      `GET /api/v1/streaming/user?access_token=${ada.token} HTTP/1.1\r\nhost: x\r\n\r\n`,
    );
    await once(slowEvents, 'readable');
    slowEvents.pause();
    slow.socket.pause();

    const viewer = await server.app.services.sessions.authenticate(ada.token);
    for (let n = 0; streams.size > 1; n += 1) {
      assert.ok(n < 10_000, 'nobody was dropped');
      await server.app.services.tweets.post(viewer, FLAG.repeat(200));
      await server.app.services.streams.idle();
      assert.equal((await quick.heard.next()).event, 'update');
    }
    assert.equal(server.app.services.streams.size, 1);
  });
});

describeOnEngines('streams of a session', (engine) => {
  test('end with it, and those of others go on', async (t) => {
    const server = await startApp(t, { engine });
    const [ada, bob] = [await server.join('Ada'), await server.join('Bob')];
    const socket = await socketFor(t, server, ada, '?stream=user');
    const events = await openEvents(t, server, 'user', ada);
    const bobs = await socketFor(t, server, bob, '?stream=user');
    const closed = once(socket.socket, 'close');
    const { jti } = await server.app.services.sessions.authenticate(ada.token);
    await server.app.services.sessions.end({ jti });
    const [code] = await closed;
    assert.equal(code, 1008);
    await events.ended;
    await untilConnected(server, 1);
    assert.equal(bobs.socket.readyState, bobs.socket.OPEN);
  });
});

describe('when the server stops', () => {
  test('streams end, and it does not wait for those who say no goodbye', async (t) => {
    const server = await startApp(t);
    const ada = await server.join('Ada');
    const socket = await socketFor(t, server, ada, '?stream=user');
    const silent = await socketFor(t, server, ada);
    const events = await openEvents(t, server, 'public', ada);
    silent.socket.pause();
    const closed = once(socket.socket, 'close');
    await server.app.close();
    const [code] = await closed;
    assert.equal(code, 1001);
    await events.ended;
    assert.equal(server.app.services.streams.size, 0);
  });
});
