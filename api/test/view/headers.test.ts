import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { replyBearing } from '../../src/view/headers.ts';

const CONNECTIONS = { server: { isStopping: false }, keepAliveSeconds: 75 };
const HEADERS = { 'cache-control': 'no-store', 'x-frame-options': 'DENY' };

/** The head of an answer as it is sent, line by line. */
async function headFrom(t: TestContext, answer: RequestListener): Promise<string[]> {
  const server = createServer({ ServerResponse: replyBearing(HEADERS, CONNECTIONS) }, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
}

const linesOf = (head: readonly string[], name: string) =>
  head.filter((line) => line.toLowerCase().startsWith(`${name}:`));

for (const [way, answer] of Object.entries<RequestListener>({
  'set one by one': (_request, reply) => {
    reply.setHeader('ETag', '"1"').setHeader('Cache-Control', 'public').end('body');
  },
  'set with the status': (_request, reply) => {
    reply.writeHead(200, { etag: '"1"', 'cache-control': 'public' }).end('body');
  },
})) {
  test(`a reply bears the common headers once, and its own instead: ${way}`, async (t) => {
    const head = await headFrom(t, answer);
    assert.equal(head[0], 'HTTP/1.1 200 OK');
    assert.deepEqual(linesOf(head, 'x-frame-options'), ['x-frame-options: DENY']);
    assert.deepEqual(
      linesOf(head, 'cache-control').map((line) => line.toLowerCase()),
      ['cache-control: public'],
    );
    assert.deepEqual(linesOf(head, 'etag').length, 1);
  });
}

test('a reply that sets nothing bears all of them', async (t) => {
  const head = await headFrom(t, (_request, reply) => void reply.end());
  assert.deepEqual(linesOf(head, 'cache-control'), ['cache-control: no-store']);
  assert.deepEqual(linesOf(head, 'x-frame-options'), ['x-frame-options: DENY']);
});
