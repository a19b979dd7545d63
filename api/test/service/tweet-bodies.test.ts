/** What is read while a tweet changes is given to who asked, and not kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TweetDao, TweetText } from '../../src/model/tweets.ts';
import { DomainError } from '../../src/service/errors.ts';
import { KeptPages } from '../../src/service/kept-pages.ts';
import type { BytesById, TimelineStore } from '../../src/service/ports.ts';
import { type KeptTimeline, TimelineService } from '../../src/service/timelines.ts';
import { TweetBodies } from '../../src/service/tweet-bodies.ts';

const TWEET: TweetText = { id: 7, user_id: 1, tweet: 'said' };
const VIEWER = { userId: 1, jti: '', scopes: '' };

/** A cache without end. */
function everything(): BytesById {
  const kept = new Map<number, Uint8Array>();
  return {
    find: (id) => (kept.has(id) ? id : -1),
    length: (id) => kept.get(id)?.length ?? 0,
    copy: (id, target, at) => {
      const bytes = kept.get(id) as Uint8Array;
      target.set(bytes, at);
      return bytes.length;
    },
    put: (id, bytes) => void kept.set(id, bytes),
    delete: (id) => void kept.delete(id),
  };
}

/** One tweet on one timeline; the database answers when it is let. */
function world() {
  const row: { tweet: TweetText } = { tweet: TWEET };
  const reads: (() => void)[] = [];
  const findTexts = () => {
    const { tweet } = row;
    return new Promise<TweetText[]>((resolve) => reads.push(() => resolve([tweet])));
  };
  const bodies = new TweetBodies({
    tweets: { findTexts } as unknown as TweetDao,
    encode: ({ tweet }) => Buffer.from(JSON.stringify(tweet)),
    cache: everything(),
  });
  const timelines = new TimelineService({
    timelines: {
      read: () => [TWEET.id],
      tweetEdited: () => {},
      userChanged: () => {},
    } as unknown as TimelineStore,
    bodies,
    pages: new KeptPages<KeptTimeline>(64 * 1024),
  });
  const asked = () => new Promise((resolve) => setImmediate(resolve));
  const answerReads = () => {
    for (const answer of reads.splice(0)) answer();
  };
  return { row, timelines, asked, answerReads };
}

test('a timeline that was read once is there at once', async () => {
  const { timelines, asked, answerReads } = world();
  const first = timelines.home(VIEWER, {});
  assert.ok(first instanceof Promise);
  await asked();
  answerReads();
  assert.equal((await first).json.toString(), '["said"]');
  const second = timelines.home(VIEWER, {});
  assert.ok(!(second instanceof Promise));
  assert.equal(second.json.toString(), '["said"]');
});

test('what became of a tweet is not believed when the database did not say', async () => {
  const { row, timelines, asked, answerReads } = world();
  const first = timelines.home(VIEWER, {});
  await asked();
  answerReads();
  await first;
  const isLost = new Error('the connection is gone');
  const edit = timelines.inDoubt(TWEET.id, VIEWER.userId, async () => {
    row.tweet = { ...TWEET, tweet: 'meant' };
    throw isLost;
  });
  await assert.rejects(edit, isLost);
  const second = timelines.home(VIEWER, {});
  await asked();
  answerReads();
  assert.equal((await second).json.toString(), '["meant"]');
});

test('a change that is refused has everything stay as it is', async () => {
  const { timelines, asked, answerReads } = world();
  const first = timelines.home(VIEWER, {});
  await asked();
  answerReads();
  await first;
  const refused = new DomainError('tweet_not_found');
  const edit = timelines.inDoubt(TWEET.id, VIEWER.userId, () => Promise.reject(refused));
  await assert.rejects(edit, refused);
  assert.ok(!(timelines.home(VIEWER, {}) instanceof Promise));
});

test('a tweet that is edited while it is read is read again', async () => {
  const { row, timelines, asked, answerReads } = world();
  const first = timelines.home(VIEWER, {});
  await asked();
  row.tweet = { ...TWEET, tweet: 'meant' };
  timelines.tweetEdited(row.tweet, []);
  answerReads();
  assert.equal((await first).json.toString(), '["said"]', 'as it was when it was asked for');
  const second = timelines.home(VIEWER, {});
  await asked();
  answerReads();
  assert.equal((await second).json.toString(), '["meant"]');
});
