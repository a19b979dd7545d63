import '../kit/client.ts';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { serve, status } from '../kit/server.ts';

const { api } = await import('#lib/api/client.ts');
const { speak } = await import('#lib/i18n/index.svelte.ts');
const { Draft, draftFor } = await import('#lib/state/draft.svelte.ts');
const { forgetPages } = await import('#lib/state/pages.svelte.ts');
const { postTweet } = await import('#lib/state/post-tweet.ts');
const { loadCounter } = await import('#lib/text/length.svelte.ts');
const { session } = await import('#lib/state/session.svelte.ts');
const { homePages } = await import('#lib/state/timelines.ts');
const { tweetOf } = await import('#lib/state/tweets.svelte.ts');

const ME = { id: '1', acct: 'ada', username: 'ada', displayName: 'Ada' };

beforeEach(async () => {
  await speak('en');
  localStorage.clear();
  forgetPages();
  session.tell(ME as never);
});

describe('a draft', () => {
  it('is kept until it has been sent', () => {
    const draft = new Draft({ kind: 'new' }, 'ko');
    draft.text = '아직 덜 쓴 글';
    draft.hasWarning = true;
    draft.warning = '주의';
    draft.keep();
    const again = new Draft({ kind: 'new' }, 'ko');
    assert.equal(again.text, '아직 덜 쓴 글');
    assert.equal(again.warning, '주의');
    again.discard();
    assert.equal(new Draft({ kind: 'new' }, 'ko').text, '');
  });

  it('is one person’s', () => {
    const draft = new Draft({ kind: 'new' }, 'en');
    draft.text = 'Mine';
    draft.keep();
    session.tell({ ...ME, id: '2' } as never);
    assert.equal(new Draft({ kind: 'new' }, 'en').text, '');
  });

  it('is the same wherever it is written at', () => {
    const first = draftFor({ kind: 'new' }, 'en');
    first.text = 'Half';
    assert.equal(draftFor({ kind: 'new' }, 'en'), first);
    first.discard();
  });

  it('leaves nothing behind when nothing was typed', () => {
    new Draft({ kind: 'new' }, 'en').keep();
    assert.deepEqual(
      Object.keys(localStorage).filter((key) => key.includes('draft')),
      [],
    );
  });

  it('may be sent when there is something, and not too much', async () => {
    await loadCounter();
    const draft = new Draft({ kind: 'new' }, 'en');
    assert.equal(draft.isReady, false);
    draft.text = '  ';
    assert.equal(draft.isReady, false);
    draft.text = '👩‍👩‍👧‍👦'.repeat(300);
    assert.equal(draft.left, 0);
    assert.equal(draft.isReady, true);
    draft.hasWarning = true;
    draft.warning = 'W';
    assert.equal(draft.left, -2);
    assert.equal(draft.isReady, false);
  });
});

describe('an answer', () => {
  it('addresses all who take part, but not its author', async (t) => {
    serve(t, () => ({
      json: status('7', {
        account: { id: '2', acct: 'grace', username: 'grace', display_name: 'Grace' },
        mentions: [
          { id: '1', acct: 'ada', username: 'ada' },
          { id: '3', acct: 'bada', username: 'bada' },
        ],
        visibility: 'private',
        spoiler_text: 'Work',
      }),
    }));
    const to = await api().v1.statuses.$select('7').fetch();
    const draft = new Draft({ kind: 'reply', to }, 'en');
    assert.equal(draft.text, '@grace @bada ');
    assert.equal(draft.visibility, 'private');
    assert.equal(draft.warning, 'Work');
  });
});

describe('posting', () => {
  it('shows the tweet at once, and replaces it by the server’s', async (t) => {
    let shown: string[] = [];
    const asked = serve(t, ({ method }) => {
      if (method === 'GET') return { json: [status('5')] };
      shown = pages.items.map(({ id }) => id);
      return { json: status('9', { content: '<p>Hello</p>' }) };
    });
    const pages = homePages();
    await pages.more();
    const draft = new Draft({ kind: 'new' }, 'en');
    draft.text = 'Hello <b>';
    await postTweet(draft, 'key-1');
    assert.deepEqual(shown, ['pending-key-1', '5']);
    assert.deepEqual(
      pages.items.map(({ id }) => id),
      ['9', '5'],
    );
    assert.equal(tweetOf('pending-key-1'), undefined);
    const [, sent] = asked;
    assert.equal(sent?.headers.get('idempotency-key'), 'key-1');
    assert.partialDeepStrictEqual(sent?.body, { status: 'Hello <b>', visibility: 'public' });
  });

  it('takes the tweet back when the server refuses', async (t) => {
    serve(t, ({ method }) =>
      method === 'GET' ? { json: [status('5')] } : { status: 422, json: { error: 'No.' } },
    );
    const pages = homePages();
    await pages.more();
    const draft = new Draft({ kind: 'new' }, 'en');
    draft.text = 'Hello';
    await assert.rejects(postTweet(draft, 'key-2'), /No\./);
    assert.deepEqual(
      pages.items.map(({ id }) => id),
      ['5'],
    );
    assert.equal(draft.text, 'Hello');
  });
});
