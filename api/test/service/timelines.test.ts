import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { VISIBILITY } from '../../src/model/schema.ts';
import type { NewTweet } from '../../src/model/tweets.ts';
import type { TimelineAnswer } from '../../src/service/timelines.ts';
import { refusal } from '../kit/domain-errors.ts';
import { addTweet } from '../kit/rows.ts';
import { type Member, startServices, type TestServices } from '../kit/services.ts';

const tweetsOf = ({ json }: TimelineAnswer) =>
  JSON.parse(json.toString()) as { user_id: number; tweet: string }[];
const texts = (answer: TimelineAnswer) => tweetsOf(answer).map(({ tweet }) => tweet);

/** Stores a tweet past the service, which only posts public ones. */
const store = (services: TestServices, author: Member, row: Partial<NewTweet>) =>
  addTweet(services.store, services.model.tweets, author.user.id, row);

/** One tweet of each audience, the text says which. */
async function tweetToAll(services: TestServices, author: Member): Promise<void> {
  for (const [tweet, visibility] of Object.entries(VISIBILITY)) {
    await store(services, author, { tweet, visibility });
  }
}

async function tweetTimes(services: TestServices, { viewer }: Member, n: number): Promise<void> {
  for (let i = 1; i <= n; i += 1) await services.tweets.post(viewer, `tweet ${i}`);
}

describe('a timeline', () => {
  test('has own tweets and those of people who are followed, newest first', async (t) => {
    const { join, tweets, follows, timelines } = await startServices(t);
    const [ada, bob, eve] = [await join('Ada'), await join('Bob'), await join('Eve')];
    await follows.follow(ada.viewer, bob.user.id);
    await tweets.post(bob.viewer, 'one');
    await tweets.post(ada.viewer, 'two');
    await tweets.post(eve.viewer, 'not followed');
    await tweets.post(bob.viewer, 'three');

    assert.deepEqual(texts(await timelines.publicOf(ada.user.id, {})), ['three', 'two', 'one']);
    assert.deepEqual(texts(await timelines.home(ada.viewer, {})), ['three', 'two', 'one']);
    assert.deepEqual(texts(await timelines.publicOf(bob.user.id, {})), ['three', 'one']);
  });

  test('has own tweets once, however many are followed', async (t) => {
    const { join, tweets, follows, timelines } = await startServices(t);
    const [ada, bob, eve] = [await join('Ada'), await join('Bob'), await join('Eve')];
    await follows.follow(ada.viewer, bob.user.id);
    await follows.follow(ada.viewer, eve.user.id);
    await tweets.post(ada.viewer, 'once');
    assert.deepEqual(texts(await timelines.home(ada.viewer, {})), ['once']);
  });

  test('says of each tweet who wrote it', async (t) => {
    const { join, tweets, timelines } = await startServices(t);
    const ada = await join('Ada');
    await tweets.post(ada.viewer, 'Hello');
    const answer = await timelines.publicOf(ada.user.id, {});
    assert.deepEqual(tweetsOf(answer), [{ user_id: ada.user.id, tweet: 'Hello' }]);
  });

  test('shows a follow and an unfollow on the next read', async (t) => {
    const { join, tweets, follows, timelines } = await startServices(t);
    const [ada, bob] = [await join('Ada'), await join('Bob')];
    await tweets.post(bob.viewer, 'Hello');

    await follows.follow(ada.viewer, bob.user.id);
    assert.deepEqual(texts(await timelines.home(ada.viewer, {})), ['Hello']);
    await follows.unfollow(ada.viewer, bob.user.id);
    assert.deepEqual(texts(await timelines.home(ada.viewer, {})), []);
  });

  test('is empty, with no next page, for somebody new', async (t) => {
    const { join, timelines } = await startServices(t);
    const { user, viewer } = await join('Ada');
    const nothing = { json: Buffer.from('[]'), next: undefined };
    assert.deepEqual(await timelines.publicOf(user.id, {}), nothing);
    assert.deepEqual(await timelines.home(viewer, {}), nothing);
  });

  test('of nobody is not there', async (t) => {
    const { timelines } = await startServices(t);
    await assert.rejects(async () => timelines.publicOf(12_345, {}), refusal('user_not_found'));
  });
});

