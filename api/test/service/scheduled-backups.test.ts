import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { LeaseDao } from '../../src/model/leases.ts';
import type { Log, TakenBackup } from '../../src/service/ports.ts';
import { ScheduledBackups } from '../../src/service/scheduled-backups.ts';
import { describeOnEngines, type Engine, freshStore } from '../kit/engines.ts';
import { FakeClock, HOUR, MINUTE } from '../kit/fake-clock.ts';

/** A taker whose backups end when the test says so. */
class Taker {
  readonly begun: PromiseWithResolvers<TakenBackup>[] = [];

  take(signal: AbortSignal): Promise<TakenBackup> {
    const backup = Promise.withResolvers<TakenBackup>();
    signal.addEventListener('abort', () => backup.reject(new Error('stopped')));
    this.begun.push(backup);
    return backup.promise;
  }

  end(taken: Partial<TakenBackup> = {}): void {
    this.begun.at(-1)?.resolve({ file: 'a.backup', lost: 0, ...taken });
  }

  fail(): void {
    this.begun.at(-1)?.reject(new Error('the disk is full'));
  }
}

/** Servers that share a database and want a backup each day. */
async function servers(t: TestContext, engine: Engine, count: number) {
  const store = await freshStore(t, engine);
  const clock = new FakeClock();
  const taker = new Taker();
  const said: string[] = [];
  const log: Log = {
    warn: (_details, message) => said.push(`warn: ${message}`),
    error: (_details, message) => said.push(`error: ${message}`),
  };
  const deps = { leases: new LeaseDao(store), backups: taker, everyMs: 24 * HOUR, log };
  const all = Array.from(
    { length: count },
    () => new ScheduledBackups({ ...deps, now: clock.now }),
  );
  return { clock, taker, said, all };
}

/** Runs until the round has begun a backup, or has ended without. */
async function round(taker: Taker, running: Promise<unknown>): Promise<void> {
  const before = taker.begun.length;
  const round = { isOver: false };
  void running.finally(() => {
    round.isOver = true;
  });
  while (!round.isOver && taker.begun.length === before) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describeOnEngines('a scheduled backup', (engine) => {
  test('is taken by one of the servers in each period', async (t) => {
    const { clock, taker, all, said } = await servers(t, engine, 3);
    const all3 = async () => Promise.all(all.map((one) => one.run()));
    const first = all3();
    await round(taker, first);
    taker.end();
    await first;
    assert.equal(taker.begun.length, 1);

    clock.pass(24 * HOUR - 1);
    await all3();
    assert.equal(taker.begun.length, 1);

    clock.pass(1);
    const second = all3();
    await round(taker, second);
    taker.end();
    await second;
    assert.equal(taker.begun.length, 2);
    assert.deepEqual(said, []);
  });

  test('that fails is said, and taken in the next round, by whomever', async (t) => {
    const { taker, all, said } = await servers(t, engine, 2);
    const [one, other] = all as [ScheduledBackups, ScheduledBackups];
    const failing = one.run();
    await round(taker, failing);
    taker.fail();
    await failing;
    assert.deepEqual(said, ['error: no backup could be taken']);

    const next = other.run();
    await round(taker, next);
    assert.equal(taker.begun.length, 2);
    taker.end({ lost: 2 });
    await next;
    assert.match(said[1] ?? '', /lacks pictures/);
  });

  test('is not taken twice when a round comes while it is under way', async (t) => {
    const { clock, taker, all } = await servers(t, engine, 1);
    const [one] = all as [ScheduledBackups];
    const running = one.run();
    await round(taker, running);
    clock.pass(10 * MINUTE);
    const again = one.run();
    taker.end();
    await Promise.all([running, again]);
    assert.equal(taker.begun.length, 1);
  });

  test('is broken off when the server stops, and taken by the next', async (t) => {
    const { taker, all, said } = await servers(t, engine, 2);
    const [one, other] = all as [ScheduledBackups, ScheduledBackups];
    const running = one.run();
    await round(taker, running);
    await one.stop();
    await running;
    await one.run();
    assert.equal(taker.begun.length, 1);

    const next = other.run();
    await round(taker, next);
    assert.equal(taker.begun.length, 2);
    taker.end();
    await next;
    assert.deepEqual(said, []);
  });
});
