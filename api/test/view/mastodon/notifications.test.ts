import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type Person, startApp, type TestApp } from '../../kit/app.ts';
import { describeOnEngines, type Engine } from '../../kit/engines.ts';
import { type Client, clientFor } from '../../kit/mastodon.ts';

/** Somebody with a tweet, and others who do things to it. */
async function startPeople(t: TestContext, engine: Engine) {
  const app = await startApp(t, { engine });
  const [ada, bob, cyd] = [await app.join('Ada'), await app.join('Bob'), await app.join('Cyd')];
  const client = clientFor(app, ada);
  const { id } = await client.v1.statuses.create({ status: 'look at this' });
  return { app, ada, bob, cyd, client, tweetId: id };
}

const favourite = async ({ app }: { app: TestApp }, tweetId: string, ...people: Person[]) => {
  for (const person of people)
    await clientFor(app, person).v1.statuses.$select(tweetId).favourite();
};

const mention = async ({ app }: { app: TestApp }, from: Person, text: string) =>
  clientFor(app, from).v1.statuses.create({ status: text });

const groupsOf = async (client: Client) => {
  const { notificationGroups } = await client.v2.notifications.list();
  return notificationGroups.map(({ type, notificationsCount }) => [type, notificationsCount]);
};

describeOnEngines('notifications', (engine) => {
  test('are read one by one, newest first, in pages', async (t) => {
    const people = await startPeople(t, engine);
    const { client, bob, cyd, tweetId } = people;
    await favourite(people, tweetId, bob);
    await mention(people, cyd, 'hello @ada');

    const list = await client.v1.notifications.list();
    assert.deepEqual(
      list.map(({ type, account, status }) => [type, account.username, status?.content]),
      [
        ['mention', 'cyd', list[0]?.status?.content],
        ['favourite', 'bob', '<p>look at this</p>'],
      ],
    );
    const [newest, oldest] = list as [(typeof list)[0], (typeof list)[0]];
    assert.match(newest.createdAt, /\.\d{3}Z$/);

    const pages: string[][] = [];
    for await (const page of client.v1.notifications.list({ limit: 1 })) {
      pages.push(page.map(({ id }) => id));
    }
    assert.deepEqual(pages.slice(0, 2), [[newest.id], [oldest.id]]);
    assert.deepEqual(
      (await client.v1.notifications.list({ minId: oldest.id })).map(({ id }) => id),
      [newest.id],
    );
  });

  test('are chosen by kind and by person', async (t) => {
    const people = await startPeople(t, engine);
    const { client, bob, cyd, tweetId } = people;
    await favourite(people, tweetId, bob, cyd);
    await mention(people, cyd, 'hello @ada');
    const kinds = async (params: Parameters<typeof client.v1.notifications.list>[0]) =>
      (await client.v1.notifications.list(params)).map(({ type }) => type);

    assert.deepEqual(await kinds({ types: ['mention'] }), ['mention']);
    assert.deepEqual(await kinds({ excludeTypes: ['mention'] }), ['favourite', 'favourite']);
    assert.deepEqual(await kinds({ accountId: String(cyd.id) }), ['mention', 'favourite']);
    assert.deepEqual(await kinds({ types: ['poll'] }), []);
  });

  test('are read alone, put away, and all put away', async (t) => {
    const people = await startPeople(t, engine);
    const { app, client, bob, cyd, tweetId } = people;
    await favourite(people, tweetId, bob, cyd);
    const [newest] = await client.v1.notifications.list();
    const id = newest?.id ?? '';
    assert.equal((await client.v1.notifications.$select(id).fetch()).account.username, 'cyd');
    const foreign = await app.call(`GET /api/v1/notifications/${id}`, { as: bob });
    assert.equal(foreign.status, 404);
    await app.call(`POST /api/v1/notifications/${id}/dismiss`, { as: bob });

    await client.v1.notifications.$select(id).dismiss();
    const gone = await app.call(`GET /api/v1/notifications/${id}`, { as: people.ada });
    assert.deepEqual([gone.status, Object.keys(gone.body)], [404, ['error']]);
    assert.equal((await client.v1.notifications.list()).length, 1);
    await client.v1.notifications.clear();
    assert.deepEqual(await client.v1.notifications.list(), []);
  });

  test('are counted as unread, up to the limit', async (t) => {
    const people = await startPeople(t, engine);
    const { client, bob, cyd, tweetId } = people;
    await favourite(people, tweetId, bob, cyd);
    await mention(people, cyd, 'hello @ada');
    const count = async (limit?: number) =>
      (await client.v1.notifications.unreadCount.fetch(limit ? { limit } : {})).count;
    assert.deepEqual([await count(), await count(2)], [3, 2]);
    assert.equal((await client.v2.notifications.unreadCount.fetch()).count, 2);
  });

  test('of blocked, muted and suspended people are not shown', async (t) => {
    const people = await startPeople(t, engine);
    const { app, ada, client, bob, cyd, tweetId } = people;
    const dan = await app.join('Dan');
    await favourite(people, tweetId, bob, cyd, dan);
    assert.deepEqual(await groupsOf(client), [['favourite', 3]]);

    await app.app.store.write(async (tx) => {
      const [user_id, created_at] = [ada.id, 1];
      await tx
        .insertInto('blocks')
        .values({ user_id: bob.id, blocked_user_id: ada.id, created_at })
        .execute();
      const mute = { user_id, muted_user_id: cyd.id, hides_notifications: 1, expires_at: null };
      await tx
        .insertInto('mutes')
        .values({ ...mute, created_at })
        .execute();
    });
    const left = await client.v1.notifications.list();
    assert.deepEqual(
      left.map(({ account }) => account.username),
      ['dan'],
    );
    assert.deepEqual(await groupsOf(client), [['favourite', 1]]);

    await app.app.store.write((tx) =>
      tx.updateTable('users').set({ state: 'suspended' }).where('id', '=', dan.id).execute(),
    );
    assert.deepEqual(await client.v1.notifications.list(), []);
    assert.deepEqual(await groupsOf(client), []);
  });

  test('about tweets that are gone or not for one any more are not shown', async (t) => {
    const people = await startPeople(t, engine);
    const { app, bob, client, tweetId } = people;
    await favourite(people, tweetId, bob);
    const { id } = await mention(people, bob, 'hello @ada');
    await clientFor(app, bob).v1.statuses.$select(id).remove();
    assert.deepEqual(await groupsOf(client), [['favourite', 1]]);
  });
});

