import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TryLaterError } from '../../src/service/errors.ts';
import { breathing, WorkQueue } from '../../src/service/work-queue.ts';

/** Tasks that end when the test says so, and a note of how many ran at once. */
function tasks() {
  const open: { name: string; end: () => void }[] = [];
  const started: string[] = [];
  let mostAtOnce = 0;
  const task = (name: string) => async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    started.push(name);
    open.push({ name, end: resolve });
    mostAtOnce = Math.max(mostAtOnce, open.length);
    await promise;
    return name;
  };
  /** Ends the task that has run longest, and lets the next one start. */
  const endOne = async () => {
    open.shift()?.end();
    await new Promise(setImmediate);
  };
  return { task, endOne, started, mostAtOnce: () => mostAtOnce };
}

const isBusy = (error: unknown) =>
  error instanceof TryLaterError && error.code === 'busy' && error.retryAfterMs > 0;

test('a task answers what it has worked out', async () => {
  const queue = new WorkQueue({ workers: 1, limit: 0 });
  assert.equal(await queue.run(async () => 42), 42);
});

test('no more tasks run at once than there are workers, and all are done in turn', async () => {
  const queue = new WorkQueue({ workers: 2, limit: 10 });
  const { task, endOne, started, mostAtOnce } = tasks();

  const answers = Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => queue.run(task(name))));
  await new Promise(setImmediate);
  assert.deepEqual(started, ['a', 'b']);
  await endOne();
  assert.deepEqual(started, ['a', 'b', 'c']);
  for (let i = 0; i < 4; i += 1) await endOne();

  assert.deepEqual(await answers, ['a', 'b', 'c', 'd', 'e']);
  assert.equal(mostAtOnce(), 2);
});

test('a task that nobody could reach soon is turned away and never runs', async () => {
  const queue = new WorkQueue({ workers: 1, limit: 1 });
  const { task, endOne, started } = tasks();
  const running = queue.run(task('running'));
  const waiting = queue.run(task('waiting'));

  await assert.rejects(queue.run(task('too many')), isBusy);

  await endOne();
  await endOne();
  assert.deepEqual(await Promise.all([running, waiting]), ['running', 'waiting']);
  assert.deepEqual(started, ['running', 'waiting']);
});

test('a queue without waiting room takes tasks again as soon as one has ended', async () => {
  const queue = new WorkQueue({ workers: 1, limit: 0 });
  const { task, endOne } = tasks();
  const first = queue.run(task('first'));
  await assert.rejects(queue.run(task('second')), isBusy);

  await endOne();

  assert.equal(await first, 'first');
  assert.equal(await queue.run(async () => 'third'), 'third');
});

test('a task that fails says so to its caller alone, and makes room', async () => {
  const queue = new WorkQueue({ workers: 1, limit: 10 });
  const failing = queue.run(() => Promise.reject(new Error('broken')));
  const throwing = queue.run(() => {
    throw new Error('broken at once');
  });
  const next = queue.run(async () => 'fine');

  await assert.rejects(failing, /broken/);
  await assert.rejects(throwing, /broken at once/);
  assert.equal(await next, 'fine');
});

test('whoever has gone loses his place, and his task never runs', async () => {
  const queue = new WorkQueue({ workers: 1, limit: 2 });
  const { task, endOne, started } = tasks();
  const running = queue.run(task('running'));
  const leaver = new AbortController();
  const left = queue.run(task('left'), { gone: leaver.signal });
  const stays = queue.run(task('stays'));

  leaver.abort();
  await assert.rejects(left, isBusy);
  const next = queue.run(task('takes the place'));
  await assert.rejects(queue.run(task('had gone before'), { gone: leaver.signal }), isBusy);
  for (let i = 0; i < 3; i += 1) await endOne();

  assert.deepEqual(await Promise.all([running, stays, next]), [
    'running',
    'stays',
    'takes the place',
  ]);
  assert.deepEqual(started, ['running', 'stays', 'takes the place']);
});

test('to go while it runs changes nothing', async () => {
  const queue = new WorkQueue({ workers: 1, limit: 2 });
  const { task, endOne } = tasks();
  const leaver = new AbortController();
  const first = queue.run(task('first'));
  const second = queue.run(task('second'), { gone: leaver.signal });
  await new Promise(setImmediate);
  await endOne();
  leaver.abort();
  await endOne();
  assert.deepEqual(await Promise.all([first, second]), ['first', 'second']);
});

test('nobody gets more than half of the places, and all of that again when he has left them', async () => {
  const queue = new WorkQueue({ workers: 1, limit: 4 });
  const { task, endOne } = tasks();
  const ada = { name: 'ada' };
  const taken = [queue.run(task('running'), ada), ...[1, 2].map(() => queue.run(task('a'), ada))];

  await assert.rejects(queue.run(task('a'), ada), isBusy);
  taken.push(queue.run(task('g'), { name: 'grace' }), queue.run(task('nameless')));
  await assert.rejects(queue.run(task('l'), { name: 'linus' }), isBusy);
  assert.deepEqual(queue.load, { running: 1, waiting: 4, limit: 4, refused: 2 });

  await endOne();
  taken.push(queue.run(task('a'), ada));
  for (let i = 0; i < 5; i += 1) await endOne();
  assert.equal((await Promise.all(taken)).length, 6);
  assert.deepEqual(queue.load, { running: 0, waiting: 0, limit: 4, refused: 2 });
});

test('between two tasks that breathe other work gets its turn', async () => {
  const queue = breathing(new WorkQueue({ workers: 1, limit: 10 }));
  const events: string[] = [];
  const all = Promise.all(
    ['a', 'b', 'c'].map((name) =>
      queue.run(async () => {
        events.push(name);
        setImmediate(() => events.push('other work'));
      }),
    ),
  );
  await all;
  assert.deepEqual(events, ['a', 'other work', 'b', 'other work', 'c']);
});
