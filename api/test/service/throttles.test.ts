import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemoryCounterStore } from '../../src/adapter/counter-store/memory.ts';
import type { ThrottleConfig } from '../../src/config.ts';
import { TryLaterError } from '../../src/service/errors.ts';
import { ThrottleService } from '../../src/service/throttles.ts';
import { FakeClock, HOUR, MINUTE, SECOND } from '../kit/fake-clock.ts';

const LIMITS: ThrottleConfig = {
  on: true,
  windowMs: 10 * MINUTE,
  signUpsPerAddress: 30,
  logInsPerAddress: 60,
  appsPerAddress: 3,
  mailsPerAddress: 10,
  searches: 300,
  freeFailures: 5,
  pauseMaxMs: 60 * SECOND,
};
const ADA = 'ada@example.com';
const HOME = '192.0.2.1';
const STRANGER = '198.51.100.1';

function throttlesWith(changes: Partial<ThrottleConfig> = {}) {
  const clock = new FakeClock();
  const throttles = new ThrottleService(new MemoryCounterStore(clock.now), {
    ...LIMITS,
    ...changes,
  });
  /** How long one must wait before this may be done again; 0 when it was let through. */
  const wait = async (attempt: Promise<unknown>): Promise<number> => {
    try {
      await attempt;
      return 0;
    } catch (error) {
      assert.ok(error instanceof TryLaterError, String(error));
      assert.equal(error.code, 'too_many_attempts');
      return error.retryAfterMs;
    }
  };
  const signUp = (address = HOME) => wait(throttles.beforeSignUp(address));
  const logIn = (address = HOME, account = ADA) => wait(throttles.beforeLogIn(address, account));
  const succeed = async (address = HOME, account = ADA) => {
    await (await throttles.beforeLogIn(address, account)).succeeded();
  };
  const times = async (n: number, attempt: (i: number) => Promise<number>): Promise<number[]> => {
    const waits: number[] = [];
    for (let i = 0; i < n; i += 1) waits.push(await attempt(i));
    return waits;
  };
  return { clock, signUp, logIn, succeed, times };
}

const noWait = (n: number) => Array.from({ length: n }, () => 0);

describe('sign-ups', () => {
  test('are let through thirty times, then refused until the window ends', async () => {
    const { clock, signUp, times } = throttlesWith();
    assert.deepEqual(await times(10, () => signUp()), noWait(10));
    clock.pass(4 * MINUTE);
    assert.deepEqual(await times(20, () => signUp()), noWait(20));

    assert.equal(await signUp(), 6 * MINUTE);
    clock.pass(6 * MINUTE - 1);
    assert.equal(await signUp(), 1);
    clock.pass(1);
    assert.deepEqual(await times(30, () => signUp()), noWait(30));
    assert.equal(await signUp(), 10 * MINUTE);
  });

  test('are counted for each address, and not together with log-ins', async () => {
    const { signUp, logIn, times } = throttlesWith({ signUpsPerAddress: 3 });
    await times(4, () => signUp());
    assert.equal(await signUp('192.0.2.2'), 0);
    assert.equal(await logIn(), 0);
  });

  test('are counted for a whole IPv6 network', async () => {
    const { signUp, times } = throttlesWith({ signUpsPerAddress: 3 });
    assert.deepEqual(await times(3, (i) => signUp(`2001:db8:1:2::${i}`)), noWait(3));
    assert.equal(await signUp('2001:db8:1:2:ffff::1'), 10 * MINUTE);
    assert.equal(await signUp('2001:db8:1:3::1'), 0);
  });
});

describe('log-ins from one address', () => {
  test('are let through sixty times, whatever the accounts, then refused', async () => {
    const { clock, logIn, times } = throttlesWith();
    const tryAccounts = (n: number) => times(n, (i) => logIn(HOME, `${i}@example.com`));
    assert.deepEqual(await tryAccounts(60), noWait(60));
    assert.equal(await logIn(HOME, 'another@example.com'), 10 * MINUTE);
    assert.equal(await logIn('192.0.2.2', 'another@example.com'), 0);

    clock.pass(10 * MINUTE);
    assert.equal(await logIn(HOME, 'another@example.com'), 0);
  });
});

describe('an account, after wrong passwords', () => {
  test('pauses for 1, 2, 4, … seconds, and never for longer than the longest', async () => {
    const { clock, logIn, times } = throttlesWith({ logInsPerAddress: 1000 });
    assert.deepEqual(await times(5, () => logIn()), noWait(5));

    const pauses = await times(8, async () => {
      const pause = await logIn();
      clock.pass(pause);
      assert.equal(await logIn(), 0, 'the pause lasts no longer than was said');
      return pause / SECOND;
    });
    assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test('does not pause for longer because somebody tries while it pauses', async () => {
    const { clock, logIn, times } = throttlesWith();
    await times(5, () => logIn());
    await times(20, () => logIn());
    clock.pass(1 * SECOND);
    assert.equal(await logIn(), 0);
    assert.equal(await logIn(), 2 * SECOND);
  });

  test('pauses for the network that they came from, and not for its owner elsewhere', async () => {
    const { logIn, succeed, times } = throttlesWith();
    assert.deepEqual(await times(6, () => logIn(STRANGER)), [...noWait(5), 1 * SECOND]);
    assert.equal(await logIn(HOME), 0);
    await succeed(HOME);
    assert.equal(await logIn(STRANGER), 1 * SECOND, 'which gives the stranger nothing');
  });

  test('pauses for a whole IPv6 network', async () => {
    const { logIn, times } = throttlesWith();
    assert.deepEqual(await times(5, (i) => logIn(`2001:db8:1:2::${i}`)), noWait(5));
    assert.equal(await logIn('2001:db8:1:2:aaaa:bbbb:cccc:dddd'), 1 * SECOND);
    assert.equal(await logIn('2001:db8:1:3::1'), 0);
  });

  test('pauses alone', async () => {
    const { logIn, times } = throttlesWith();
    await times(6, () => logIn());
    assert.equal(await logIn(HOME, 'bob@example.com'), 0);
  });

  test('starts anew after a right one', async () => {
    const { logIn, succeed, times } = throttlesWith();
    await times(4, () => logIn());
    await succeed();
    assert.deepEqual(await times(5, () => logIn()), noWait(5));
    assert.equal(await logIn(), 1 * SECOND);
  });

  test('starts anew after an hour', async () => {
    const { clock, logIn, times } = throttlesWith();
    await times(4, () => logIn());
    clock.pass(HOUR);
    assert.deepEqual(await times(5, () => logIn()), noWait(5));
  });

  test('lets nobody slip through by trying many at once', async () => {
    const { logIn } = throttlesWith();
    const waits = await Promise.all(Array.from({ length: 50 }, () => logIn()));
    assert.equal(waits.filter((wait) => wait === 0).length, 5);
  });

  test('lets nobody slip through by trying many at once when a pause has ended', async () => {
    const { clock, logIn, times } = throttlesWith();
    await times(5, () => logIn());
    clock.pass(1 * SECOND);
    const waits = await Promise.all(Array.from({ length: 50 }, () => logIn()));
    assert.equal(waits.filter((wait) => wait === 0).length, 1);
  });
});

test('with the limits off, anybody may try for ever', async () => {
  const { signUp, logIn, succeed, times } = throttlesWith({ on: false });
  assert.deepEqual(await times(100, () => signUp()), noWait(100));
  assert.deepEqual(await times(100, () => logIn()), noWait(100));
  await succeed();
});
