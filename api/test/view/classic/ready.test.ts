/** What load balancers and monitors are told. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { type Answer, startApp, startAppWith, type TestApp, testConfig } from '../../kit/app.ts';
import { cuttableProxy } from '../../kit/cuttable-proxy.ts';
import { describeOnEngines, ENGINES, freshDatabase } from '../../kit/engines.ts';
import { assertError } from '../../kit/errors.ts';

const PATIENCE_MS = 20_000;

/** Asks until the answer is `status`; what was found out is believed for a second. */
async function untilReadySays({ call }: Pick<TestApp, 'call'>, status: number): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await call('GET /ready');
    if (answer.status === status) return answer;
    assert.ok(Date.now() < deadline, `still ${answer.status}`);
  }
}

function assertNotReady(answer: Answer, missing: readonly string[]): void {
  assertError(answer, 'not_ready');
  assert.deepEqual(answer.body.missing, missing);
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
}

describeOnEngines('a server whose database answers', (engine) => {
  test('is ready', async (t) => {
    const { call } = await startApp(t, { engine });
    const answer = await call('GET /ready');
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body, { status: 'ready' });
    assert.equal((await call('HEAD /ready')).status, 200);
  });
});

async function startOnLine(t: TestContext) {
  const database = await freshDatabase(t, 'mysql');
  assert.ok(database.engine === 'mysql');
  const url = new URL(database.url);
  const line = await cuttableProxy(t, Number(url.port));
  url.port = String(line.port);
  const config = { ...testConfig(t), database: { ...database, url: url.href } };
  return { line, app: await startAppWith(t, config) };
}

if (ENGINES.includes('mysql')) {
  test('without its database a server is not ready, but it lives', async (t) => {
    const { line, app } = await startOnLine(t);
    await untilReadySays(app, 200);

    line.cut();
    assertNotReady(await untilReadySays(app, 503), ['database']);
    assert.equal((await app.call('GET /ping')).text, 'pong');

    line.mend();
    await untilReadySays(app, 200);
  });

  test('a database that is silent is missing after a second', async (t) => {
    const { app } = await startOnLine(t);
    const { promise: silence, resolve: speak } = Promise.withResolvers<void>();
    const held = Array.from({ length: 5 }, () =>
      app.app.store.write(async (tx) => {
        await tx.selectFrom('users').select('id').execute();
        await silence;
      }),
    );
    assertNotReady(await untilReadySays(app, 503), ['database']);
    speak();
    await Promise.all(held);
    await untilReadySays(app, 200);
  });
}

test('without the thread that writes a server on SQLite is not ready', async (t) => {
  let writer: Worker | undefined;
  process.once('worker', (worker) => {
    writer = worker;
  });
  const app = await startApp(t);
  await untilReadySays(app, 200);

  await writer?.terminate();

  assertNotReady(await untilReadySays(app, 503), ['writer']);
  assert.equal((await app.call('GET /ping')).text, 'pong');
});

test('a server that is about to stop says so, serves on, and ends its connections', async (t) => {
  const { app, call, join } = await startApp(t);
  const ada = await join('Ada');
  assert.equal((await call('GET /ping')).headers.get('connection'), 'keep-alive');

  app.services.readiness.stop();

  for (const path of ['/ping', '/ready'] as const) {
    const answer = await call(`GET ${path}`);
    assertError(answer, 'stopping');
    assert.equal(answer.headers.get('connection'), 'close');
  }
  const served = await call('GET /timeline', { as: ada });
  assert.equal(served.status, 200);
  assert.equal(served.headers.get('connection'), 'close');
});
