/** A server with more than one address, such as `localhost`: 127.0.0.2 stands for ::1. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import pino from 'pino';
import { createApp } from '../../src/app.ts';
import { listenAt } from '../../src/view/listen.ts';
import { clientOf, testConfig } from '../kit/app.ts';
import { atEnd } from '../kit/at-end.ts';
import { freshDatabase } from '../kit/engines.ts';
import { head, nextAnswer, openSocket, sendRaw } from '../kit/http-raw.ts';
import { socketFor } from '../kit/streams.ts';

/** For documentation: no machine has it. */
const NOWHERE = '192.0.2.77';

async function freshApp(t: TestContext, env = {}) {
  const config = { ...testConfig(t, env), database: await freshDatabase(t, 'sqlite') };
  const app = await createApp(config, pino({ level: config.logLevel }));
  atEnd(t, () => app.close());
  return app;
}

/** @returns the addresses, as URLs, and a client for each */
async function serveAt(t: TestContext, addresses: readonly string[], env = {}) {
  const app = await freshApp(t, env);
  await listenAt(app.server, { host: 'some name', port: 0 }, async () => addresses);
  const { port } = app.server.server.address() as AddressInfo;
  const urls = addresses.map((address) => `http://${address}:${port}`);
  return { app, urls, clients: urls.map(clientOf) as [TestClient, TestClient] };
}

type TestClient = ReturnType<typeof clientOf>;

const serveTwice = (t: TestContext, env = {}) => serveAt(t, ['127.0.0.1', '127.0.0.2'], env);

describe('a server at two addresses', () => {
  test('is one server', async (t) => {
    const { clients } = await serveTwice(t);
    const [one, two] = clients;
    const ada = await one.join('Ada');
    await two.tweet(ada, '안녕하세요');
    assert.equal((await one.timelineOf(ada)).length, 1);
  });

  test('answers what cannot be read, or expects too much, at both', async (t) => {
    const { urls } = await serveTwice(t);
    for (const url of urls) {
      const unreadable = await sendRaw(t, url, 'no HTTP\r\n\r\n');
      assert.deepEqual([unreadable.status, unreadable.body.error], [400, 'malformed_request']);
      const expecting = head('GET /ping', { Expect: 'a miracle' });
      assert.equal((await sendRaw(t, url, expecting)).status, 417);
    }
  });

  test('counts the requests of both', async (t) => {
    const { app, urls, clients } = await serveTwice(t, { REQUEST_LIMIT: '10' });
    const [one] = clients;
    const ada = await one.join('Ada');
    const begun = head('POST /tweet', {
      Authorization: ada.token,
      'Content-Type': 'application/json',
      'Content-Length': '100',
    });
    const sockets = await Promise.all(
      Array.from({ length: 10 }, () => openSocket(t, urls[1] ?? '')),
    );
    const heard = new Promise<void>((resolve) => {
      let left = sockets.length;
      app.server.server.on('request', () => (left -= 1) === 0 && resolve());
    });
    for (const socket of sockets) socket.write(begun);
    await heard;
    const { status } = await one.call('GET /timeline', { as: ada });
    assert.equal(status, 503);
  });

  test('opens WebSockets at both', async (t) => {
    const { urls, clients } = await serveTwice(t);
    const ada = await clients[0].join('Ada');
    for (const url of urls) {
      const { socket, refused } = await socketFor(t, { url }, ada);
      assert.equal(refused, undefined);
      socket.terminate();
    }
  });

  test('ends at both: work under way is done, whoever is idle is hung up on', async (t) => {
    const { app, urls, clients } = await serveTwice(t);
    const ada = await clients[0].join('Ada');
    const idle = await openSocket(t, urls[1] ?? '');
    idle.write(head('GET /ping'));
    await nextAnswer(idle);
    const busy = await openSocket(t, urls[1] ?? '');
    const body = JSON.stringify({ tweet: 'the last one' });
    const headers = {
      Authorization: ada.token,
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
    };
    busy.write(head('POST /tweet', headers) + body.slice(0, 5));
    const silent = await openSocket(t, urls[1] ?? '');

    const gone = Promise.all([hungUp(idle), hungUp(silent)]);
    let isClosed = false;
    const closed = app.close().then(() => (isClosed = true));
    await gone;
    assert.equal(isClosed, false);
    busy.write(body.slice(5));
    assert.equal((await nextAnswer(busy)).status, 200);
    await closed;
    for (const url of urls) await assert.rejects(openSocket(t, url), /ECONNREFUSED/);
  });

  test('cuts off at both', async (t) => {
    const { app, urls } = await serveTwice(t);
    const sockets = await Promise.all(urls.map((url) => openSocket(t, url)));
    for (const socket of sockets) socket.write(head('POST /tweet', { 'Content-Length': '10' }));
    await once(app.server.server, 'request');
    const gone = Promise.all(sockets.map(hungUp));
    app.server.server.closeAllConnections();
    await gone;
  });
});

/** Fulfilled when the other side has gone, however rudely. */
function hungUp(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.resume().once('close', () => resolve()));
}

describe('an address', () => {
  test('that this machine does not have is left out if there is another', async (t) => {
    for (const addresses of [
      ['127.0.0.1', NOWHERE],
      [NOWHERE, '127.0.0.1'],
    ]) {
      const { clients } = await serveAt(t, addresses);
      const here = clients[addresses.indexOf('127.0.0.1')];
      assert.equal((await here?.call('GET /ping'))?.status, 200);
    }
    await assert.rejects(serveAt(t, [NOWHERE]), /EADDRNOTAVAIL/);
  });

  test('that somebody else listens on is an error, not half a server', async (t) => {
    const other = createServer().listen(0, '127.0.0.2');
    await once(other, 'listening');
    atEnd(t, () => other.close());
    const { port } = other.address() as AddressInfo;
    const app = await freshApp(t);
    const find = async () => ['127.0.0.1', '127.0.0.2'];
    await assert.rejects(listenAt(app.server, { host: 'x', port }, find), /EADDRINUSE/);
  });

  test('is itself, and a name has those that the machine knows', async (t) => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const app = await freshApp(t);
      await listenAt(app.server, { host, port: 0 });
      const { address, port } = app.server.server.address() as AddressInfo;
      const url = address.includes(':')
        ? `http://[${address}]:${port}`
        : `http://${address}:${port}`;
      assert.equal((await clientOf(url).call('GET /ping')).status, 200);
    }
  });
});
