import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../kit/app.ts';
import { describeOnEngines } from '../../kit/engines.ts';
import { clientFor } from '../../kit/mastodon.ts';

describeOnEngines('search over the Mastodon API', (engine) => {
  test('finds accounts, hashtags and statuses', async (t) => {
    const app = await startApp(t, { engine });
    const [ada, ben] = [await app.join('Ada'), await app.join('김철수')];
    const status = await clientFor(app, ben).v1.statuses.create({ status: '안녕 #고양이 여러분' });
    const client = clientFor(app, ada);

    const all = await client.v2.search.list({ q: '안녕' });
    assert.deepEqual(
      [all.accounts, all.hashtags, all.statuses.map(({ id }) => id)],
      [[], [], [status.id]],
    );
    const tags = await client.v2.search.list({ q: '#고양', type: 'hashtags' });
    assert.deepEqual(
      tags.hashtags.map(({ name, url, history, following }) => ({ name, url, history, following })),
      [
        {
          name: '고양이',
          url: `${app.url}/tags/${encodeURIComponent('고양이')}`,
          history: [],
          following: false,
        },
      ],
    );
    assert.deepEqual([tags.accounts, tags.statuses], [[], []]);
    const people = await client.v2.search.list({ q: '철수', resolve: true });
    assert.deepEqual(
      people.accounts.map(({ displayName }) => displayName),
      ['김철수'],
    );
  });
});
