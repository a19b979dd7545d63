/** A stop under load: whoever heeds /ping loses no request; whoever gets no time to do so does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Person } from './kit/app.ts';
import { atEnd } from './kit/at-end.ts';
import { describeOnEngines, type Engine, freshDatabase } from './kit/engines.ts';
import { type ServerProcess, startServer } from './kit/server-process.ts';
import { tempFolder } from './kit/temp.ts';

const CLIENTS = 8;
/** How often a load balancer asks whether the server may be sent requests. */
const CHECK_MS = 100;

interface Served {
  readonly status: number;
  readonly connection: string | undefined;
}

/** What became of the load. */
interface Tally {
  /** Requests sent after the signal. */
  sinceSignal: number;
  /** Of those, answers that told the client to close. */
  lastOfConnection: number;
  readonly failures: string[];
}

/** Sends one request over a connection of the agent. @throws {Error} when there is no answer */
async function send(url: string, agent: Agent, as: Person, tweet?: string): Promise<Served> {
  const isWrite = tweet !== undefined;
  const sent = request(`${url}/${isWrite ? 'tweet' : 'timeline'}`, {
    agent,
    method: isWrite ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${as.token}`, 'content-type': 'application/json' },
  });
  sent.end(isWrite ? JSON.stringify({ tweet }) : undefined);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return { status: answer.statusCode ?? 0, connection: answer.headers.connection };
}

/** Clients behind a load balancer, which sends nothing more once /ping says anything but 200. */
function startLoad(t: TestContext, server: ServerProcess, as: Person) {
  const tally: Tally = { sinceSignal: 0, lastOfConnection: 0, failures: [] };
  const state = { isSignalled: false, isOut: false };
  const balancer = async () => {
    while (!state.isOut) {
      await sleep(CHECK_MS);
      const status = await server.call('GET /ping').then(
        (answer) => answer.status,
        () => 0,
      );
      state.isOut = status !== 200;
    }
  };
  const client = async (name: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    atEnd(t, () => agent.destroy());
    for (let n = 0; !state.isOut; n += 1) {
      const isLate = state.isSignalled;
      if (isLate) tally.sinceSignal += 1;
      try {
        const { status, connection } = await send(
          server.url,
          agent,
          as,
          n % 10 === 0 ? `${name} says ${n}` : undefined,
        );
        if (status !== 200) tally.failures.push(String(status));
        if (isLate && connection === 'close') tally.lastOfConnection += 1;
      } catch (error) {
        tally.failures.push(String(error));
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, name) => client(name));
  return {
    signalled: () => {
      state.isSignalled = true;
    },
    ended: Promise.all([balancer(), ...clients]).then(() => tally),
  };
}

/** Stops a server under load. @returns what became of both */
async function stopUnderLoad(t: TestContext, engine: Engine, delaySeconds: number) {
  const database = await freshDatabase(t, engine);
  const server = await startServer(t, {
    MINITTER_DATA_DIR: tempFolder(t),
    DATABASE_URL: database.engine === 'mysql' ? database.url : `sqlite:${database.file}`,
    SHUTDOWN_DELAY_SECONDS: String(delaySeconds),
  });
  const load = startLoad(t, server, await server.join('Ada'));
  await sleep(500);
  load.signalled();
  const status = server.end('SIGTERM');
  return { tally: await load.ended, status: await status };
}

describeOnEngines('a stop under load', (engine) => {
  test('fails no request when load balancers get time to notice', async (t) => {
    const { tally, status } = await stopUnderLoad(t, engine, 2);

    assert.deepEqual(tally.failures, []);
    assert.equal(status, 0);
    assert.ok(tally.sinceSignal > CLIENTS, `${tally.sinceSignal} requests since the signal`);
    assert.ok(tally.lastOfConnection > 0);
  });

  test('control: without that time requests do fail, and are seen to', async (t) => {
    const { tally, status } = await stopUnderLoad(t, engine, 0);

    assert.ok(tally.failures.length > 0);
    assert.equal(status, 0);
  });
});
