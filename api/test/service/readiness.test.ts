import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { StorePart } from '../../src/model/database.ts';
import { ReadinessService } from '../../src/service/readiness.ts';
import { FakeClock } from '../kit/fake-clock.ts';

/** A database that answers when the test says so. */
function startAsking() {
  const clock = new FakeClock();
  const questions: ((missing: readonly StorePart[]) => void)[] = [];
  const store = {
    missing: () => new Promise<readonly StorePart[]>((resolve) => questions.push(resolve)),
  };
  const readiness = new ReadinessService({ store, now: clock.now });
  return { clock, questions, readiness };
}

/** Lets a second pass without waiting for it. */
function passSecond(t: TestContext, clock: FakeClock): void {
  t.mock.timers.tick(1000);
  clock.pass(1000);
}

test('however many ask, the database is asked once a second', async () => {
  const { clock, questions, readiness } = startAsking();
  const asked = Promise.all([readiness.missing(), readiness.missing()]);
  questions[0]?.([]);
  assert.deepEqual(await asked, [[], []]);
  clock.pass(999);
  assert.deepEqual(await readiness.missing(), []);
  assert.equal(questions.length, 1);

  clock.pass(1);
  const later = readiness.missing();
  assert.equal(questions.length, 2);
  questions[1]?.(['writer']);
  assert.deepEqual(await later, ['writer']);
});

test('a database that takes longer than a second is missing, and is not asked again meanwhile', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { clock, questions, readiness } = startAsking();
  const first = readiness.missing();
  passSecond(t, clock);
  assert.deepEqual(await first, ['database']);

  for (let n = 0; n < 3; n += 1) {
    passSecond(t, clock);
    assert.deepEqual(await readiness.missing(), ['database']);
  }
  assert.equal(questions.length, 1);

  questions[0]?.([]);
  await new Promise(setImmediate);
  passSecond(t, clock);
  const last = readiness.missing();
  questions[1]?.([]);
  assert.deepEqual(await last, []);
});
