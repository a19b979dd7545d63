import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { VISIBILITY } from '../../src/service/tweets.ts';
import type { Channel } from '../../src/service/streams.ts';
import { DAY } from '../kit/fake-clock.ts';
import { ADDRESS, type Member, startServices, type TestServices } from '../kit/services.ts';

/** What somebody who listens has heard, in words. */
async function listen(
  { streams }: TestServices,
  { user }: Member,
  channel: Channel = { kind: 'home', withNotifications: true },
) {
  const heard: string[] = [];
  const close = await streams.open(user.id, channel, (event) => {
    if (event.kind === 'tweet deleted') heard.push('deleted');
    else if (event.kind === 'filters changed') heard.push('filters changed');
    else if (event.kind === 'notified') heard.push(`told of ${event.view.notification.kind}`);
    else {
      const { view } = event;
      const words = view.reblog ? `again: ${view.reblog.tweet.tweet}` : view.tweet.tweet;
      const marks = Object.entries(view.marks).flatMap(([name, is]) => (is ? ` (${name})` : []));
      heard.push(`${event.kind === 'tweet edited' ? 'now: ' : ''}${words}${marks.join('')}`);
    }
  });
  return { heard, close };
}

async function startPeople(t: TestContext) {
  const services = await startServices(t);
  const [ada, bob, cyd] = [
    await services.join('Ada'),
    await services.join('Bob'),
    await services.join('Cyd'),
  ];
  const { tweets, follows, streams } = services;
  const say = async (
    { viewer }: Member,
    text: string,
    draft: { visibility?: number; replyToId?: number } = {},
  ) => {
    const id = await tweets.publish(viewer, { text, visibility: VISIBILITY.public, ...draft });
    await streams.idle();
    return id;
  };
  const follow = (who: Member, whom: Member) => follows.follow(who.viewer, whom.user.id);
  return { ...services, ada, bob, cyd, say, follow, services };
}

