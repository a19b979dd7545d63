import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailable } from '../../src/model/database.ts';
import { HOUR, MINUTE } from '../kit/fake-clock.ts';
import { MemoryObjectStore } from '../kit/memory-object-store.ts';
import { storeWith } from '../kit/store-with.ts';
import { startServices, type TestServices } from '../kit/services.ts';

const sessionsIn = async ({ store }: TestServices) =>
  (await store.reader.selectFrom('sessions').select('user_id').execute()).map((row) => row.user_id);

test('housekeeping forgets sessions that have run out, and no others', async (t) => {
  const services = await startServices(t, { tokenTtlMs: 2 * HOUR });
  await services.join('Ada');
  services.clock.pass(HOUR);
  const bob = await services.join('Bob');
  services.clock.pass(HOUR + 1);

  await services.housekeeping.run();

  assert.deepEqual(await sessionsIn(services), [bob.user.id]);
  assert.equal((await services.sessions.authenticate(bob.token)).userId, bob.user.id);
});

test('housekeeping deletes files that nothing refers to, and no others', async (t) => {
  const disk = new MemoryObjectStore();
  const services = await startServices(t, { objectStores: [disk] });
  const { viewer } = await services.join('Ada');
  await services.pictures.replace(viewer, async () => new Uint8Array([1]));
  const [used] = disk.objects.keys();
  await disk.put('lost.jpg', new Uint8Array([2]));
  await services.store.write((tx) =>
    services.model.doomed.doom(tx, 'disk:lost.jpg', services.clock.now()),
  );

  await services.housekeeping.run();

  assert.deepEqual([...disk.objects.keys()], [used]);
});

test('housekeeping that fails complains to nobody and is done next time', async (t) => {
  let isAway = false;
  const services = await startServices(t, {
    tokenTtlMs: HOUR,
    wrapStore: (store) =>
      storeWith(store, {
        write: (unit) =>
          isAway ? Promise.reject(new StoreUnavailable(new Error('gone'))) : store.write(unit),
      }),
  });
  const ada = await services.join('Ada');
  services.clock.pass(HOUR + 1);

  isAway = true;
  await services.housekeeping.run();
  assert.deepEqual(await sessionsIn(services), [ada.user.id]);

  isAway = false;
  await services.housekeeping.run();
  assert.deepEqual(await sessionsIn(services), []);
});

test('housekeeping is done at the start and every ten minutes until it is stopped', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const services = await startServices(t, { tokenTtlMs: MINUTE });
  const { housekeeping, clock, join } = services;
  const letTenMinutesPass = () => {
    clock.pass(10 * MINUTE);
    t.mock.timers.tick(10 * MINUTE);
  };
  await join('Ada');
  clock.pass(MINUTE + 1);
  housekeeping.start();
  // Ends when the first round has done it, and the test runner's patience ends it otherwise.
  while ((await sessionsIn(services)).length > 0) await new Promise(setImmediate);

  await join('Bob');
  letTenMinutesPass();
  // Waits for the round under way.
  await housekeeping.stop();
  assert.deepEqual(await sessionsIn(services), []);

  const eve = await join('Eve');
  letTenMinutesPass();
  await housekeeping.stop();
  assert.deepEqual(await sessionsIn(services), [eve.user.id]);
});
