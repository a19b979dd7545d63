import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal } from '../kit/domain-errors.ts';
import { startServices } from '../kit/services.ts';

test('somebody follows another, and not the other way round', async (t) => {
  const { join, follows, model } = await startServices(t);
  const ada = await join('Ada');
  const bob = await join('Bob');

  await follows.follow(ada.viewer, bob.user.id);

  assert.deepEqual(await model.follows.followedBy(ada.user.id), [bob.user.id]);
  assert.deepEqual(await model.follows.followedBy(bob.user.id), []);
});

test('following twice is following once, also at the same moment', async (t) => {
  const { join, follows, model } = await startServices(t);
  const ada = await join('Ada');
  const bob = await join('Bob');
  const follow = () => follows.follow(ada.viewer, bob.user.id);

  await Promise.all([follow(), follow()]);
  await follow();

  assert.deepEqual(await model.follows.followedBy(ada.user.id), [bob.user.id]);
});

test('somebody follows two', async (t) => {
  const { join, follows, model } = await startServices(t);
  const ada = await join('Ada');
  const bob = await join('Bob');
  const eve = await join('Eve');
  await follows.follow(ada.viewer, eve.user.id);
  await follows.follow(ada.viewer, bob.user.id);
  assert.deepEqual(await model.follows.followedBy(ada.user.id), [bob.user.id, eve.user.id]);
});

test('nobody can follow himself', async (t) => {
  const { join, follows, model } = await startServices(t);
  const ada = await join('Ada');
  await assert.rejects(follows.follow(ada.viewer, ada.user.id), refusal('follow_self'));
  assert.deepEqual(await model.follows.followedBy(ada.user.id), []);
});

test('nobody can follow somebody who is not there', async (t) => {
  const { join, follows, model } = await startServices(t);
  const ada = await join('Ada');
  for (const id of [ada.user.id + 1, 0, -1, Number.MAX_SAFE_INTEGER]) {
    await assert.rejects(follows.follow(ada.viewer, id), refusal('user_not_found'));
  }
  assert.deepEqual(await model.follows.followedBy(ada.user.id), []);
});

test('a refused follow takes nothing with it that happens at the same moment', async (t) => {
  const { join, follows, model } = await startServices(t);
  const ada = await join('Ada');
  const bob = await join('Bob');

  const [refused, followed] = await Promise.allSettled([
    follows.follow(ada.viewer, 12_345),
    follows.follow(ada.viewer, bob.user.id),
  ]);

  assert.equal(refused.status, 'rejected');
  assert.equal(followed.status, 'fulfilled');
  assert.deepEqual(await model.follows.followedBy(ada.user.id), [bob.user.id]);
});

test('unfollowing ends it, and twice is once', async (t) => {
  const { join, follows, model } = await startServices(t);
  const ada = await join('Ada');
  const bob = await join('Bob');
  const eve = await join('Eve');
  await follows.follow(ada.viewer, bob.user.id);
  await follows.follow(ada.viewer, eve.user.id);

  await follows.unfollow(ada.viewer, bob.user.id);
  await follows.unfollow(ada.viewer, bob.user.id);

  assert.deepEqual(await model.follows.followedBy(ada.user.id), [eve.user.id]);
});

test('unfollowing somebody who is not there, or was not followed, changes nothing', async (t) => {
  const { join, follows, model } = await startServices(t);
  const ada = await join('Ada');
  const bob = await join('Bob');
  await follows.follow(bob.viewer, ada.user.id);

  await follows.unfollow(ada.viewer, bob.user.id);
  await follows.unfollow(ada.viewer, 12_345);
  await follows.unfollow(ada.viewer, ada.user.id);

  assert.deepEqual(await model.follows.followedBy(bob.user.id), [ada.user.id]);
});
