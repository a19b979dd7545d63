/** What two people are to each other, whatever they do, one after the other or at once. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { Relation } from '../../src/service/relations.ts';
import { codeOf, refusal } from '../kit/domain-errors.ts';
import { describeOnEngines, type Engine } from '../kit/engines.ts';
import { HOUR, MINUTE, SECOND } from '../kit/fake-clock.ts';
import { type Member, startServices, type TestServices } from '../kit/services.ts';

/** What one is to the other, as far as he decides it. */
interface Side {
  follows: boolean;
  hasRequested: boolean;
  blocks: boolean;
  mutes: boolean;
  endorses: boolean;
  note: string;
}

type Act = (services: TestServices, me: Member, other: Member) => Promise<unknown>;

const ACTS = {
  follow: ({ follows }, me, { user }) => follows.follow(me.viewer, user.id),
  unfollow: ({ follows }, me, { user }) => follows.unfollow(me.viewer, user.id),
  removeFollower: ({ follows }, me, { user }) => follows.removeFollower(me.viewer, user.id),
  authorize: ({ follows }, me, { user }) => follows.authorize(me.viewer, user.id),
  reject: ({ follows }, me, { user }) => follows.reject(me.viewer, user.id),
  block: ({ blocks }, me, { user }) => blocks.block(me.viewer, user.id),
  unblock: ({ blocks }, me, { user }) => blocks.unblock(me.viewer, user.id),
  mute: ({ mutes }, me, { user }) =>
    mutes.mute(me.viewer, user.id, { hidesNotifications: true, seconds: 0 }),
  unmute: ({ mutes }, me, { user }) => mutes.unmute(me.viewer, user.id),
  endorse: ({ relations }, me, { user }) => relations.endorse(me.viewer, user.id),
  unendorse: ({ relations }, me, { user }) => relations.unendorse(me.viewer, user.id),
  note: ({ relations }, me, { user }) => relations.note(me.viewer, user.id, 'met in Seoul'),
} satisfies Record<string, Act>;

type Deed = keyof typeof ACTS;
const DEEDS = Object.keys(ACTS) as Deed[];

const part = (side: Side) =>
  Object.assign(side, { follows: false, hasRequested: false, endorses: false });
const grant = (theirs: Side, follows: boolean) => {
  if (!theirs.hasRequested) return 'follow_request_not_found';
  Object.assign(theirs, { hasRequested: false, follows });
  return undefined;
};

/** The rules once more, as plain as can be; each may say with which code it is refused. */
const RULES: Record<Deed, (mine: Side, theirs: Side, isOtherLocked: boolean) => unknown> = {
  follow: (mine, theirs, isOtherLocked) => {
    if (mine.blocks || theirs.blocks) return 'follow_refused';
    if (isOtherLocked && !mine.follows) mine.hasRequested = true;
    else mine.follows = true;
    return undefined;
  },
  unfollow: (mine) => void part(mine),
  removeFollower: (_, theirs) => void part(theirs),
  authorize: (_, theirs) => grant(theirs, true),
  reject: (_, theirs) => grant(theirs, false),
  block: (mine, theirs) => void Object.assign(part(mine), { blocks: true }, void part(theirs)),
  unblock: (mine) => void Object.assign(mine, { blocks: false }),
  mute: (mine) => void Object.assign(mine, { mutes: true }),
  unmute: (mine) => void Object.assign(mine, { mutes: false }),
  endorse: (mine) => {
    if (!mine.follows) return 'endorsement_refused';
    mine.endorses = true;
    return undefined;
  },
  unendorse: (mine) => void Object.assign(mine, { endorses: false }),
  note: (mine) => void Object.assign(mine, { note: 'met in Seoul' }),
};

const strangers = (): Side => ({
  follows: false,
  hasRequested: false,
  blocks: false,
  mutes: false,
  endorses: false,
  note: '',
});

function sideOf({ follows, hasRequested, blocks, mutes, endorses, note }: Relation): Side {
  return { follows, hasRequested, blocks, mutes, endorses, note };
}

async function bothSides({ relations }: TestServices, one: Member, other: Member) {
  const mine = await relations.to(one.viewer, other.user.id);
  const theirs = await relations.to(other.viewer, one.user.id);
  assert.equal(mine.isFollowedBy, theirs.follows);
  assert.equal(mine.isRequestedBy, theirs.hasRequested);
  assert.equal(mine.isBlockedBy, theirs.blocks);
  return [sideOf(mine), sideOf(theirs)] as const;
}

async function startWithPair(t: TestContext, engine: Engine) {
  const services = await startServices(t, { engine, throttles: { on: false } });
  let pairs = 0;
  /** Two new people; the second one is locked. */
  const newPair = async () => {
    pairs += 1;
    const open = await services.join(`Open ${pairs}`);
    const locked = await services.join(`Locked ${pairs}`);
    const { store, model } = services;
    await store.write((tx) => model.users.update(tx, locked.user.id, { is_locked: 1 }, 1));
    return { open, locked };
  };
  return { services, newPair };
}

