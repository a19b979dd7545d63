import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { checkPort } from '../../../src/command/doctor/port.ts';
import { startApp } from '../../kit/app.ts';
import { atEnd } from '../../kit/at-end.ts';
import { freePort } from '../../kit/process.ts';
import { assertFinding } from './findings.ts';

const host = '127.0.0.1';

test('a free port is well', async () => {
  const port = await freePort();
  assertFinding(await checkPort({ host, port }), 'ok', /is free/);
  assertFinding(await checkPort({ host, port: 0 }), 'ok', /Any free port/);
});

test('a Minitter on the port is well', async (t) => {
  const { url } = await startApp(t);
  const port = Number(new URL(url).port);
  assertFinding(await checkPort({ host, port }), 'ok', /A Minitter answers/);
});

/** The port of a web server that is no Minitter. */
async function stranger(t: TestContext, status: number, body: string): Promise<number> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  server.listen(0, host);
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return (server.address() as AddressInfo).port;
}

test('somebody else on the port is a problem', async (t) => {
  for (const [status, body] of [
    [200, 'hello'],
    [503, 'pong'],
  ] as const) {
    const port = await stranger(t, status, body);
    assertFinding(await checkPort({ host, port }), 'problem', /is in use, and no Minitter/);
  }
});

test("an address that is not this machine's is a problem", async () => {
  // TEST-NET-1: nobody has it.
  const found = await checkPort({ host: '192.0.2.1', port: 0 });
  assertFinding(found, 'problem', /192\.0\.2\.1 is not an address of this machine/);
});
