import '../kit/client.ts';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { serve, status } from '../kit/server.ts';

const { api } = await import('#lib/api/client.ts');
const { speak } = await import('#lib/i18n/index.svelte.ts');
const { homePages } = await import('#lib/state/timelines.ts');
const { forgetPages } = await import('#lib/state/pages.svelte.ts');
const { toasts, dismiss } = await import('#lib/state/toasts.svelte.ts');
const { deleteTweet, toggleFavourite, toggleReblog } = await import('#lib/state/tweet-actions.ts');
const { forgetTweets, keepTweet, tweetOf } = await import('#lib/state/tweets.svelte.ts');

/** Reads one tweet, as a page would. */
async function read() {
  const tweet = await api().v1.statuses.$select('7').fetch();
  keepTweet(tweet);
  return tweet;
}

describe('what is done to a tweet', () => {
  beforeEach(async () => {
    await speak('en');
    forgetPages();
    forgetTweets();
    for (const { id } of toasts()) dismiss(id);
  });

  it('shows at once, and then as the server says', async (t) => {
    const waits = Promise.withResolvers<void>();
    serve(t, async ({ method }) => {
      if (method === 'GET') return { json: status('7') };
      await waits.promise;
      return { json: status('7', { favourited: true, favourites_count: 9 }) };
    });
    const done = toggleFavourite(await read());
    assert.equal(tweetOf('7')?.favourited, true);
    assert.equal(tweetOf('7')?.favouritesCount, 4);
    waits.resolve();
    await done;
    assert.equal(tweetOf('7')?.favouritesCount, 9);
    assert.deepEqual(toasts(), []);
  });

  it('is taken back when the server refuses, with a word about it', async (t) => {
    serve(t, ({ method }) =>
      method === 'GET'
        ? { json: status('7') }
        : { status: 403, json: { error: 'You may not boost this.' } },
    );
    const done = toggleReblog(await read());
    assert.equal(tweetOf('7')?.reblogged, true);
    await done;
    assert.equal(tweetOf('7')?.reblogged, false);
    assert.equal(tweetOf('7')?.reblogsCount, 0);
    assert.match(toasts()[0]?.text ?? '', /You may not boost this/);
    assert.equal(toasts()[0]?.isError, true);
  });

  it('is taken back when there is no connection', async (t) => {
    serve(t, ({ method }) => (method === 'GET' ? { json: status('7') } : new TypeError('network')));
    await toggleFavourite(await read());
    assert.equal(tweetOf('7')?.favourited, false);
    assert.equal(tweetOf('7')?.favouritesCount, 3);
    assert.match(toasts()[0]?.text ?? '', /offline/);
  });
});

describe('a deleted tweet', () => {
  it('goes from every list, with its boosts', async (t) => {
    serve(t, ({ method }) =>
      method === 'DELETE'
        ? { json: status('7') }
        : { json: [status('9', { reblog: status('7') }), status('8'), status('7')] },
    );
    const pages = homePages();
    await pages.more();
    assert.equal(pages.items.length, 3);
    const tweet = tweetOf('7');
    assert.ok(tweet);
    assert.equal(await deleteTweet(tweet), true);
    assert.deepEqual(
      pages.items.map(({ id }) => id),
      ['8'],
    );
  });
});