describe('who sees what', () => {
  test('anybody sees public and unlisted tweets of a user', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    await tweetToAll(services, ada);
    const seen = await services.timelines.publicOf(ada.user.id, {});
    assert.deepEqual(texts(seen), ['unlisted', 'public']);
  });

  test('a viewer sees private tweets, too, his own and those he follows, but no direct ones', async (t) => {
    const services = await startServices(t);
    const [ada, bob] = [await services.join('Ada'), await services.join('Bob')];
    await services.follows.follow(ada.viewer, bob.user.id);
    await tweetToAll(services, bob);
    await tweetToAll(services, ada);

    const seen = await services.timelines.home(ada.viewer, {});

    const readable = ['private', 'unlisted', 'public'];
    assert.deepEqual(texts(seen), [...readable, ...readable]);
  });

  test("strangers see no private tweets on the timeline of somebody's follower", async (t) => {
    const services = await startServices(t);
    const [ada, bob] = [await services.join('Ada'), await services.join('Bob')];
    await services.follows.follow(ada.viewer, bob.user.id);
    await tweetToAll(services, bob);
    const seen = await services.timelines.publicOf(ada.user.id, {});
    assert.deepEqual(texts(seen), ['unlisted', 'public']);
  });

  test('nobody sees reblogs, and everybody sees replies', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    const { id } = await store(services, ada, { tweet: 'original' });
    await store(services, ada, { tweet: '', reblog_of_id: id });
    await store(services, ada, { tweet: 'reply', reply_to_id: id });

    const expected = ['reply', 'original'];
    assert.deepEqual(texts(await services.timelines.publicOf(ada.user.id, {})), expected);
    assert.deepEqual(texts(await services.timelines.home(ada.viewer, {})), expected);
  });

  test('nobody sees tweets of somebody who is suspended', async (t) => {
    const services = await startServices(t);
    const [ada, bob] = [await services.join('Ada'), await services.join('Bob')];
    await services.follows.follow(ada.viewer, bob.user.id);
    await services.tweets.post(bob.viewer, 'Hello');
    await services.store.write((tx) =>
      services.model.users.update(tx, bob.user.id, { state: 'suspended' }, services.clock.now()),
    );
    assert.deepEqual(texts(await services.timelines.home(ada.viewer, {})), []);
    assert.deepEqual(texts(await services.timelines.publicOf(bob.user.id, {})), []);
  });
});

describe('the pages of a timeline', () => {
  test('lead to one another until there is nothing older', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    await tweetTimes(services, ada, 5);
    const read = (before?: number) =>
      services.timelines.publicOf(ada.user.id, { before, limit: 2 });

    const first = await read();
    const second = await read(first.next);
    const third = await read(second.next);

    assert.deepEqual(texts(first), ['tweet 5', 'tweet 4']);
    assert.deepEqual(texts(second), ['tweet 3', 'tweet 2']);
    assert.deepEqual(texts(third), ['tweet 1']);
    assert.equal(third.next, undefined);
  });

  test('end with a page that is exactly full', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    await tweetTimes(services, ada, 4);

    const first = await services.timelines.home(ada.viewer, { limit: 2 });
    const last = await services.timelines.home(ada.viewer, { limit: 2, before: first.next });

    assert.equal(texts(first).length, 2);
    assert.deepEqual(texts(last), ['tweet 2', 'tweet 1']);
    assert.equal(last.next, undefined);
  });

  test('do not shift when somebody tweets in between', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    await tweetTimes(services, ada, 3);
    const first = await services.timelines.home(ada.viewer, { limit: 2 });
    await services.tweets.post(ada.viewer, 'new');
    const second = await services.timelines.home(ada.viewer, { limit: 2, before: first.next });
    assert.deepEqual(texts(second), ['tweet 1']);
  });

  test('count only what the reader may see', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    await services.tweets.post(ada.viewer, 'public');
    await store(services, ada, { tweet: 'private', visibility: VISIBILITY.private });

    const forAll = await services.timelines.publicOf(ada.user.id, { limit: 1 });
    assert.deepEqual(texts(forAll), ['public']);
    assert.equal(forAll.next, undefined);
    assert.notEqual((await services.timelines.home(ada.viewer, { limit: 1 })).next, undefined);
  });

  test('have 100 tweets unless told otherwise', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    await tweetTimes(services, ada, 101);
    const page = await services.timelines.publicOf(ada.user.id, {});
    assert.equal(tweetsOf(page).length, 100);
    const rest = await services.timelines.publicOf(ada.user.id, { before: page.next });
    assert.deepEqual(texts(rest), ['tweet 1']);
  });
});
