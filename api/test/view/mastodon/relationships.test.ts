/** What people are to each other, through the client library. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import {
  FAMILIAR_AT_ONCE_MAX,
  MUTE_SECONDS_MAX,
  PEOPLE_AT_ONCE_MAX,
  PEOPLE_PAGE,
  PEOPLE_PAGE_MAX,
  USER_NOTE_MAX,
} from '../../../src/service/limits.ts';
import { type AppOptions, type Person, startApp, type TestApp } from '../../kit/app.ts';
import { FollowDao } from '../../../src/model/follows.ts';
import { ENGINES } from '../../kit/engines.ts';
import { type Client, clientFor } from '../../kit/mastodon.ts';
import { addUser } from '../../kit/rows.ts';

const idOf = ({ id }: Person) => String(id);

interface Somebody {
  readonly person: Person;
  readonly client: Client;
  readonly id: string;
}

async function startWith<const N extends string>(
  t: TestContext,
  names: readonly N[],
  options?: AppOptions,
) {
  const app = await startApp(t, options);
  const people = {} as Record<N, Somebody>;
  for (const name of names) {
    const person = await app.join(name);
    people[name] = { person, client: clientFor(app, person), id: idOf(person) };
  }
  return { app, ...people };
}

/** Makes somebody ask his followers to wait, as a client does. */
async function lock({ client }: Somebody): Promise<void> {
  await client.v1.accounts.updateCredentials({ locked: true });
}

