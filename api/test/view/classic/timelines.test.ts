import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, startApp } from '../../kit/app.ts';
import { assertError } from '../../kit/errors.ts';

const texts = ({ body }: Answer): string[] =>
  body.timeline.map((entry: { tweet: string }) => entry.tweet);

test('following shows on the very next read, and so does its end', async (t) => {
  const { join, call, tweet, timelineOf } = await startApp(t);
  const [ada, grace] = [await join('Ada'), await join('Grace')];
  await tweet(ada, 'by Ada');
  await tweet(grace, 'by Grace');

  for (let twice = 0; twice < 2; twice += 1) {
    const answer = await call('POST /follow', { as: ada, json: { follow: grace.id } });
    assert.deepEqual([answer.status, answer.text], [200, '']);
    assert.deepEqual(await timelineOf(ada), ['by Grace', 'by Ada']);
  }
  assert.deepEqual(await timelineOf(grace), ['by Grace']);

  for (let twice = 0; twice < 2; twice += 1) {
    const answer = await call('POST /unfollow', { as: ada, json: { unfollow: grace.id } });
    assert.deepEqual([answer.status, answer.text], [200, '']);
    assert.deepEqual(await timelineOf(ada), ['by Ada']);
  }
});

test('nobody follows himself, nobody, or a word', async (t) => {
  const { join, call } = await startApp(t);
  const ada = await join('Ada');
  const follow = (json: unknown) => call('POST /follow', { as: ada, json });

  assertError(await follow({ follow: ada.id }), 'follow_self');
  assertError(await follow({ follow: 999 }), 'user_not_found');
  for (const wrong of ['2', 0, -1, 1.5, null, 2 ** 60]) {
    assertError(await follow({ follow: wrong }), 'invalid_input');
  }
  assertError(await follow({ unfollow: 2 }), 'invalid_input');
  assert.equal((await call('POST /unfollow', { as: ada, json: { unfollow: 999 } })).status, 200);
});

test('a timeline has exactly the course’s keys, for everybody and for oneself', async (t) => {
  const { join, call, tweet } = await startApp(t);
  const [ada, grace] = [await join('Ada'), await join('Grace')];
  await call('POST /follow', { as: ada, json: { follow: grace.id } });
  await tweet(grace, 'one');
  await tweet(ada, 'two');
  const expected = {
    user_id: ada.id,
    timeline: [
      { user_id: ada.id, tweet: 'two' },
      { user_id: grace.id, tweet: 'one' },
    ],
  };

  assert.deepEqual((await call(`GET /timeline/${ada.id}`)).body, expected);
  assert.deepEqual((await call('GET /timeline', { as: ada })).body, expected);
  const empty = await call(`GET /timeline/${(await join('Linus')).id}`);
  assert.deepEqual(empty.body.timeline, []);
});

test('a timeline comes a hundred at a time, and its Links lead through all of it', async (t) => {
  const { join, call, tweet } = await startApp(t);
  const [ada, grace] = [await join('Ada'), await join('Grace')];
  await call('POST /follow', { as: ada, json: { follow: grace.id } });
  const written = Array.from({ length: 250 }, (_, n) => `tweet ${n}`);
  await Promise.all(written.map((text, n) => tweet(n % 3 === 0 ? ada : grace, text)));

  const pages: string[][] = [];
  let path: string | undefined = `/timeline/${ada.id}`;
  while (path) {
    const answer = await call(`GET ${path as `/${string}`}`);
    pages.push(texts(answer));
    path = /^<http:\/\/127\.0\.0\.1:\d+([^>]+)>; rel="next"$/.exec(
      answer.headers.get('link') ?? '',
    )?.[1];
  }

  assert.deepEqual(
    pages.map((page) => page.length),
    [100, 100, 50],
  );
  assert.deepEqual(pages.flat().toSorted(), written.toSorted());
  const exact = await call(`GET /timeline/${ada.id}?limit=250`);
  assert.equal(texts(exact).length, 250);
  assert.equal(exact.headers.get('link'), null);
  const own = await call('GET /timeline?limit=2', { as: ada });
  assert.deepEqual(texts(own), pages[0]?.slice(0, 2));
  assert.match(own.headers.get('link') ?? '', /\/timeline\?limit=2&before=\d+>; rel="next"$/);
});

test('a timeline that cannot be is refused', async (t) => {
  const { join, call } = await startApp(t);
  const { id } = await join('Ada');

  assertError(await call('GET /timeline/999'), 'user_not_found');
  for (const path of ['0', '-1', 'abc', '1.5', '9007199254740993']) {
    assertError(await call(`GET /timeline/${path}`), 'invalid_input');
  }
  for (const query of ['limit=0', 'limit=801', 'limit=many', 'limit=', 'before=0', 'before=x']) {
    assertError(await call(`GET /timeline/${id}?${query}`), 'invalid_input');
  }
  for (const query of ['limit=1', 'limit=800', 'unknown=1']) {
    assert.equal((await call(`GET /timeline/${id}?${query}`)).status, 200);
  }
});

test('links bear the public address when it is set, and no invented host', async (t) => {
  const publicUrl = 'https://minitter.example/base';
  const { join, call, tweet } = await startApp(t, { env: { MINITTER_PUBLIC_URL: publicUrl } });
  const ada = await join('Ada');
  await tweet(ada, 'one');
  await tweet(ada, 'two');

  const { headers } = await call('GET /timeline?limit=1', { as: ada });

  assert.match(
    headers.get('link') ?? '',
    /^<https:\/\/minitter\.example\/base\/timeline\?limit=1&before=\d+>/,
  );
});
