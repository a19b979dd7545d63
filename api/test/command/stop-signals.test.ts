import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { onStopSignals } from '../../src/command/stop-signals.ts';

/** What was called, in order, while signals came to this process. */
function record(t: TestContext) {
  const called: string[] = [];
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const ignore = onStopSignals({
    ask: (signal) => called.push(signal),
    insist: () => called.push('insist'),
  });
  t.after(ignore);
  return {
    called,
    ignore,
    /** Sends a signal `ms` after the last. */
    send: async (signal: NodeJS.Signals, ms: number) => {
      now += ms;
      const taken = once(process, signal);
      process.kill(process.pid, signal);
      await taken;
    },
  };
}

test('one Ctrl-C asks once, also when it comes from the terminal and from npm', async (t) => {
  const { called, send } = record(t);

  await send('SIGINT', 0);
  await send('SIGINT', 20);

  assert.deepEqual(called, ['SIGINT']);
});

test('a second wish, of whichever signal, insists', async (t) => {
  const { called, send } = record(t);

  await send('SIGTERM', 0);
  await send('SIGINT', 500);

  assert.deepEqual(called, ['SIGTERM', 'insist']);
});

test('ignored signals ask nothing', async (t) => {
  const { called, send, ignore } = record(t);
  ignore();

  await send('SIGTERM', 0);

  assert.deepEqual(called, []);
});
