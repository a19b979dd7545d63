import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { describeOnEngines, type Engine } from '../kit/engines.ts';
import { HOUR } from '../kit/fake-clock.ts';
import { type Member, startServices, type TestServices } from '../kit/services.ts';

const NAMES = {
  ada: 'Ada Lovelace',
  ada_fan: 'Fan of Somebody',
  adam: 'Adam',
  chulsoo: '김철수',
  younghee: '김영희',
  soo: '철수',
  jose: 'José García',
  neko: '猫好き',
  party: '🎉 Party',
} as const;
type Name = keyof typeof NAMES;

/** Each search with whom it finds, the best first. */
const SEARCHES: readonly (readonly [text: string, found: readonly Name[], why: string])[] = [
  ['ada', ['ada', 'ada_fan', 'adam'], 'the very name, then longer ones'],
  ['@ada', ['ada', 'ada_fan', 'adam'], 'with the sign'],
  ['ADA', ['ada', 'ada_fan', 'adam'], 'in capitals'],
  ['fan', ['ada_fan'], 'a part of a user name'],
  ['ada_fan', ['ada_fan'], 'the whole'],
  ['love', ['ada'], 'the beginning of a name'],
  ['lace', [], 'not its end'],
  ['lovelace ada', ['ada'], 'both, in any order'],
  ['lovelace adam', [], 'not of two people'],
  ['철수', ['chulsoo', 'soo'], 'two syllables'],
  ['김', ['chulsoo', 'younghee'], 'one'],
  ['김철', ['chulsoo'], 'the beginning'],
  ['김철수'.normalize('NFD'), ['chulsoo'], 'decomposed'],
  ['jose garcia', ['jose'], 'without accents'],
  ['猫', ['neko'], 'one character'],
  ['🎉', ['party'], 'an emoji'],
  ['@ada@elsewhere.example', [], 'somebody of another server'],
  ['nobody', [], 'nobody'],
  ['!!!', [], 'signs'],
  ['  ', [], 'nothing'],
];

async function scene(t: TestContext, engine: Engine) {
  const services = await startServices(t, { engine });
  const people = new Map<Name, Member>();
  for (const [username, name] of Object.entries(NAMES)) {
    await services.signUp(username, { name, username });
    const { user } = { user: await services.model.users.findByUsernameKey(username) };
    assert.ok(user);
    people.set(username as Name, { user } as Member);
  }
  const find = async (text: string, more: object = {}) =>
    (await services.search.accounts({ text, viewerId: undefined, limit: 40, ...more })).map(
      ({ user }) => user.username,
    );
  const idOf = (name: Name) => people.get(name)?.user.id as number;
  return { services, find, idOf };
}

/** As long as it takes until changes count as settled. */
async function index(services: TestServices): Promise<void> {
  services.clock.pass(HOUR);
  await services.searchIndexer.run();
}

describeOnEngines('a search for people', (engine) => {
  test('finds the same before they are indexed, and after', async (t) => {
    const { services, find } = await scene(t, engine);
    const compare = async (when: string) => {
      for (const [text, found, why] of SEARCHES) {
        assert.deepEqual(await find(text), found, `${text} (${why}), ${when}`);
      }
    };
    await compare('before');
    await index(services);
    const { searchPeople, searchProgress } = services.model;
    const { position } = (await searchProgress.of('users')) ?? { position: 0 };
    assert.deepEqual(await searchPeople.changedAfter(position, 10), []);
    await compare('after');
  });

  test('follows what people are called, at once', async (t) => {
    const { services, find, idOf } = await scene(t, engine);
    await index(services);
    await services.store.write((tx) =>
      tx
        .updateTable('users')
        .set({ name: '박철수', updated_at: services.clock.now() })
        .where('id', '=', idOf('chulsoo'))
        .execute(),
    );
    for (const indexed of [false, true]) {
      if (indexed) await index(services);
      assert.deepEqual(await find('김'), ['younghee']);
      assert.deepEqual(await find('박'), ['chulsoo']);
      assert.deepEqual(await find('철수'), ['chulsoo', 'soo']);
    }
  });

  test('shows those first whom one follows, or only them', async (t) => {
    const { services, find, idOf } = await scene(t, engine);
    const viewer = await services.join('Viewer');
    const viewerId = viewer.user.id;
    await services.follows.follow(viewer.viewer, idOf('adam'));
    assert.deepEqual(await find('ada', { viewerId }), ['ada', 'adam', 'ada_fan']);
    assert.deepEqual(await find('ada', { viewerId, isFollowing: true }), ['adam']);
    assert.deepEqual(await find('ada', { isFollowing: true }), [], 'nobody follows nobody');
    assert.deepEqual(await find('ada', { limit: 1 }), ['ada']);
    assert.deepEqual(await find('ada', { limit: 1, offset: 1 }), ['ada_fan']);
  });

  test('shows nobody who is suspended, gone, or blocks the viewer', async (t) => {
    const { services, find, idOf } = await scene(t, engine);
    const viewer = await services.join('Viewer');
    await services.store.write((tx) =>
      tx
        .insertInto('blocks')
        .values({ user_id: idOf('adam'), blocked_user_id: viewer.user.id, created_at: 1 })
        .execute(),
    );
    await services.userAdmin.suspend('@ada_fan');
    assert.deepEqual(await find('ada', { viewerId: viewer.user.id }), ['ada']);
    await index(services);
    await services.userAdmin.delete('@ada');
    assert.deepEqual(await find('ada', { viewerId: viewer.user.id }), []);
    assert.deepEqual(await find('ada'), ['adam']);
    await services.userAdmin.reinstate('@ada_fan');
    assert.deepEqual(await find('fan'), ['ada_fan']);
  });
});

describeOnEngines('a search for hashtags', (engine) => {
  test('finds those that begin so and stand in tweets for everyone', async (t) => {
    const services = await startServices(t, { engine });
    const ada = await services.join('Ada');
    for (const [text, visibility] of [
      ['#고양이 #고양이사랑 #Cafe', 0],
      ['#고양시비밀', 2],
      ['#고양이비밀', 3],
      ['#고양이숨김', 1],
    ] as const) {
      await services.tweets.publish(ada.viewer, { text, visibility });
    }
    const find = async (text: string, more: object = {}) =>
      (await services.search.hashtags({ text, viewerId: undefined, limit: 40, ...more })).map(
        ({ hashtag }) => hashtag.name,
      );
    assert.deepEqual(await find('고양'), ['고양이', '고양이사랑']);
    assert.deepEqual(await find('#고양이'), ['고양이', '고양이사랑']);
    assert.deepEqual(await find('＃CAFE'), ['Cafe']);
    assert.deepEqual(await find('고양', { limit: 1, offset: 1 }), ['고양이사랑']);
    assert.deepEqual(await find('이사랑'), []);
    assert.deepEqual(await find('#'), []);
  });
});
