import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { refusal } from '../kit/domain-errors.ts';
import { describeOnEngines } from '../kit/engines.ts';
import { MemoryObjectStore } from '../kit/memory-object-store.ts';
import { ADDRESS, type ServicesOptions, signUpOf, startServices } from '../kit/services.ts';
import { storeWith } from '../kit/store-with.ts';

const ADA = signUpOf('Ada');
/** More than go in one unit. */
const MANY = 1100;

async function start(t: TestContext, options: ServicesOptions = {}) {
  const services = await startServices(t, options);
  const [ada, grace] = [await services.join('Ada'), await services.join('Grace')];
  await services.outbox.idle();
  services.mailer.sent.length = 0;
  const deleteHim = (password = ADA.password) =>
    services.ownDeletions.delete(ada.viewer, { password, address: ADDRESS, language: 'en' });
  const { store, model } = services;
  const postMany = () =>
    store.write(async (tx) => {
      for (let n = 1; n <= MANY; n += 1) {
        const tweet = { user_id: ada.user.id, tweet: 'Again', visibility: 0 };
        await model.tweets.insert(tx, tweet);
      }
    });
  const tweetsLeft = async () =>
    (await store.reader.selectFrom('tweets').select('id').execute()).length;
  return { ...services, ada, grace, deleteHim, postMany, tweetsLeft };
}

describeOnEngines('deleting oneself', (engine) => {
  test('needs the password, and then takes everything, however much it is', async (t) => {
    const services = await start(t, { engine });
    const { ada, grace, deleteHim, postMany, tweetsLeft, follows, sessions, users } = services;
    await follows.follow(grace.viewer, ada.user.id);
    await postMany();
    await sessions.authenticate(ada.token);
    await assert.rejects(deleteHim('wrong'), refusal('password_wrong'));
    assert.equal(await tweetsLeft(), MANY);

    await deleteHim();

    await assert.rejects(users.find(ada.user.id), refusal('user_not_found'));
    await assert.rejects(sessions.authenticate(ada.token), refusal('token_invalid'));
    const logIn = services.logIn(ADA.email, ADA.password);
    await assert.rejects(logIn, refusal('wrong_credentials'));
    assert.equal(await tweetsLeft(), 0);
    assert.ok(await sessions.authenticate(grace.token), 'nobody else is logged out');
  });

  test('leaves a tombstone: nobody gets the name or the id, and nobody can read the name', async (t) => {
    const { ada, deleteHim, signUp, store, model, clock } = await start(t, { engine });
    await deleteHim();
    const rows = await store.reader.selectFrom('former_users').selectAll().execute();
    assert.deepEqual(
      rows.map(({ user_id, username_key }) => [user_id, username_key]),
      [[ada.user.id, `#${ada.user.id}`]],
    );
    assert.match(rows[0]?.username_hash ?? '', /^[\w-]{43}$/);
    await assert.rejects(signUp('Eve', { username: 'ada' }), refusal('username_taken'));
    const next = await signUp('Ada');
    assert.equal(next.username, 'ada2');
    assert.ok(next.id > ada.user.id);

    // As an older release has left them.
    await store.write((tx) =>
      tx
        .insertInto('former_users')
        .values({ user_id: 77, username_key: 'babbage', deleted_at: clock.now() })
        .execute(),
    );
    await assert.rejects(signUp('Bob', { username: 'babbage' }), refusal('username_taken'));
    assert.equal(await store.write((tx) => model.formerUsers.forgetNames(tx, 10)), 1);
    assert.equal(await store.write((tx) => model.formerUsers.forgetNames(tx, 10)), 0);
    await assert.rejects(signUp('Bob', { username: 'babbage' }), refusal('username_taken'));
    const all = await store.reader.selectFrom('former_users').selectAll().execute();
    assert.doesNotMatch(JSON.stringify(all), /babbage/);
  });

  test('leaves answers answers, of any age, without saying to whom', async (t) => {
    const { ada, grace, deleteHim, tweets, model, postMany } = await start(t, { engine });
    await postMany();
    const said = await tweets.publish(ada.viewer, { text: 'Hello' });
    const answer = await tweets.publish(grace.viewer, { text: 'Hi', replyToId: said });
    const gone = await tweets.publish(ada.viewer, { text: 'Hm' });
    const orphan = await tweets.publish(grace.viewer, { text: 'What?', replyToId: gone });
    await tweets.delete(ada.viewer, gone);
    const own = await tweets.publish(grace.viewer, { text: 'Well', replyToId: answer });

    await deleteHim();

    const found = await model.tweets.findMany([answer, orphan, own]);
    assert.deepEqual(
      found
        .sort((a, b) => a.id - b.id)
        .map(({ reply_to_id, reply_to_user_id }) => [reply_to_id, reply_to_user_id]),
      [
        [null, 0],
        [null, 0],
        [answer, grace.user.id],
      ],
    );
  });

  test('that was broken off hides him at once, lets nobody bring him back, and is gone on with', async (t) => {
    let units = Number.POSITIVE_INFINITY;
    const services = await start(t, {
      engine,
      wrapStore: (store) =>
        storeWith(store, {
          write: async (unit) => {
            if ((units -= 1) < 0) throw new Error('the power is gone');
            return store.write(unit);
          },
        }),
    });
    const { ada, deleteHim, postMany, tweetsLeft, userAdmin, timelines, housekeeping } = services;
    await postMany();
    // One that marks him, and one that deletes tweets.
    units = 2;
    await deleteHim();
    units = Number.POSITIVE_INFINITY;
    assert.equal(await tweetsLeft(), MANY - 500);
    const { json } = await timelines.publicOf(ada.user.id, {});
    assert.equal(json.toString(), '[]');
    const logIn = services.logIn(ADA.email, ADA.password);
    await assert.rejects(logIn, refusal('account_suspended'));
    await assert.rejects(userAdmin.reinstate('ada'), refusal('user_not_found'));

    await housekeeping.run();

    assert.equal(await tweetsLeft(), 0);
    await assert.rejects(userAdmin.find('ada'), refusal('user_not_found'));
    await housekeeping.run();
  });
});

