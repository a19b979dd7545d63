import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VISIBILITY } from '../../src/model/schema.ts';
import { refusal } from '../kit/domain-errors.ts';
import { startServices, type TestServices } from '../kit/services.ts';

const tweetsIn = ({ store }: TestServices) =>
  store.reader.selectFrom('tweets').selectAll().orderBy('id').execute();

const deleteUser = ({ store }: TestServices, id: number) =>
  store.write((tx) => tx.deleteFrom('users').where('id', '=', id).execute());

test('a tweet is stored as the public, original tweet of its author', async (t) => {
  const services = await startServices(t);
  const { viewer } = await services.join('Ada');

  const id = await services.tweets.post(viewer, '안녕하세요');

  const [stored, ...others] = await tweetsIn(services);
  assert.deepEqual(others, []);
  assert.partialDeepStrictEqual(
    { ...stored },
    {
      id,
      user_id: viewer.userId,
      tweet: '안녕하세요',
      visibility: VISIBILITY.public,
      reply_to_id: null,
      reblog_of_id: null,
      created_at: services.clock.now(),
    },
  );
});

test('a tweet is stored in NFC', async (t) => {
  const services = await startServices(t);
  const { viewer } = await services.join('Ada');
  await services.tweets.post(viewer, 'Cafe\u0301');
  assert.deepEqual(
    (await tweetsIn(services)).map(({ tweet }) => tweet),
    ['Café'],
  );
});

test('a later tweet has a higher id, within a millisecond, too', async (t) => {
  const { join, tweets, clock } = await startServices(t);
  const { viewer } = await join('Ada');
  const first = await tweets.post(viewer, 'first');
  const second = await tweets.post(viewer, 'second');
  clock.pass(1);
  const third = await tweets.post(viewer, 'third');
  assert.ok(first < second && second < third);
});

test('a tweet that breaks a rule is refused and not stored', async (t) => {
  const services = await startServices(t);
  const { viewer } = await services.join('Ada');
  const post = (text: string) => services.tweets.post(viewer, text);

  await assert.rejects(post(' \n\u200b'), refusal('tweet_blank'));
  await assert.rejects(post('a'.repeat(301)), refusal('tweet_too_long'));
  await assert.rejects(post(`x${'\u0323'.repeat(3000)}`), refusal('tweet_too_complex'));
  await assert.rejects(post('a\0'), refusal('text_invalid'));
  await assert.rejects(
    services.tweets.post(viewer, 'Hello', 'not a key'),
    refusal('idempotency_key_invalid'),
  );

  assert.deepEqual(await tweetsIn(services), []);
});

test('the largest tweet there may be is stored whole', async (t) => {
  const services = await startServices(t);
  const { viewer } = await services.join('Ada');
  const largest = `x${'\u{1d165}'.repeat(2999)}`;
  await services.tweets.post(viewer, largest);
  assert.equal((await tweetsIn(services))[0]?.tweet, largest);
});

test('the same words may be tweeted twice', async (t) => {
  const services = await startServices(t);
  const { viewer } = await services.join('Ada');
  await services.tweets.post(viewer, 'Hello');
  await services.tweets.post(viewer, 'Hello');
  assert.equal((await tweetsIn(services)).length, 2);
});

test('a tweet that is sent twice with one key is stored once, also at the same moment', async (t) => {
  const services = await startServices(t);
  const { viewer } = await services.join('Ada');
  const post = () => services.tweets.post(viewer, 'Hello', 'key-1');

  const ids = [...(await Promise.all([post(), post()])), await post()];

  assert.equal(new Set(ids).size, 1);
  assert.equal((await tweetsIn(services)).length, 1);
});

test('one key cannot stand for two tweets', async (t) => {
  const services = await startServices(t);
  const { viewer } = await services.join('Ada');
  await services.tweets.post(viewer, 'Hello', 'key-1');
  await assert.rejects(
    services.tweets.post(viewer, 'Bye', 'key-1'),
    refusal('idempotency_key_reused'),
  );
});

test('the same words in NFC and NFD are the same tweet to a key', async (t) => {
  const { join, tweets } = await startServices(t);
  const { viewer } = await join('Ada');
  const first = await tweets.post(viewer, 'Café', 'key-1');
  assert.equal(await tweets.post(viewer, 'Cafe\u0301', 'key-1'), first);
});

test('the keys of two people never meet', async (t) => {
  const services = await startServices(t);
  const ada = await services.join('Ada');
  const bob = await services.join('Bob');
  await services.tweets.post(ada.viewer, 'Hello', 'key-1');
  await services.tweets.post(bob.viewer, 'Hello', 'key-1');
  assert.deepEqual(
    (await tweetsIn(services)).map((tweet) => tweet.user_id),
    [ada.viewer.userId, bob.viewer.userId],
  );
});

test('a user who has been deleted meanwhile must log in', async (t) => {
  const services = await startServices(t);
  const { viewer } = await services.join('Ada');
  await deleteUser(services, viewer.userId);
  await assert.rejects(services.tweets.post(viewer, 'Hello'), refusal('token_invalid'));
  await assert.rejects(services.tweets.post(viewer, 'Hello', 'key-1'), refusal('token_invalid'));
});