describe('relationships', () => {
  for (const engine of ENGINES) {
    test(`follow and what belongs to it (${engine})`, async (t) => {
      const { Ada, Bob } = await startWith(t, ['Ada', 'Bob'], { engine });
      const bob = Ada.client.v1.accounts.$select(Bob.id);

      const followed = await bob.follow({ reblogs: false, notify: true });
      assert.deepEqual(followed, {
        id: Bob.id,
        following: true,
        showingReblogs: false,
        notifying: true,
        languages: null,
        followedBy: false,
        blocking: false,
        blockedBy: false,
        muting: false,
        mutingNotifications: false,
        mutingExpiresAt: null,
        requested: false,
        requestedBy: false,
        domainBlocking: false,
        endorsed: false,
        note: '',
      });
      assert.equal((await bob.follow()).showingReblogs, false);
      assert.equal((await bob.endorse()).endorsed, true);
      assert.equal((await bob.note.create({ comment: '서울에서 만남' })).note, '서울에서 만남');
      assert.deepEqual(
        (await Ada.client.v1.endorsements.list()).map(({ id }) => id),
        [Bob.id],
      );
      assert.equal((await bob.unendorse()).endorsed, false);
      assert.equal((await bob.pin()).endorsed, true);
      assert.equal((await bob.unpin()).endorsed, false);

      await Bob.client.v1.accounts.$select(Ada.id).removeFromFollowers();
      const [relation] = await Ada.client.v1.accounts.relationships.fetch({ id: [Bob.id] });
      assert.deepEqual([relation?.following, relation?.note], [false, '서울에서 만남']);
      assert.equal((await bob.follow()).showingReblogs, true);
      assert.equal((await bob.unfollow()).following, false);
    });

    test(`block and mute (${engine})`, async (t) => {
      const { app, Ada, Bob } = await startWith(t, ['Ada', 'Bob'], { engine });
      const own = await Bob.client.v1.statuses.create({ status: 'Hello' });
      const post = await Ada.client.v1.statuses.create({ status: 'by Ada' });
      const bob = Ada.client.v1.accounts.$select(Bob.id);
      const ada = Bob.client.v1.accounts.$select(Ada.id);
      await bob.follow();
      await ada.follow();

      const muted = await bob.mute({ notifications: false, duration: 3600 });
      assert.deepEqual([muted.muting, muted.mutingNotifications], [true, false]);
      const [entry] = await Ada.client.v1.mutes.list();
      assert.equal(entry?.id, Bob.id);
      const endsAt = (entry as { muteExpiresAt?: string }).muteExpiresAt ?? '';
      assert.ok(Date.parse(endsAt) > Date.now() + 3_000_000, endsAt);
      assert.equal((await bob.unmute()).muting, false);
      assert.deepEqual(await Ada.client.v1.mutes.list(), []);

      const blocked = await bob.block();
      assert.deepEqual(
        [blocked.blocking, blocked.following, blocked.followedBy],
        [true, false, false],
      );
      assert.deepEqual(
        (await Ada.client.v1.blocks.list()).map(({ id }) => id),
        [Bob.id],
      );
      await assert.rejects(ada.follow(), { statusCode: 403 });
      assert.equal((await app.call('POST /follow', follow(Bob, Ada))).status, 403);
      assert.deepEqual(await ada.statuses.list(), []);
      await assert.rejects(Bob.client.v1.statuses.$select(post.id).fetch(), { statusCode: 404 });
      assert.deepEqual(await Bob.client.v1.timelines.public.list(), [own]);
      await Bob.client.v1.statuses.create({ status: 'Are you there, @ada?' });
      assert.deepEqual(await Ada.client.v1.notifications.list(), []);
      assert.equal((await bob.unblock()).blocking, false);
      assert.equal((await ada.follow()).following, true);
    });
  }

  test('a locked account is asked, on both faces, and lets in whom it likes', async (t) => {
    const { app, Ada, Bob, Eve } = await startWith(t, ['Ada', 'Bob', 'Eve']);
    await lock(Bob);

    const answer = await Ada.client.v1.accounts.$select(Bob.id).follow();
    assert.deepEqual([answer.following, answer.requested], [false, true]);
    const classic = await app.call('POST /follow', follow(Eve, Bob));
    assert.deepEqual([classic.status, classic.text], [200, '']);

    const requests = await Bob.client.v1.followRequests.list();
    assert.deepEqual(
      requests.map(({ id }) => id),
      [Eve.id, Ada.id],
    );
    const authorized = await Bob.client.v1.followRequests.$select(Ada.id).authorize();
    assert.deepEqual([authorized.id, authorized.followedBy], [Ada.id, true]);
    const rejected = await Bob.client.v1.followRequests.$select(Eve.id).reject();
    assert.deepEqual([rejected.id, rejected.requestedBy], [Eve.id, false]);
    assert.deepEqual(await Bob.client.v1.followRequests.list(), []);
    await assert.rejects(Bob.client.v1.followRequests.$select(Eve.id).authorize(), {
      statusCode: 404,
    });
  });

  test('are told of several people at once, in the order asked for', async (t) => {
    const { app, Ada, Bob, Eve } = await startWith(t, ['Ada', 'Bob', 'Eve']);
    const ask = (id: string[]) => Ada.client.v1.accounts.relationships.fetch({ id });
    const ids = async (asked: string[]) => (await ask(asked)).map(({ id }) => id);
    assert.deepEqual(await ids([Eve.id, '999', 'x', Bob.id, Eve.id]), [Eve.id, Bob.id]);
    assert.deepEqual(await ids([Bob.id]), [Bob.id]);
    const single = `GET /api/v1/accounts/relationships?id=${Bob.id}` as const;
    assert.equal((await app.call(single, { as: Ada.person })).body[0].id, Bob.id);
    const none = await app.call('GET /api/v1/accounts/relationships', { as: Ada.person });
    assert.deepEqual(none.body, []);
  });

  test('are asked for within limits', async (t) => {
    const { Ada, Bob } = await startWith(t, ['Ada', 'Bob']);
    const many = (n: number) => Array.from({ length: n }, (_, i) => String(i + 1));
    const { relationships } = Ada.client.v1.accounts;
    const bob = Ada.client.v1.accounts.$select(Bob.id);
    assert.equal((await relationships.fetch({ id: many(PEOPLE_AT_ONCE_MAX) })).length, 2);
    const refused = { statusCode: 422 };
    await assert.rejects(relationships.fetch({ id: many(PEOPLE_AT_ONCE_MAX + 1) }), refused);
    const tooMany = { id: many(FAMILIAR_AT_ONCE_MAX + 1) } as never;
    await assert.rejects(Ada.client.v1.accounts.familiarFollowers.fetch(tooMany), refused);
    await assert.rejects(bob.mute({ duration: MUTE_SECONDS_MAX + 1 }), refused);
    await assert.rejects(bob.note.create({ comment: 'a'.repeat(USER_NOTE_MAX + 1) }), refused);
    const note = '가'.repeat(USER_NOTE_MAX);
    assert.equal((await bob.note.create({ comment: note })).note, note);
  });

  test('need the scope of what is done', async (t) => {
    const { app, Bob } = await startWith(t, ['Ada', 'Bob']);
    const paths = ['follow', 'unfollow', 'block', 'unblock', 'mute', 'unmute', 'note', 'endorse'];
    for (const path of paths) {
      const { status, body } = await app.call(`POST /api/v1/accounts/${Bob.id}/${path}`);
      assert.deepEqual([status, Object.keys(body)], [401, ['error']], path);
    }
  });

  test('with somebody who is not there are not found', async (t) => {
    const { app, Ada } = await startWith(t, ['Ada']);
    const deeds = ['follow', 'unfollow', 'block', 'unblock', 'mute', 'unmute', 'note', 'unendorse'];
    for (const id of ['999', 'nobody']) {
      for (const deed of deeds) {
        const request = `POST /api/v1/accounts/${id}/${deed}` as const;
        assert.equal((await app.call(request, { as: Ada.person })).status, 404, request);
      }
    }
  });
});