describe('deleting oneself', () => {
  test('deletes files, too', async (t) => {
    const objects = new MemoryObjectStore();
    const services = await start(t, { objectStores: [objects] });
    const { ada, grace, pictures, media, tweets, deleteHim } = services;
    for (const { viewer } of [ada, grace]) {
      await pictures.replace(viewer, async () => new Uint8Array([1]));
      const { id } = await media.add(viewer, new Uint8Array([2]));
      await media.add(viewer, new Uint8Array([3]));
      await tweets.publish(viewer, { text: 'See', mediaIds: [id] });
    }
    assert.equal([...objects.objects.keys()].length, 10);
    await deleteHim();
    assert.equal([...objects.objects.keys()].length, 5);
    assert.ok([...objects.objects.keys()].every((key) => key.startsWith(`${grace.user.id}-`)));
  });

  test('is told by mail, the last one', async (t) => {
    const { deleteHim, mailer, outbox } = await start(t, { mails: true });
    await deleteHim();
    await outbox.idle();
    assert.deepEqual(
      mailer.sent.map(({ to, subject }) => [to, subject]),
      [[ADA.email, 'Your account at Minitter has been deleted']],
    );
  });

  test('is done once, however often it is asked for at the same time', async (t) => {
    const { ada, deleteHim, store } = await start(t);
    const outcomes = await Promise.allSettled([deleteHim(), deleteHim(), deleteHim()]);
    assert.ok(outcomes.some(({ status }) => status === 'fulfilled'));
    const rows = await store.reader.selectFrom('former_users').selectAll().execute();
    assert.deepEqual(
      rows.map(({ user_id }) => user_id),
      [ada.user.id],
    );
  });
});