describe('the stream of somebody', () => {
  test('tells of his own tweets and of those whom he follows', async (t) => {
    const { services, ada, bob, cyd, say, follow } = await startPeople(t);
    await follow(ada, bob);
    const { heard } = await listen(services, ada);
    await say(ada, 'mine');
    await say(bob, 'of one I follow');
    await say(cyd, 'of a stranger');
    assert.deepEqual(heard, ['mine', 'of one I follow']);
  });

  test('tells of private tweets to followers alone, and of direct ones to nobody', async (t) => {
    const { services, ada, bob, cyd, say, follow } = await startPeople(t);
    await follow(ada, bob);
    const own = await listen(services, ada);
    const public_ = await listen(services, cyd, { kind: 'public', withMedia: false });
    await say(bob, 'for followers', { visibility: VISIBILITY.private });
    await say(bob, 'quietly', { visibility: VISIBILITY.unlisted });
    await say(bob, '@ada for you', { visibility: VISIBILITY.direct });
    assert.deepEqual(own.heard, ['for followers', 'quietly', 'told of mention']);
    assert.deepEqual(public_.heard, []);
  });

  test('leaves out answers to people whom he does not follow', async (t) => {
    const { services, ada, bob, cyd, say, follow } = await startPeople(t);
    await follow(ada, bob);
    const asked = await say(cyd, 'a question');
    const { heard } = await listen(services, ada);
    const answered = await say(bob, 'an answer to a stranger', { replyToId: asked });
    await say(bob, 'an answer to himself', { replyToId: answered });
    await follow(ada, cyd);
    await say(bob, 'an answer to a friend', { replyToId: asked });
    assert.deepEqual(heard, ['an answer to himself', 'an answer to a friend']);
  });

  test('tells of reblogs, unless they are not wanted', async (t) => {
    const { services, ada, bob, cyd, say, follow, reactions, streams, store } =
      await startPeople(t);
    await follow(ada, bob);
    const [first, second] = [await say(cyd, 'one'), await say(cyd, 'two')];
    const { heard } = await listen(services, ada);
    await reactions.favourite(ada.viewer, first);
    await reactions.reblog(bob.viewer, first, VISIBILITY.public);
    await streams.idle();
    await store.write((tx) =>
      tx.updateTable('users_follow_list').set({ shows_reblogs: 0 }).execute(),
    );
    await reactions.reblog(bob.viewer, second, VISIBILITY.public);
    await reactions.unreblog(bob.viewer, first);
    await streams.idle();
    assert.deepEqual(heard, ['again: one (favourited)', 'deleted']);
  });

  test('hears nothing of people who are muted or blocked, or who block him', async (t) => {
    const { services, ada, bob, cyd, say, follow, store } = await startPeople(t);
    const dan = await services.join('Dan');
    for (const one of [bob, cyd, dan]) await follow(ada, one);
    const [user_id, created_at] = [ada.user.id, 1];
    await store.write(async (tx) => {
      const mute = { hides_notifications: 0, expires_at: null, created_at };
      await tx
        .insertInto('mutes')
        .values({ ...mute, user_id, muted_user_id: bob.user.id })
        .execute();
      const block = { user_id: cyd.user.id, blocked_user_id: user_id, created_at };
      await tx.insertInto('blocks').values(block).execute();
    });
    const own = await listen(services, ada);
    const everybody = await listen(services, ada, { kind: 'public', withMedia: false });
    for (const one of [bob, cyd, dan]) await say(one, `by ${one.user.name} #tag`);
    assert.deepEqual(own.heard, ['by Dan #tag']);
    assert.deepEqual(everybody.heard, ['by Dan #tag']);
  });

  test('tells of edits and of deletions, each to those who heard of the tweet', async (t) => {
    const { services, ada, bob, cyd, say, follow, tweets, streams } = await startPeople(t);
    await follow(ada, bob);
    const own = await listen(services, ada);
    const stranger = await listen(services, cyd);
    const id = await say(bob, 'with a tpyo');
    await tweets.edit(bob.viewer, id, { text: 'with a typo' });
    await tweets.delete(bob.viewer, id);
    await streams.idle();
    assert.deepEqual(own.heard, ['with a tpyo', 'now: with a typo', 'deleted']);
    assert.deepEqual(stranger.heard, []);
  });

  test('tells of what goes with somebody who deletes himself, as far as it is of today', async (t) => {
    const { services, ada, bob, say, follow, streams } = await startPeople(t);
    await follow(ada, bob);
    await say(bob, 'long ago');
    services.clock.pass(2 * DAY);
    await say(bob, 'today');
    const { heard } = await listen(services, ada);
    const { viewer, password } = bob;
    await services.ownDeletions.delete(viewer, { password, address: ADDRESS, language: 'en' });
    await streams.idle();
    assert.deepEqual(heard, ['deleted']);
  });

  test('shows his own marks, and to others none', async (t) => {
    const { services, ada, bob, cyd, say, follow, tweets, reactions, streams } =
      await startPeople(t);
    for (const one of [ada, cyd]) await follow(one, bob);
    const id = await say(bob, 'something');
    const [adas, cyds] = [await listen(services, ada), await listen(services, cyd)];
    await reactions.favourite(ada.viewer, id);
    await reactions.bookmark(ada.viewer, id);
    await tweets.edit(bob.viewer, id, { text: 'something else' });
    await streams.idle();
    assert.deepEqual(adas.heard, ['now: something else (favourited) (bookmarked)']);
    assert.deepEqual(cyds.heard, ['now: something else']);
  });

  test('says what the listener filters, and never what the author does', async (t) => {
    const { services, ada, bob, cyd, say, follow, reactions, streams } = await startPeople(t);
    const filter = ({ viewer }: Member, title: string) =>
      services.filters.create(viewer, {
        title,
        contexts: ['home'],
        keywords: [{ keyword: 'spider' }],
      });
    await filter(ada, 'of the listener');
    await filter(bob, 'of the author');
    const heard: string[] = [];
    const hear = ({ user }: Member) =>
      streams.open(user.id, { kind: 'home', withNotifications: false }, (event) => {
        if (event.kind !== 'tweet posted') return;
        const matches = [...event.view.filtered, ...(event.view.reblog?.filtered ?? [])];
        heard.push(`${user.name}: ${matches.map(({ filter: { title } }) => title).join()}`);
      });
    for (const who of [ada, cyd]) {
      await follow(who, bob);
      await hear(who);
    }
    const id = await say(bob, 'a spider');
    assert.deepEqual(heard.splice(0).toSorted(), ['Ada: of the listener', 'Cyd: ']);
    await reactions.reblog(bob.viewer, id, VISIBILITY.public);
    await streams.idle();
    assert.deepEqual(heard.toSorted(), ['Ada: of the listener,of the listener', 'Cyd: ']);
  });

  test('tells of notifications where they are wanted, and of changed filters', async (t) => {
    const { services, ada, bob, say, reactions, streams, events } = await startPeople(t);
    const id = await say(ada, 'look');
    const home = await listen(services, ada);
    const quiet = await listen(services, ada, { kind: 'home', withNotifications: false });
    const alone = await listen(services, ada, { kind: 'notifications' });
    await reactions.favourite(bob.viewer, id);
    events.publish({ kind: 'filters changed', userId: ada.user.id });
    await streams.idle();
    assert.deepEqual(home.heard, ['told of favourite', 'filters changed']);
    assert.deepEqual(quiet.heard, ['filters changed']);
    assert.deepEqual(alone.heard, ['told of favourite']);
  });

  test('tells nothing once it is closed, and is forgotten', async (t) => {
    const { services, ada, say, streams } = await startPeople(t);
    const { heard, close } = await listen(services, ada);
    close();
    close();
    await say(ada, 'unheard');
    assert.deepEqual([heard, streams.size], [[], 0]);
  });
});

