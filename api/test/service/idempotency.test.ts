import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { IdempotencyKeyDao } from '../../src/model/idempotency-keys.ts';
import { UserDao } from '../../src/model/users.ts';
import { IdempotencyService, type OnceOnly } from '../../src/service/idempotency.ts';
import { refusal } from '../kit/domain-errors.ts';
import { freshStore } from '../kit/engines.ts';
import { DAY, FakeClock } from '../kit/fake-clock.ts';
import { newUser } from '../kit/rows.ts';
import { startServices } from '../kit/services.ts';

const ASKED: OnceOnly = { key: 'key-1', scope: 'a scope', request: { what: 'a user' } };

/** Creates users, once per key; `created` has the names of those that are there. */
async function creator(t: TestContext) {
  const store = await freshStore(t, 'sqlite');
  const users = new UserDao(store);
  const idempotency = new IdempotencyService(new IdempotencyKeyDao(), new FakeClock().now);
  const create = (name: string, once: Partial<OnceOnly> = {}) =>
    store.write((tx) =>
      idempotency.once(tx, { ...ASKED, ...once }, () => users.insert(tx, newUser(name))),
    );
  const failToCreate = () =>
    store.write((tx) =>
      idempotency.once(tx, ASKED, async () => {
        await users.insert(tx, newUser('half-done'));
        throw new Error('it did not work');
      }),
    );
  const created = async () => (await users.list(0)).map(({ name }) => name);
  return { create, failToCreate, created };
}

test('the same key twice creates once and answers the same id', async (t) => {
  const { create, created } = await creator(t);
  const first = await create('first');
  assert.equal(await create('again'), first);
  assert.deepEqual(await created(), ['first']);
});

test('the same key twice at once creates once and answers the same id', async (t) => {
  const { create, created } = await creator(t);
  const ids = await Promise.all(['a', 'b', 'c'].map((name) => create(name)));
  assert.equal(new Set(ids).size, 1);
  assert.equal((await created()).length, 1);
});

test('without a key everything is created as often as it is asked for', async (t) => {
  const { create, created } = await creator(t);
  await create('first', { key: undefined });
  await create('second', { key: undefined });
  assert.deepEqual(await created(), ['first', 'second']);
});

test('another key creates again', async (t) => {
  const { create, created } = await creator(t);
  await create('first');
  await create('second', { key: 'key-2' });
  assert.deepEqual(await created(), ['first', 'second']);
});

test('the same key with another request is refused and creates nothing', async (t) => {
  const { create, created } = await creator(t);
  await create('first');
  await assert.rejects(
    create('second', { request: { what: 'another user' } }),
    refusal('idempotency_key_reused'),
  );
  assert.deepEqual(await created(), ['first']);
});

test('the same key in another scope is another key', async (t) => {
  const { create, created } = await creator(t);
  const first = await create('first');
  const second = await create('second', { scope: 'another scope' });
  assert.notEqual(first, second);
  assert.deepEqual(await created(), ['first', 'second']);
});

test('scope and key do not run into each other', async (t) => {
  const { create, created } = await creator(t);
  await create('first', { scope: 'a', key: 'bc' });
  await create('second', { scope: 'ab', key: 'c' });
  assert.deepEqual(await created(), ['first', 'second']);
});

test('a key has 1 to 255 visible ASCII characters', async (t) => {
  const { create, created } = await creator(t);
  await create('shortest', { key: '!' });
  await create('longest', { key: '~'.repeat(255) });
  for (const key of ['', '~'.repeat(256), 'a b', 'a\n', 'é', '열쇠', '\u007f']) {
    await assert.rejects(create('none', { key }), refusal('idempotency_key_invalid'));
  }
  assert.deepEqual(await created(), ['shortest', 'longest']);
});

test('a key with which nothing could be created is free again', async (t) => {
  const { create, failToCreate, created } = await creator(t);
  await assert.rejects(failToCreate(), /it did not work/);
  assert.deepEqual(await created(), []);

  await create('second try');
  assert.deepEqual(await created(), ['second try']);
});

test('a key is remembered for a day and then forgotten by housekeeping', async (t) => {
  const { clock, join, tweets, housekeeping } = await startServices(t);
  const { viewer } = await join('Ada');
  const post = () => tweets.post(viewer, 'Hello', 'key-1');
  const first = await post();

  clock.pass(DAY);
  await housekeeping.run();
  assert.equal(await post(), first);

  clock.pass(1);
  await housekeeping.run();
  assert.notEqual(await post(), first);
});
