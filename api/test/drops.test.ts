/**
 * Clients that go away half-way leave nothing behind: 1,000 requests here, or as many as DROPS says,
 * are dropped in the head, in the body, just before the answer, or, of a stream, in the midst of it.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import mysql from 'mysql2/promise';
import { SOCKET_PATH } from '../src/view/mastodon/streaming/routes.ts';
import type { DatabaseConfig } from '../src/config.ts';
import type { Person, TestApp } from './kit/app.ts';
import { describeOnEngines, type Engine, freshDatabase } from './kit/engines.ts';
import { halfAnUpload, head, openSocket } from './kit/http-raw.ts';
import { formOf, pngOf } from './kit/http-pictures.ts';
import { type ServerProcess, startServer } from './kit/server-process.ts';
import { tempFolder } from './kit/temp.ts';

const DROPS = Number(process.env['DROPS'] ?? 1000);
const AT_ONCE = 20;
const PEOPLE = 10;
const UPLOADS = 20;
const POOL = 5;
const TOKEN = 'a token for Prometheus';
const PATIENCE_MS = 30_000;
/** Slower than before by so much is not as fast as before. */
const SLOWER = 3;

interface Drill {
  readonly server: ServerProcess;
  readonly database: DatabaseConfig;
  readonly people: readonly Person[];
  /** Where the server keeps its data, and where it would put temporary files. */
  readonly folders: readonly string[];
}

async function startDrill(t: TestContext, engine: Engine): Promise<Drill> {
  const database = await freshDatabase(t, engine);
  const [data, temporary] = [tempFolder(t), tempFolder(t)];
  const server = await startServer(t, {
    MINITTER_DATA_DIR: data,
    DATABASE_URL: database.engine === 'mysql' ? database.url : `sqlite:${database.file}`,
    DATABASE_POOL_SIZE: String(POOL),
    METRICS_TOKEN: TOKEN,
    PICTURE_QUEUE: String(UPLOADS),
    TMPDIR: temporary,
  });
  const names = Array.from({ length: PEOPLE }, (_, n) => `Person ${n}`);
  const people: Person[] = [];
  for (const name of names) people.push(await server.join(name));
  return { server, database, people, folders: [path.join(data, 'pictures'), temporary] };
}

/** What the server says is under way or waits, by queue, and its streams; the question itself is a request. */
async function queuesOf({ call }: Pick<TestApp, 'call'>): Promise<Record<string, number>> {
  const { text } = await call('GET /metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
  const busy = new Map<string, number>();
  for (const [, queue = '', n] of text.matchAll(
    /^minitter_queue_(?:running|waiting){queue="(\w+)"} (\d+)$/gm,
  )) {
    busy.set(queue, (busy.get(queue) ?? 0) + Number(n));
  }
  const streams = /^minitter_streams (\d+)$/m.exec(text)?.[1];
  assert.ok(streams, text);
  busy.set('streams', Number(streams));
  return Object.fromEntries([...busy].filter(([, n]) => n > 0));
}

const ONLY_THE_QUESTION = { requests: 1 };

async function untilQuiet(server: ServerProcess): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const busy = await queuesOf(server);
    if (JSON.stringify(busy) === JSON.stringify(ONLY_THE_QUESTION)) return;
    assert.ok(Date.now() < deadline, `still under way: ${JSON.stringify(busy)}`);
    await sleep(20);
  }
}

const ESTABLISHED = '01';

/** A port as Linux writes it. */
const portOf = (url: string) =>
  Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');

/**
 * The files and sockets of a server, but for connections that come and go: those that this test's own
 * fetch holds on to, and those of the pool. https://docs.kernel.org/networking/proc_net_tcp.html
 */
function handlesOf({ server, database }: Drill): number {
  const ours = `:${portOf(server.url)}`;
  const ofDatabase = database.engine === 'mysql' ? `:${portOf(database.url)}` : undefined;
  const comeAndGo = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === ESTABLISHED)
    .map(([, local = '', remote = '', , , , , , , inode]) => ({ local, remote, inode }))
    .filter(
      ({ local, remote }) =>
        local.endsWith(ours) || (ofDatabase !== undefined && remote.endsWith(ofDatabase)),
    );
  const sockets = new Set(comeAndGo.map(({ inode }) => `socket:[${inode}]`));
  return linksOf(server).filter((link) => !sockets.has(link)).length;
}