describeOnEngines('notifications in groups', (engine) => {
  test('show many favourites of one tweet as one, and mentions one by one', async (t) => {
    const people = await startPeople(t, engine);
    const { client, bob, cyd, tweetId } = people;
    await favourite(people, tweetId, bob);
    await mention(people, bob, 'hello @ada');
    await mention(people, bob, 'again, @ada');
    await favourite(people, tweetId, cyd);

    const all = await client.v2.notifications.list();
    assert.deepEqual(
      all.notificationGroups.map(({ type, notificationsCount }) => [type, notificationsCount]),
      [
        ['favourite', 2],
        ['mention', 1],
        ['mention', 1],
      ],
    );
    const [favourites] = all.notificationGroups;
    assert.deepEqual(favourites?.sampleAccountIds, [String(cyd.id), String(bob.id)]);
    assert.equal(favourites?.type === 'favourite' && favourites.statusId, tweetId);
    assert.deepEqual(
      all.accounts.map(({ username }) => username),
      ['cyd', 'bob'],
    );
    assert.equal(all.statuses.length, 3);
  });

  test('come in pages; what a page has of a group is said', async (t) => {
    const people = await startPeople(t, engine);
    const { app, ada, client, bob, cyd, tweetId } = people;
    await favourite(people, tweetId, bob);
    await mention(people, bob, 'one @ada');
    await favourite(people, tweetId, cyd);
    await mention(people, bob, 'two @ada');
    const ids = (await client.v1.notifications.list()).map(({ id }) => id);

    const first = await app.call('GET /api/v2/notifications?limit=2', { as: ada });
    const groups = first.body.notification_groups;
    assert.deepEqual(
      groups.map((group: Record<string, unknown>) => [
        group['type'],
        group['page_max_id'],
        group['page_min_id'],
      ]),
      [
        ['mention', ids[0], ids[0]],
        ['favourite', ids[1], ids[1]],
      ],
    );
    const next = /<[^>]*(\/api[^>]*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1];
    const second = await app.call(`GET ${next as `/${string}`}`, { as: ada });
    assert.deepEqual(
      second.body.notification_groups.map((group: Record<string, unknown>) => group['page_max_id']),
      [ids[2], ids[3]],
    );
    const newer = await app.call(`GET /api/v2/notifications?limit=2&min_id=${ids[3]}`, { as: ada });
    assert.deepEqual(
      newer.body.notification_groups.map((group: Record<string, unknown>) => group['page_max_id']),
      [ids[1], ids[2]],
    );
  });

  test('are not shown as one where the client does not know how', async (t) => {
    const people = await startPeople(t, engine);
    const { app, ada, bob, cyd, tweetId } = people;
    await favourite(people, tweetId, bob, cyd);
    const { body } = await app.call('GET /api/v2/notifications?grouped_types[]=follow', {
      as: ada,
    });
    const keys = body.notification_groups.map((group: { group_key: string }) => group.group_key);
    assert.equal(keys.length, 2);
    assert.match(keys[0], /^ungrouped-\d+$/);
    const one = await app.call(`GET /api/v2/notifications/${keys[0]}`, { as: ada });
    assert.equal(one.body.notification_groups[0].notifications_count, 1);
  });

  test('say only as much of most people as a client asks for', async (t) => {
    const people = await startPeople(t, engine);
    const { client, bob, cyd, tweetId } = people;
    await favourite(people, tweetId, bob, cyd);
    const { accounts, partialAccounts } = await client.v2.notifications.list({
      expandAccounts: 'partial_avatars',
    });
    assert.deepEqual(
      accounts.map(({ username }) => username),
      ['cyd'],
    );
    assert.deepEqual(
      partialAccounts?.map(({ acct }) => acct),
      ['bob'],
    );
  });

  test('are read and put away by their key', async (t) => {
    const people = await startPeople(t, engine);
    const { app, ada, client, bob, cyd, tweetId } = people;
    await favourite(people, tweetId, bob, cyd);
    await mention(people, bob, 'hello @ada');
    const { notificationGroups } = await client.v2.notifications.list();
    const [alone, group] = notificationGroups.map(({ groupKey }) => groupKey) as [string, string];

    const read = await client.v2.notifications.$select(group).fetch();
    assert.equal(read.notificationGroups[0]?.notificationsCount, 2);
    const members = await client.v2.notifications.$select(group).accounts.fetch();
    assert.deepEqual(
      members.map(({ username }) => username),
      ['cyd', 'bob'],
    );

    const foreign = await app.call(`POST /api/v2/notifications/${group}/dismiss`, { as: bob });
    assert.equal(foreign.status, 404);
    await client.v2.notifications.$select(group).dismiss();
    await client.v2.notifications.$select(alone).dismiss();
    assert.deepEqual(await groupsOf(client), []);
    for (const key of [group, alone, 'ungrouped-x', 'favourite-0-0']) {
      const { status } = await app.call(`GET /api/v2/notifications/${key}`, { as: ada });
      assert.equal(status, 404, key);
    }
  });
});
