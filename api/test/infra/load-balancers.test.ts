/** The load balancers of `infra/`: whose address counts, no request twice, a server that is gone. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request, type RequestOptions } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from '../kit/app.ts';
import { atEnd } from '../kit/at-end.ts';
import { LOAD_BALANCERS } from '../kit/load-balancers.ts';
import { openEvents, socketFor } from '../kit/streams.ts';

const TRUSTED = { TRUSTED_PROXIES: '127.0.0.1' };

const portOf = (url: string) => Number(new URL(url).port);

/** Sends a request on a connection of its own. @returns the status */
async function send(url: string, options: RequestOptions, body?: string): Promise<number> {
  const sent = request(url, { ...options, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

/** Logs in from an address of this machine, and says to be somebody else. @returns the status */
function logInFrom(localAddress: string, url: string, forged: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': forged };
  const person = { email: 'nobody@example.com', password: 'long walks' };
  const options = { method: 'POST', headers, localAddress };
  return send(`${url}/login`, options, JSON.stringify(person));
}

/** A server that takes requests and hangs up; `taken` counts them. */
async function hangingUp(t: TestContext) {
  const counter = { taken: 0, port: 0 };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      // HAProxy's own questions do not count, and find it well.
      if (String(bytes).includes('GET /ping')) {
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\npong');
        return;
      }
      counter.taken += 1;
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => server.close());
  counter.port = (server.address() as AddressInfo).port;
  return counter;
}

const PATIENCE_MS = 20_000;

/** Asks until `enough` answers in a row are 200. */
async function untilSteady(url: string, enough: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let steady = 0; steady < enough;) {
    const { status } = await fetch(`${url}/ping`);
    steady = status === 200 ? steady + 1 : 0;
    assert.ok(Date.now() < deadline, `still ${status}`);
    if (steady === 0) await sleep(20);
  }
}

for (const balancer of LOAD_BALANCERS) {
  describe(`${balancer.program} before the server`, () => {
    test('clients are told apart by their own address, not by what they say it is', async (t) => {
      const limits = { RATE_LIMITS: 'on', LOG_INS_PER_ADDRESS: '2' };
      const app = await startApp(t, { env: { ...TRUSTED, ...limits } });
      const port = portOf(app.url);
      const url = await balancer.start(t, [port, port]);

      assert.equal(await logInFrom('127.0.0.1', url, '203.0.113.1'), 401);
      assert.equal(await logInFrom('127.0.0.1', url, '203.0.113.2'), 401);
      assert.equal(await logInFrom('127.0.0.1', url, '203.0.113.3'), 429);
      assert.equal(await logInFrom('127.0.0.2', url, '203.0.113.3'), 401);
    });

    test('links lead through it, whatever else a client says', async (t) => {
      const app = await startApp(t, { env: TRUSTED });
      const port = portOf(app.url);
      const url = await balancer.start(t, [port, port]);
      const ada = await app.join('Ada');
      for (const tweet of ['one', 'two']) await app.tweet(ada, tweet);

      const { headers } = await fetch(`${url}/timeline/${ada.id}?limit=1`, {
        headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' },
      });

      assert.ok(headers.get('link')?.startsWith(`<${url}/timeline/`), String(headers.get('link')));
    });

    test('streams go through it as they happen, of either kind', async (t) => {
      const app = await startApp(t, { env: TRUSTED });
      const port = portOf(app.url);
      const url = await balancer.start(t, [port, port]);
      const ada = await app.join('Ada');
      const events = await openEvents(t, { url }, 'user', ada);
      const socket = await socketFor(t, { ...app, url }, ada, '?stream=user');
      assert.equal(events.response.statusCode, 200);
      assert.equal(socket.refused, undefined);

      await app.tweet(ada, 'live');

      for (const { event, payload } of [await events.heard.next(), await socket.heard.next()]) {
        assert.equal(event, 'update');
        assert.match(payload.content, /live/);
      }
    });

    test('a request whose answer is lost is not sent again', async (t) => {
      const one = await hangingUp(t);
      const two = await hangingUp(t);
      const url = await balancer.start(t, [one.port, two.port]);
      await untilSteady(url, 1);

      for (const method of ['GET', 'POST']) {
        const before = one.taken + two.taken;
        assert.equal(await send(`${url}/tweet`, { method }), 502);
        assert.equal(one.taken + two.taken, before + 1, method);
      }
    });

    test('when one server is gone, the other takes its place', async (t) => {
      const [one, two] = [await startApp(t, { env: TRUSTED }), await startApp(t, { env: TRUSTED })];
      const url = await balancer.start(t, [portOf(one.url), portOf(two.url)]);
      await untilSteady(url, 10);

      await one.app.close();

      await untilSteady(url, 50);
    });
  });
}