function follow(who: Somebody, whom: Somebody) {
  return { as: who.person, json: { follow: whom.person.id } };
}

/** The next page's address. */
const nextOf = (link: string | null) => /<([^>]*)>; rel="next"/.exec(link ?? '')?.[1];

describe('lists of people', () => {
  test('of followers and followed are paged by Link', async (t) => {
    const { app, Ada, Bob, Eve, Kim } = await startWith(t, ['Ada', 'Bob', 'Eve', 'Kim']);
    for (const { client } of [Bob, Eve, Kim]) await client.v1.accounts.$select(Ada.id).follow();
    await Ada.client.v1.accounts.$select(Kim.id).follow();

    const pages: string[][] = [];
    let address: string | undefined = `/api/v1/accounts/${Ada.id}/followers?limit=2`;
    while (address !== undefined && pages.length < 5) {
      const answer: Awaited<ReturnType<TestApp['call']>> = await app.call(
        `GET ${address}` as 'GET /',
      );
      pages.push(answer.body.map(({ username }: { username: string }) => username));
      address = nextOf(answer.headers.get('link'))?.slice(app.url.length);
    }
    assert.deepEqual(pages, [['kim', 'eve'], ['bob']]);

    const followed = await clientFor(app).v1.accounts.$select(Ada.id).following.list();
    assert.deepEqual(
      followed.map(({ id }) => id),
      [Kim.id],
    );
  });

  test('have pages of so many people', async (t) => {
    const { app, Ada } = await startWith(t, ['Ada']);
    const { store } = app.app;
    for (let n = 0; n <= PEOPLE_PAGE_MAX; n += 1) {
      const id = await addUser(store, `Fan${n}`);
      await store.write((tx) => new FollowDao(store).insert(tx, id, Ada.person.id, 1));
    }
    const { followers } = Ada.client.v1.accounts.$select(Ada.id);
    assert.equal((await followers.list()).length, PEOPLE_PAGE);
    assert.equal((await followers.list({ limit: 1000 })).length, PEOPLE_PAGE_MAX);
  });

  test('are empty for others where somebody hides them, or has blocked the reader', async (t) => {
    const { app, Ada, Bob } = await startWith(t, ['Ada', 'Bob']);
    await Bob.client.v1.accounts.$select(Ada.id).follow();
    const seenBy = async (client: Client) => {
      const lists = client.v1.accounts.$select(Ada.id);
      return [(await lists.followers.list()).length, (await lists.following.list()).length];
    };
    assert.deepEqual(await seenBy(clientFor(app)), [1, 0]);
    await Ada.client.v1.accounts.updateCredentials({ hideCollections: true });
    assert.deepEqual(await seenBy(clientFor(app)), [0, 0]);
    assert.deepEqual(await seenBy(Bob.client), [0, 0]);
    assert.deepEqual(await seenBy(Ada.client), [1, 0]);
    await Ada.client.v1.accounts.updateCredentials({ hideCollections: false });
    await Ada.client.v1.accounts.$select(Bob.id).block();
    assert.deepEqual(await seenBy(Bob.client), [0, 0]);
  });

  test('tell whom one follows among the followers of somebody', async (t) => {
    const { Ada, Bob, Eve, Kim } = await startWith(t, ['Ada', 'Bob', 'Eve', 'Kim']);
    await Ada.client.v1.accounts.$select(Bob.id).follow();
    await Ada.client.v1.accounts.$select(Eve.id).follow();
    await Bob.client.v1.accounts.$select(Kim.id).follow();
    await Eve.client.v1.accounts.$select(Kim.id).follow();
    await Eve.client.v1.accounts.updateCredentials({ hideCollections: true });
    const { familiarFollowers } = Ada.client.v1.accounts;
    // Its types name no parameter, and then it sends none.
    const found = await familiarFollowers.fetch({ id: [Kim.id, Eve.id] } as never);
    assert.deepEqual(
      found.map(({ id, accounts }) => [id, accounts.map(({ username }) => username)]),
      [
        [Kim.id, ['bob']],
        [Eve.id, []],
      ],
    );
  });
});