/** What is behind each handle. */
function linksOf({ pid }: ServerProcess): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((handle) => {
    try {
      return readlinkSync(path.join(folder, handle));
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

/** A connection may be closed a moment after its request has ended. */
async function untilHandles(drill: Drill, atMost: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let handles = handlesOf(drill); handles > atMost; handles = handlesOf(drill)) {
    assert.ok(Date.now() < deadline, `${handles} handles, ${atMost} before`);
    await sleep(20);
  }
}

const filesOf = ({ folders }: Drill) => folders.flatMap((folder) => readdirSync(folder));

/** Requests in full, by what they ask for. */
const REQUESTS: readonly ((person: Person) => string)[] = [
  ({ id }) => head(`GET /timeline/${id}`),
  ({ token }) => head('GET /timeline', { Authorization: token }),
  ({ token }) => json('/tweet', { tweet: 'half a thought, or a whole one' }, token),
  ({ id, token }) => json('/follow', { follow: (id % PEOPLE) + 1 }, token),
  ({ email, password }) => json('/login', { email, password }),
  (person) => halfAnUpload(person),
  (person) => halfAnUpload(person, { path: '/api/v1/media', field: 'file' }),
  (person) => halfAnUpload(person, { path: '/api/v2/media', field: 'file' }),
  (person) => events('user', person),
  (person) => events('public/local', person),
  ({ token }) =>
    head(`GET ${SOCKET_PATH}?stream=user`, {
      Authorization: `Bearer ${token}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }),
];

const events = (stream: string, { token }: Person) =>
  head(`GET ${SOCKET_PATH}/${stream}`, { Authorization: `Bearer ${token}` });

function json(path: string, body: unknown, token?: string): string {
  const text = JSON.stringify(body);
  const headers = {
    ...(token !== undefined && { Authorization: token }),
    'Content-Type': 'application/json',
    'Content-Length': String(text.length),
  };
  return head(`POST ${path}`, headers) + text;
}

/** Sends a request up to somewhere, and goes away; every other client does not even say so. */
async function drop(url: URL, request: string, n: number): Promise<void> {
  const socket = connect(Number(url.port), url.hostname).on('error', () => {});
  await once(socket, 'connect');
  // All of it, or a part that ends in the head or in the body.
  const part = n % 3 === 0 ? request.length : Math.ceil((request.length * ((n * 7) % 100)) / 100);
  socket.write(request.slice(0, part));
  const isStream = part === request.length && request.startsWith(`GET ${SOCKET_PATH}`);
  // Streams that have begun, and others that are about to.
  if (isStream && n % 2 === 0) await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  else await sleep(n % 4);
  if (n % 2 === 0) socket.destroy();
  else socket.resetAndDestroy();
}

async function dropMany({ server, people }: Drill, drops: number): Promise<void> {
  const url = new URL(server.url);
  let next = 0;
  const client = async () => {
    for (let n = next++; n < drops; n = next++) {
      const request = REQUESTS[n % REQUESTS.length]?.(people[n % PEOPLE] as Person) ?? '';
      await drop(url, request, n);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
}

/** A mix of reads, writes and one upload. @returns milliseconds */
async function timeWork({ server, people }: Drill): Promise<number> {
  const picture = await pngOf('teal');
  const begun = performance.now();
  for (const [n, as] of people.entries()) {
    for (let i = 0; i < 10; i += 1) {
      assert.equal((await server.call('GET /timeline', { as })).status, 200);
      await server.tweet(as, `${n} at work`);
    }
  }
  const raw = formOf(['profile-pic', picture]);
  assert.equal((await server.call('POST /profile-picture', { as: people[0], raw })).status, 200);
  return performance.now() - begun;
}

/** What other programs take from this machine they give back; what has been lost stays so. */
async function untilAsFastAs(msBefore: number, drill: Drill, t: TestContext): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const ms = await timeWork(drill);
    t.diagnostic(`the same work took ${Math.round(msBefore)} ms before, ${Math.round(ms)} after`);
    if (ms < SLOWER * msBefore) return;
    assert.ok(Date.now() < deadline, `${ms} ms, ${msBefore} before`);
  }
}

/**
 * Others can write, and the server holds no more than its idle connections. What clients have asked
 * for before they went may be stored yet.
 */
async function assertNothingIsOpen(database: DatabaseConfig): Promise<void> {
  if (database.engine === 'sqlite') {
    const beside = new DatabaseSync(database.file, { timeout: 5000 });
    beside.exec('BEGIN IMMEDIATE; ROLLBACK');
    beside.close();
    return;
  }
  const beside = await mysql.createConnection(database.url);
  const count = async (sql: string) => {
    const [rows] = await beside.query(`SELECT count(*) AS n FROM ${sql} AND db = DATABASE()`);
    return (rows as [{ n: number }])[0].n;
  };
  const transactions =
    'information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id';
  const deadline = Date.now() + PATIENCE_MS;
  while ((await count(transactions)) > 0) assert.ok(Date.now() < deadline, 'open transactions');
  const connections = await count('information_schema.processlist WHERE id <> CONNECTION_ID()');
  assert.ok(connections <= POOL, `${connections} connections`);
  await beside.end();
}

/** As many uploads as there are places can be under way again. */
async function assertAllPlacesAreFree(t: TestContext, { server, people }: Drill): Promise<void> {
  const sockets: Socket[] = [];
  for (let n = 0; n < UPLOADS; n += 1) {
    const socket = await openSocket(t, server.url);
    socket.write(halfAnUpload(people[n % PEOPLE]));
    sockets.push(socket);
  }
  const deadline = Date.now() + PATIENCE_MS;
  while ((await queuesOf(server))['uploads'] !== UPLOADS) {
    assert.ok(Date.now() < deadline, 'places are missing');
  }
  for (const socket of sockets) socket.destroy();
  await untilQuiet(server);
}

describeOnEngines('clients that go away', (engine) => {
  test(`leave nothing behind after ${DROPS} requests`, { timeout: 900_000 }, async (t) => {
    const drill = await startDrill(t, engine);
    const { server, database } = drill;
    // What is opened once is open.
    await dropMany(drill, 100);
    await timeWork(drill);
    const msBefore = await timeWork(drill);
    await untilQuiet(server);
    const handlesBefore = handlesOf(drill);
    const filesBefore = filesOf(drill);

    await dropMany(drill, DROPS);

    await untilQuiet(server);
    await assertNothingIsOpen(database);
    assert.deepEqual(filesOf(drill), filesBefore);
    await untilHandles(drill, handlesBefore);
    await assertAllPlacesAreFree(t, drill);
    await untilAsFastAs(msBefore, drill, t);
  });
});
