import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import { atEnd } from '../kit/at-end.ts';
import { hangUp, RequestLoad } from '../../src/view/connections.ts';

const KEEP_ALIVE_MS = 20_000;
const HELLO = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** A server whose looks at connections are made by the test's clock, and one connection to it. */
async function idleServer(t: TestContext) {
  let pass = (_ms: number) => {};
  const every = (ms: number, look: () => void) => {
    pass = (passed) => {
      for (let at = ms; at <= passed; at += ms) look();
    };
    return () => {};
  };
  const app = fastify();
  hangUp(app, { load: new RequestLoad(10), keepAliveMs: KEEP_ALIVE_MS, every });
  let answerSlow = (_text: string) => {};
  app.get('/', () => 'hello');
  const asked = Promise.withResolvers<void>();
  app.get('/slow', () => {
    asked.resolve();
    return new Promise<string>((resolve) => (answerSlow = resolve));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  atEnd(t, () => app.close());
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  atEnd(t, () => socket.destroy());
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (bytes) => (received += String(bytes)));
  const closed = once(socket, 'close');
  const answered = async (count: number) => {
    while (received.split('HTTP/1.1 200').length <= count) await once(socket, 'data');
  };
  return {
    socket,
    closed,
    answered,
    pass: (ms: number) => pass(ms),
    asked: asked.promise,
    answerSlow: (text: string) => answerSlow(text),
    isOpen: () => !socket.readableEnded && !socket.destroyed,
  };
}

test('a connection that is idle for too long is closed, one that is used goes on', async (t) => {
  const { socket, closed, answered, pass, isOpen } = await idleServer(t);
  for (let n = 1; n <= 3; n += 1) {
    socket.write(HELLO);
    await answered(n);
    pass(KEEP_ALIVE_MS - 5000);
  }
  assert.ok(isOpen(), 'it was never idle for long');
  pass(KEEP_ALIVE_MS + 5000);
  await closed;
});

test('whoever waits for an answer gets it, however long it takes', async (t) => {
  const { socket, closed, answered, pass, asked, answerSlow } = await idleServer(t);
  socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.write(HELLO);
  await asked;
  pass(10 * KEEP_ALIVE_MS);
  answerSlow('at last');
  await answered(2);
  pass(2 * KEEP_ALIVE_MS);
  await closed;
});