describe('the stream of everybody', () => {
  test('has public tweets, without reblogs and answers to others', async (t) => {
    const { services, ada, bob, cyd, say, reactions, streams } = await startPeople(t);
    const { heard } = await listen(services, cyd, { kind: 'public', withMedia: false });
    const pictures = await listen(services, cyd, { kind: 'public', withMedia: true });
    const id = await say(ada, 'hello');
    await say(ada, 'and', { replyToId: id });
    await say(bob, 'an answer', { replyToId: id });
    await reactions.reblog(bob.viewer, id, VISIBILITY.public);
    await streams.idle();
    assert.deepEqual(heard, ['hello', 'and']);
    assert.deepEqual(pictures.heard, []);
  });
});

describe('the streams of hashtags and lists', () => {
  test('have what bears the hashtag, in any case', async (t) => {
    const { services, ada, bob, say } = await startPeople(t);
    const { heard } = await listen(services, ada, { kind: 'hashtag', key: 'cats' });
    await say(bob, 'no tag');
    await say(bob, 'with #Cats');
    await say(bob, 'for few, #cats', { visibility: VISIBILITY.private });
    assert.deepEqual(heard, ['with #Cats']);
  });

  test('a hashtag that is followed is heard of at home', async (t) => {
    const { services, ada, bob, say, store } = await startPeople(t);
    await say(bob, 'first #cats');
    await store.write(async (tx) => {
      const { id } = await tx.selectFrom('hashtags').select('id').executeTakeFirstOrThrow();
      const row = { user_id: ada.user.id, hashtag_id: id, created_at: 1 };
      await tx.insertInto('followed_hashtags').values(row).execute();
    });
    const { heard } = await listen(services, ada);
    await say(bob, 'second #CATS');
    await say(bob, 'third, without');
    assert.deepEqual(heard, ['second #CATS']);
  });

  test('a list has its members, and takes them out of the home stream if it is exclusive', async (t) => {
    const { services, ada, bob, cyd, say, follow, store } = await startPeople(t);
    for (const one of [bob, cyd]) await follow(ada, one);
    const listId = await store.write(async (tx) => {
      const list = { user_id: ada.user.id, title: 'Friends', replies_policy: 'list' as const };
      const { insertId } = await tx
        .insertInto('lists')
        .values({ ...list, is_exclusive: 1, created_at: 1 })
        .executeTakeFirstOrThrow();
      const row = { list_id: Number(insertId), user_id: bob.user.id, created_at: 1 };
      await tx.insertInto('list_members').values(row).execute();
      return Number(insertId);
    });
    const home = await listen(services, ada);
    const list = await listen(services, ada, { kind: 'list', listId });
    const id = await say(cyd, 'by another');
    await say(bob, 'by a member');
    await say(bob, 'an answer to another', { replyToId: id });
    assert.deepEqual(home.heard, ['by another']);
    assert.deepEqual(list.heard, ['by a member']);
    await assert.rejects(listen(services, cyd, { kind: 'list', listId }), {
      code: 'list_not_found',
    });
  });

  test('direct messages are heard by those whom they name', async (t) => {
    const { services, ada, bob, cyd, say } = await startPeople(t);
    const [adas, bobs, cyds] = [
      await listen(services, ada, { kind: 'direct' }),
      await listen(services, bob, { kind: 'direct' }),
      await listen(services, cyd, { kind: 'direct' }),
    ];
    await say(bob, '@ada psst', { visibility: VISIBILITY.direct });
    await say(bob, '@ada aloud');
    assert.deepEqual([adas.heard, bobs.heard, cyds.heard], [['@ada psst'], ['@ada psst'], []]);
  });
});
