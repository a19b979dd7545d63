/** People in lists: who is shown to whom, and how many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENDORSEMENTS_MAX, FAMILIAR_SHOWN } from '../../src/service/limits.ts';
import { refusal } from '../kit/domain-errors.ts';
import { describeOnEngines } from '../kit/engines.ts';
import { addUser } from '../kit/rows.ts';
import { type Member, startServices, type TestServices } from '../kit/services.ts';

const FIRST = { below: undefined, above: undefined, fromBelow: false, limit: 40 } as const;

/** Stores this many people. @returns their ids */
async function crowd({ store }: TestServices, size: number): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 0; n < size; n += 1) ids.push(await addUser(store, `Crowd${n}`));
  return ids;
}

const setState = (
  { store, model }: TestServices,
  { user }: Member,
  state: 'pending' | 'suspended',
) => store.write((tx) => model.users.update(tx, user.id, { state }, 1));

describeOnEngines('people', (engine) => {
  test('are found by name and id unless nobody has let them in', async (t) => {
    const services = await startServices(t, { engine });
    const { people } = services;
    const ada = await services.join('Ada');
    for (const name of ['ada', 'ADA', ' @ada ', 'Ａｄａ']) {
      assert.equal((await people.named(name)).user.id, ada.user.id, name);
    }
    for (const name of ['', '@', 'ad', 'ada@elsewhere.example', 'ada@', '@@ada']) {
      await assert.rejects(people.named(name), refusal('user_not_found'), name);
    }
    await setState(services, ada, 'suspended');
    assert.equal((await people.one(ada.user.id)).user.state, 'suspended');
    assert.deepEqual(await people.shown([ada.user.id]), []);
    await setState(services, ada, 'pending');
    await assert.rejects(people.one(ada.user.id), refusal('user_not_found'));
    await assert.rejects(people.named('ada'), refusal('user_not_found'));
  });

  test('who are suspended show nothing of themselves but their user name', async (t) => {
    const services = await startServices(t, { engine });
    const { people, profiles } = services;
    const ada = await services.join('Ada');
    const fields = [{ name: 'Site', value: 'https://ada.example' }];
    await profiles.update(ada.viewer, { profile: 'I count.', fields });
    await setState(services, ada, 'suspended');
    for (const { user } of [await people.one(ada.user.id), await people.named('ada')]) {
      const { username, name, profile, fields: shown } = user;
      assert.deepEqual([username, name, profile, shown], ['ada', '', '', '[]']);
    }
  });

  test('stand in pages, forwards and backwards', async (t) => {
    const services = await startServices(t, { engine });
    const { people, follows, store, model } = services;
    const ada = await services.join('Ada');
    const ids = await crowd(services, 7);
    await store.write(async (tx) => {
      for (const id of ids) await model.follows.insert(tx, id, ada.user.id, 1);
    });
    for (const id of ids) await follows.follow(ada.viewer, id);
    const newest = ids.toReversed();
    for (const list of ['followersOf', 'followedBy'] as const) {
      const page = async (part: Partial<typeof FIRST> | { below?: number; above?: number }) =>
        (await people[list](ada.user.id, undefined, { ...FIRST, ...part })).ids;
      assert.deepEqual(await page({}), newest);
      assert.deepEqual(await page({ limit: 3 } as never), newest.slice(0, 3));
      assert.deepEqual(await page({ below: newest[2] as number }), newest.slice(3));
      assert.deepEqual(await page({ above: newest[2] as number }), newest.slice(0, 2));
      const back = { above: newest[5] as number, fromBelow: true, limit: 2 } as never;
      assert.deepEqual(await page(back), newest.slice(3, 5));
    }
  });

  test('are not shown to those with whom they have nothing to do any more', async (t) => {
    const services = await startServices(t, { engine });
    const { people, follows, blocks, join } = services;
    const [ada, bob, eve, kim] = [
      await join('Ada'),
      await join('Bob'),
      await join('Eve'),
      await join('Kim'),
    ];
    for (const { viewer } of [bob, eve]) await follows.follow(viewer, ada.user.id);
    const seenBy = async (who: Member) => {
      const page = await people.followersOf(ada.user.id, who.user.id, FIRST);
      return page.people.map(({ user }) => user.username);
    };
    assert.deepEqual(await seenBy(kim), ['eve', 'bob']);
    await blocks.block(kim.viewer, bob.user.id);
    await blocks.block(eve.viewer, kim.user.id);
    assert.deepEqual(await seenBy(kim), []);
    await blocks.unblock(kim.viewer, bob.user.id);
    assert.deepEqual(await seenBy(kim), ['bob']);
    await setState(services, bob, 'suspended');
    assert.deepEqual(await seenBy(kim), []);
    assert.deepEqual(await seenBy(ada), ['eve']);
  });

  test('whom one follows are told among the followers of others, some of them', async (t) => {
    const services = await startServices(t, { engine });
    const { people, store, model } = services;
    const [ada, bob] = [await services.join('Ada'), await services.join('Bob')];
    const ids = await crowd(services, FAMILIAR_SHOWN + 1);
    await store.write(async (tx) => {
      for (const id of ids) {
        await model.follows.insert(tx, ada.user.id, id, 1);
        await model.follows.insert(tx, id, bob.user.id, 1);
      }
    });
    const found = await people.familiarFollowers(ada.viewer, [bob.user.id, 12_345]);
    assert.deepEqual([...found.keys()], [bob.user.id]);
    const shown = found.get(bob.user.id)?.map(({ user }) => user.id);
    assert.deepEqual(shown, ids.toReversed().slice(0, FAMILIAR_SHOWN));
    const none = await people.familiarFollowers(bob.viewer, [ada.user.id]);
    assert.deepEqual(none.get(ada.user.id), []);
  });
});

test('nobody shows more people on his profile than there is room for', async (t) => {
  const services = await startServices(t);
  const { relations, store, model } = services;
  const ada = await services.join('Ada');
  const ids = await crowd(services, ENDORSEMENTS_MAX + 1);
  await store.write(async (tx) => {
    for (const id of ids) await model.follows.insert(tx, ada.user.id, id, 1);
  });
  const last = ids.pop() ?? 0;
  for (const id of ids) await relations.endorse(ada.viewer, id);
  await assert.rejects(relations.endorse(ada.viewer, last), refusal('endorsement_refused'));
  await relations.endorse(ada.viewer, ids[0] ?? 0);
  await relations.unendorse(ada.viewer, ids[0] ?? 0);
  await relations.endorse(ada.viewer, last);
  const page = { ...FIRST, limit: 2 };
  assert.deepEqual(await relations.endorsedBy(ada.user.id, page), [last, ids.at(-1)]);
});