describe('people are found', () => {
  test('by their ids, and by their names', async (t) => {
    const { app, Ada, Bob } = await startWith(t, ['Ada', 'Bob']);
    const nobody = clientFor(app);
    const several = await nobody.v1.accounts.fetch({ id: [Bob.id, '77', Ada.id] });
    assert.deepEqual(
      several.map(({ id }) => id),
      [Bob.id, Ada.id],
    );
    assert.equal((await nobody.v1.accounts.lookup({ acct: 'Ada' })).id, Ada.id);
    assert.equal((await nobody.v1.accounts.lookup({ acct: '@ada' })).id, Ada.id);
    for (const acct of ['carol', 'ada@elsewhere.example', '', '@', 'a b', '~']) {
      await assert.rejects(nobody.v1.accounts.lookup({ acct }), { statusCode: 404 }, acct);
    }
  });

  test('by their names with the domain of this server', async (t) => {
    const env = { MINITTER_PUBLIC_URL: 'https://minitter.example' };
    const { app, Ada } = await startWith(t, ['Ada'], { env });
    const look = async (acct: string) =>
      (await app.call(`GET /api/v1/accounts/lookup?acct=${acct}`)).body.id;
    assert.equal(await look('ada@minitter.example'), Ada.id);
    assert.equal(await look('@Ada@Minitter.example'), Ada.id);
    assert.equal(await look('ada@other.example'), undefined);
  });

  test('by how their names begin', async (t) => {
    const names = ['Anna', 'Annabel', 'Hannah', 'Ann_9'] as const;
    const { app, Anna, Annabel } = await startWith(t, names);
    const { search } = Anna.client.v1.accounts;
    const found = async (query: Parameters<typeof search.list>[0]) =>
      (await search.list(query)).map(({ username }) => username);
    assert.deepEqual(await found({ q: 'ANN' }), ['anna', 'annabel', 'ann_9']);
    assert.deepEqual(await found({ q: '@ann', limit: 1, offset: 1 }), ['annabel']);
    assert.deepEqual(await found({ q: 'ann', following: true }), []);
    await Anna.client.v1.accounts.$select(Annabel.id).follow();
    assert.deepEqual(await found({ q: 'ann', following: true }), ['annabel']);
    assert.deepEqual(await found({ q: '' }), []);
    assert.deepEqual(await found({ q: '%' }), []);
    assert.equal((await app.call('GET /api/v1/accounts/search?q=ann')).status, 401);
  });
});