describeOnEngines('what two people are to each other', (engine) => {
  test('is what the rules say, whatever they do one after the other', async (t) => {
    const { services, newPair } = await startWithPair(t, engine);
    const step = fc.record({ isByLocked: fc.boolean(), deed: fc.constantFrom(...DEEDS) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { open, locked } = await newPair();
        const [ofOpen, ofLocked] = [strangers(), strangers()];
        for (const { isByLocked, deed } of steps) {
          const [me, other] = isByLocked ? [locked, open] : [open, locked];
          const [mine, theirs] = isByLocked ? [ofLocked, ofOpen] : [ofOpen, ofLocked];
          const expected = RULES[deed](mine, theirs, !isByLocked);
          assert.equal(await codeOf(ACTS[deed](services, me, other)), expected, deed);
          assert.deepEqual(await bothSides(services, open, locked), [ofOpen, ofLocked], deed);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('never has a follow beside a block, or a request beside a follow', async (t) => {
    const { services, newPair } = await startWithPair(t, engine);
    for (let round = 0; round < 8; round += 1) {
      const { open, locked } = await newPair();
      await services.follows.follow(open.viewer, locked.user.id);
      await Promise.allSettled([
        services.follows.authorize(locked.viewer, open.user.id),
        services.follows.follow(open.viewer, locked.user.id),
        services.follows.follow(locked.viewer, open.user.id),
        round % 2 === 0 ? services.blocks.block(locked.viewer, open.user.id) : undefined,
      ]);
      const [ofOpen, ofLocked] = await bothSides(services, open, locked);
      const isBlocked = ofOpen.blocks || ofLocked.blocks;
      assert.equal(isBlocked, round % 2 === 0);
      for (const side of [ofOpen, ofLocked]) {
        assert.ok(!(isBlocked && (side.follows || side.hasRequested)), `round ${round}`);
        assert.ok(!(side.follows && side.hasRequested), `round ${round}`);
      }
    }
  });

  test('a mute ends at its time, and is forgotten then', async (t) => {
    const { join, mutes, relations, model, clock } = await startServices(t, { engine });
    const [ada, bob] = [await join('Ada'), await join('Bob')];
    await mutes.mute(ada.viewer, bob.user.id, { hidesNotifications: false, seconds: 3600 });
    const muted = await relations.to(ada.viewer, bob.user.id);
    assert.deepEqual(
      [muted.mutes, muted.mutesNotifications, muted.muteEndsAt],
      [true, false, clock.now() + HOUR],
    );

    clock.pass(HOUR - SECOND);
    await mutes.sweep();
    assert.equal((await relations.to(ada.viewer, bob.user.id)).mutes, true);

    clock.pass(SECOND);
    const all = { below: undefined, above: undefined, fromBelow: false, limit: 10 };
    assert.equal((await relations.to(ada.viewer, bob.user.id)).mutes, false);
    assert.deepEqual(await mutes.page(ada.viewer, all), []);
    assert.deepEqual(await model.mutes.whoseHaveEnded(clock.now(), 10), [ada.user.id]);
    await mutes.sweep();
    assert.deepEqual(await model.mutes.whoseHaveEnded(clock.now(), 10), []);
  });

  test('a later mute is on its own terms', async (t) => {
    const { join, mutes, relations, clock } = await startServices(t, { engine });
    const [ada, bob] = [await join('Ada'), await join('Bob')];
    await mutes.mute(ada.viewer, bob.user.id, { hidesNotifications: false, seconds: 60 });
    await mutes.mute(ada.viewer, bob.user.id, { hidesNotifications: true, seconds: 0 });
    clock.pass(MINUTE);
    const {
      mutes: isMuted,
      muteEndsAt,
      mutesNotifications,
    } = await relations.to(ada.viewer, bob.user.id);
    assert.deepEqual([isMuted, muteEndsAt, mutesNotifications], [true, null, true]);
  });

  test('a later follow has the later wishes, and a request keeps them', async (t) => {
    const { services, newPair } = await startWithPair(t, engine);
    const { follows, relations } = services;
    const { open, locked } = await newPair();
    await follows.follow(open.viewer, locked.user.id);
    await follows.follow(open.viewer, locked.user.id, { showsReblogs: false, notifies: true });
    await follows.authorize(locked.viewer, open.user.id);
    const granted = await relations.to(open.viewer, locked.user.id);
    assert.deepEqual(
      [granted.follows, granted.showsReblogs, granted.notifies],
      [true, false, true],
    );

    await follows.follow(open.viewer, locked.user.id, { notifies: false });
    const later = await relations.to(open.viewer, locked.user.id);
    assert.deepEqual([later.follows, later.showsReblogs, later.notifies], [true, false, false]);
  });
});

test('nobody blocks, mutes or follows himself, or somebody who is not there', async (t) => {
  const { join, follows, blocks, mutes, relations } = await startServices(t);
  const { viewer, user } = await join('Ada');
  const terms = { hidesNotifications: true, seconds: 0 };
  await assert.rejects(blocks.block(viewer, user.id), refusal('relation_self'));
  await assert.rejects(mutes.mute(viewer, user.id, terms), refusal('relation_self'));
  await assert.rejects(follows.follow(viewer, user.id), refusal('follow_self'));
  for (const id of [user.id + 1, -1]) {
    await assert.rejects(blocks.block(viewer, id), refusal('user_not_found'));
    await assert.rejects(mutes.mute(viewer, id, terms), refusal('user_not_found'));
    await assert.rejects(follows.follow(viewer, id), refusal('user_not_found'));
    await assert.rejects(relations.note(viewer, id, 'nobody'), refusal('user_not_found'));
    await assert.rejects(relations.to(viewer, id), refusal('user_not_found'));
    await assert.rejects(relations.endorse(viewer, id), refusal('endorsement_refused'));
  }
});

test('nobody begins to follow somebody who is suspended', async (t) => {
  const { join, follows, store, model } = await startServices(t);
  const [ada, bob] = [await join('Ada'), await join('Bob')];
  await store.write((tx) => model.users.update(tx, bob.user.id, { state: 'suspended' }, 1));
  await assert.rejects(follows.follow(ada.viewer, bob.user.id), refusal('user_not_found'));
});

test('everybody concerned is told of a change, and nobody else', async (t) => {
  const { join, follows, blocks, events } = await startServices(t);
  const [ada, bob] = [await join('Ada'), await join('Bob')];
  const told: number[] = [];
  events.subscribe((event) => {
    if (event.kind === 'relations changed') told.push(event.userId);
  });
  await follows.follow(ada.viewer, bob.user.id);
  assert.deepEqual(told.splice(0), [ada.user.id]);
  await follows.removeFollower(bob.viewer, ada.user.id);
  assert.deepEqual(told.splice(0), [ada.user.id]);
  await blocks.block(ada.viewer, bob.user.id);
  assert.deepEqual(told.splice(0), [ada.user.id, bob.user.id]);
});

test('a follow is notified once, and not any more when it is taken back', async (t) => {
  const services = await startServices(t);
  const { join, follows } = services;
  const [ada, bob] = [await join('Ada'), await join('Bob')];
  await follows.follow(ada.viewer, bob.user.id);
  await follows.follow(ada.viewer, bob.user.id);
  assert.deepEqual(await toldOf(services, bob), ['follow']);
  await follows.unfollow(ada.viewer, bob.user.id);
  assert.deepEqual(await toldOf(services, bob), []);
});

test('a request is notified, and turns into a follow or into nothing', async (t) => {
  const { services, newPair } = await startWithPair(t, 'sqlite');
  const { follows } = services;
  const { open, locked } = await newPair();
  await follows.follow(open.viewer, locked.user.id);
  assert.deepEqual(await toldOf(services, locked), ['follow_request']);
  await follows.authorize(locked.viewer, open.user.id);
  assert.deepEqual(await toldOf(services, locked), ['follow']);

  await follows.unfollow(open.viewer, locked.user.id);
  await follows.follow(open.viewer, locked.user.id);
  await follows.reject(locked.viewer, open.user.id);
  assert.deepEqual(await toldOf(services, locked), []);
});

test('a block takes away what was notified, and stops more', async (t) => {
  const services = await startServices(t);
  const { join, follows, blocks, tweets } = services;
  const [ada, bob] = [await join('Ada'), await join('Bob')];
  await follows.follow(ada.viewer, bob.user.id);
  await tweets.post(ada.viewer, 'Hello @bob');
  assert.deepEqual(await toldOf(services, bob), ['mention', 'follow']);
  await blocks.block(bob.viewer, ada.user.id);
  assert.deepEqual(await toldOf(services, bob), []);
  await tweets.post(ada.viewer, 'Hello again @bob');
  assert.deepEqual(await toldOf(services, bob), []);
});

test('all requests are granted at once when somebody is locked no more', async (t) => {
  const { services, newPair } = await startWithPair(t, 'sqlite');
  const { follows, relations, join } = services;
  const { open, locked } = await newPair();
  const third = await join('Third');
  for (const { viewer } of [open, third]) await follows.follow(viewer, locked.user.id);
  await follows.authorizeAll(locked.viewer);
  const between = await relations.between(locked.viewer, [open.user.id, third.user.id, 12_345]);
  assert.deepEqual(
    between.map(({ isFollowedBy, isRequestedBy }) => [isFollowedBy, isRequestedBy]),
    [
      [true, false],
      [true, false],
    ],
  );
});

/** What somebody has been told, newest first. */
async function toldOf({ model, clock }: TestServices, { user }: Member): Promise<string[]> {
  const kinds = ['mention', 'follow', 'follow_request'] as const;
  const page = await model.notificationPages.page(
    { userId: user.id, kinds, now: clock.now() },
    { below: undefined, above: undefined, fromBelow: false, limit: 20 },
  );
  return page.map(({ kind }) => kind);
}
