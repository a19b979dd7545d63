import '../kit/client.ts';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { type Asked, serve, status } from '../kit/server.ts';

const { notificationPages } = await import('#lib/state/notification-pages.ts');
const { forgetPages } = await import('#lib/state/pages.svelte.ts');
const { tweetOf } = await import('#lib/state/tweets.svelte.ts');

const person = (id: string) => ({ id, acct: `p${id}`, username: `p${id}`, display_name: `P${id}` });

/** A group as the Mastodon API tells it. */
const group = (key: string, newest: number, people: readonly string[], more: object = {}) => ({
  group_key: key,
  notifications_count: people.length,
  type: 'favourite',
  most_recent_notification_id: String(newest),
  latest_page_notification_at: '2026-01-01T00:00:00.000Z',
  sample_account_ids: people,
  status_id: '7',
  ...more,
});

const answer = (groups: readonly ReturnType<typeof group>[]) => ({
  accounts: [...new Set(groups.flatMap((one) => one.sample_account_ids))].map(person),
  statuses: [status('7')],
  notification_groups: groups,
});

const paramsOf = ({ path }: Asked) => new URL(path, location.origin).searchParams;

describe('notifications', () => {
  beforeEach(() => forgetPages());

  it('bring the people and the tweet of a group together', async (t) => {
    const asked = serve(t, () => ({ json: answer([group('favourite-7', 12, ['3', '2'])]) }));
    const pages = notificationPages(false);
    await pages.more();
    const [notice] = pages.items;
    assert.equal(notice?.count, 2);
    assert.deepEqual(
      notice?.people.map(({ displayName }) => displayName),
      ['P3', 'P2'],
    );
    assert.equal(notice?.status?.id, '7');
    assert.ok(tweetOf('7'));
    assert.equal(paramsOf(asked[0] as Asked).has('types[]'), false);
  });

  it('ask for mentions alone where only those are wanted', async (t) => {
    const asked = serve(t, () => ({ json: answer([]) }));
    await notificationPages(true).more();
    assert.deepEqual(paramsOf(asked[0] as Asked).getAll('types[]'), ['mention']);
  });

  it('move a group to the top when it has grown, and leave others alone', async (t) => {
    let groups = [group('follow-1', 9, ['5'], { type: 'follow' }), group('favourite-7', 8, ['2'])];
    serve(t, () => ({ json: answer(groups) }));
    const pages = notificationPages(false);
    await pages.more();
    groups = [group('favourite-7', 10, ['3', '2']), ...groups.slice(0, 1)];
    await pages.lookForNewer();
    pages.showWaiting();
    assert.deepEqual(
      pages.items.map(({ id, count }) => [id, count]),
      [
        ['favourite-7', 2],
        ['follow-1', 1],
      ],
    );
    await pages.lookForNewer();
    assert.equal(pages.waiting.length, 0);
  });
});
