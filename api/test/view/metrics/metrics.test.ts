/** What Prometheus reads: what is counted, and who may read it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveMetrics } from '../../../src/view/metrics/routes.ts';
import { startApp, type TestApp } from '../../kit/app.ts';
import { atEnd } from '../../kit/at-end.ts';
import { describeOnEngines } from '../../kit/engines.ts';
import { halfAnUpload, openSocket } from '../../kit/http-raw.ts';

const TOKEN = 'a token for Prometheus';
const HEADERS = { authorization: `Bearer ${TOKEN}` };

/** The values of all samples, by name and labels as they are written. */
async function readMetrics({ call }: Pick<TestApp, 'call'>): Promise<Map<string, number>> {
  const { status, text } = await call('GET /metrics', { headers: HEADERS });
  assert.equal(status, 200);
  return parse(text);
}

function parse(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

const startWatched = (t: TestContext, engine: 'sqlite' | 'mysql' = 'sqlite') =>
  startApp(t, { engine, env: { METRICS_TOKEN: TOKEN } });

test('requests are counted by the pattern of their route, by method and status', async (t) => {
  const app = await startWatched(t);
  const ada = await app.join('Ada');
  await app.tweet(ada, 'counted');
  for (const id of [ada.id, ada.id, 999]) await app.call(`GET /timeline/${id}`);
  await app.call('GET /timeline', { headers: { authorization: 'Bearer wrong' } });
  await app.call('HEAD /ping');
  await app.call('GET /no/such/address');
  await app.call('PURGE /ping');

  const metrics = await readMetrics(app);

  const total = (method: string, route: string, status: number) =>
    metrics.get(
      `minitter_http_requests_total{method="${method}",route="${route}",status="${status}"}`,
    );
  assert.equal(total('GET', '/timeline/:user_id', 200), 2);
  assert.equal(total('GET', '/timeline/:user_id', 404), 1);
  assert.equal(total('GET', '/timeline', 401), 1);
  assert.equal(total('POST', '/tweet', 200), 1);
  assert.equal(total('HEAD', '/ping', 200), 1);
  assert.equal(total('GET', '/ping', 200), undefined);
  assert.equal(total('GET', 'none', 404), 1);
  assert.ok(![...metrics.keys()].some((name) => name.includes('/no/such')));
  const seconds = 'minitter_http_request_duration_seconds';
  const labels = 'method="GET",route="/timeline/:user_id"';
  assert.equal(metrics.get(`${seconds}_count{${labels}}`), 3);
  assert.equal(metrics.get(`${seconds}_bucket{${labels},le="+Inf"}`), 3);
  assert.ok((metrics.get(`${seconds}_sum{${labels}}`) ?? 0) > 0);
  assert.equal(metrics.get('minitter_queue_running{queue="requests"}'), 1);
});

test('a client that has gone before its answer is a 499', async (t) => {
  const app = await startWatched(t);
  const ada = await app.join('Ada');
  const socket = await openSocket(t, app.url);
  const received = once(app.app.server.server, 'request');
  socket.write(halfAnUpload(ada));
  await received;
  socket.destroy();

  const name = 'minitter_http_requests_total{method="POST",route="/profile-picture",status="499"}';
  const deadline = Date.now() + 10_000;
  while ((await readMetrics(app)).get(name) !== 1) assert.ok(Date.now() < deadline);
});

test('timelines from memory are hits, the others misses', async (t) => {
  const app = await startWatched(t);
  const ada = await app.join('Ada');
  for (let n = 0; n < 3; n += 1) await app.timelineOf(ada);

  const metrics = await readMetrics(app);

  assert.equal(metrics.get('minitter_timeline_reads_total{result="miss"}'), 1);
  assert.equal(metrics.get('minitter_timeline_reads_total{result="hit"}'), 2);
  assert.equal(metrics.get('minitter_timeline_store{kind="memory"}'), 1);
  assert.ok((metrics.get('minitter_timeline_memory_bytes') ?? 0) > 0);
});

describeOnEngines('the metrics of a database', (engine) => {
  test('tell how long reads and writes take, and what waits', async (t) => {
    const app = await startWatched(t, engine);
    const before = await readMetrics(app);
    const ada = await app.join('Ada');
    await app.tweet(ada, 'written');

    const after = await readMetrics(app);

    const more = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    // Sign-up, log-in, tweet; housekeeping may write, too.
    assert.ok(more('minitter_database_write_seconds_count') >= 3);
    assert.ok(more('minitter_database_write_seconds_sum') > 0);
    assert.ok(more('minitter_database_read_seconds_count') >= 1);
    const queues = ['writes', 'passwords', 'uploads', 'pictures'];
    if (engine === 'mysql') queues.push('connections');
    for (const queue of queues) {
      assert.equal(after.get(`minitter_queue_waiting{queue="${queue}"}`), 0, queue);
      assert.equal(after.get(`minitter_queue_running{queue="${queue}"}`), 0, queue);
      assert.equal(after.get(`minitter_queue_refused_total{queue="${queue}"}`), 0, queue);
      assert.ok(after.has(`minitter_queue_limit{queue="${queue}"}`), queue);
    }
  });
});

test('the process tells of itself and of its event loop', async (t) => {
  const metrics = await readMetrics(await startWatched(t));
  for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']) {
    assert.ok((metrics.get(name) ?? -1) >= 0, name);
  }
});

test('without the token there is nothing to read', async (t) => {
  const { call } = await startWatched(t);
  for (const authorization of ['', 'Bearer ', `Bearer ${TOKEN}x`, TOKEN]) {
    const answer = await call('GET /metrics', { headers: { authorization } });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
    assert.ok(!answer.text.includes('minitter_'));
  }
});

test('where nobody reads metrics, or at another port, there is no such address', async (t) => {
  for (const env of [{}, { METRICS_PORT: '0', METRICS_TOKEN: TOKEN }]) {
    const { call } = await startApp(t, { env });
    assert.equal((await call('GET /metrics', { headers: HEADERS })).status, 404);
  }
});

test('a port of their own serves the metrics alone, and asks for a token if there is one', async (t) => {
  const { app } = await startApp(t, { env: { METRICS_PORT: '0' } });
  assert.ok(app.metrics);
  const address = { host: '127.0.0.1', port: 0 };
  const open = await serveMetrics(app.metrics, address, undefined);
  const guarded = await serveMetrics(app.metrics, address, TOKEN);
  atEnd(t, () => [open, guarded].map((server) => server.close()));

  const at = (server: Server, path: string, headers = {}) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });

  const answer = await at(open, '/metrics');
  assert.equal(answer.status, 200);
  assert.ok(parse(await answer.text()).has('minitter_queue_running{queue="requests"}'));
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.equal((await at(open, '/ping')).status, 404);
  assert.equal((await at(guarded, '/metrics')).status, 401);
  assert.equal((await at(guarded, '/metrics', HEADERS)).status, 200);
});
