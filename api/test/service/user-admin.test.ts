import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refusal } from '../kit/domain-errors.ts';
import { MemoryObjectStore } from '../kit/memory-object-store.ts';
import { signUpOf, startServices, type TestServices } from '../kit/services.ts';
import { storeWith } from '../kit/store-with.ts';

const ADA = signUpOf('Ada');
const NEW_PASSWORD = 'the analytical engine';

/** How many changes servers have been told of. */
const told = ({ model }: TestServices) => model.outsideChanges.count();

describe('finding a user', () => {
  test('goes by user name, e-mail address or id', async (t) => {
    const { userAdmin, signUp } = await startServices(t);
    const { id } = await signUp('Ada');
    for (const reference of ['ada', ' ADA ', '@ada', 'Ada@Example.com', String(id)]) {
      assert.equal((await userAdmin.find(reference)).id, id, reference);
    }
  });

  test('tells a user name of digits from an id by its @', async (t) => {
    const { userAdmin, signUp } = await startServices(t);
    const ada = await signUp('Ada');
    const digits = await signUp('Grace', { username: String(ada.id) });
    assert.equal((await userAdmin.find(String(ada.id))).id, ada.id);
    assert.equal((await userAdmin.find(`@${ada.id}`)).id, digits.id);
  });

  test('is refused when there is nobody', async (t) => {
    const { userAdmin } = await startServices(t);
    for (const reference of ['ada', 'ada@example.com', '1', '', '9'.repeat(30)]) {
      await assert.rejects(userAdmin.find(reference), refusal('user_not_found'));
    }
  });
});

describe('making a user', () => {
  test('works where nobody may sign up, and the password made for him logs him in', async (t) => {
    const { userAdmin, logIn } = await startServices(t, { registrations: 'closed' });
    const { user, password } = await userAdmin.create(
      { name: 'Ada', email: ADA.email },
      { role: 'admin' },
    );
    assert.deepEqual([user.username, user.state, user.role], ['ada', 'active', 'admin']);
    assert.match(password, /^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    assert.equal((await logIn(ADA.email, password)).userId, user.id);
  });

  test('makes another password for each', async (t) => {
    const { userAdmin } = await startServices(t);
    const make = (name: string) => userAdmin.create(signUpOf(name), { role: 'user' });
    const made = [await make('Ada'), await make('Grace'), await make('Eve')];
    assert.equal(new Set(made.map(({ password }) => password)).size, 3);
  });

  test('goes by the rules of signing up', async (t) => {
    const { userAdmin, signUp } = await startServices(t);
    await signUp('Ada');
    const create = (changes: object) =>
      userAdmin.create({ name: 'Eve', email: 'eve@example.com', ...changes }, { role: 'user' });
    await assert.rejects(create({ email: 'ADA@example.com' }), refusal('email_taken'));
    await assert.rejects(create({ username: 'ada' }), refusal('username_taken'));
    await assert.rejects(create({ name: ' ' }), refusal('name_invalid'));
    const common = userAdmin.create(signUpOf('Eve'), { role: 'user', password: 'password1' });
    await assert.rejects(common, refusal('password_common'));
  });
});

describe('another password', () => {
  test('ends all sessions, and the old password', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    const second = await services.logIn(ADA.email, ADA.password);
    const grace = await services.join('Grace');

    const { password } = await services.userAdmin.resetPassword('ada');

    services.sessions.forgetAll();
    for (const token of [ada.token, second.accessToken]) {
      await assert.rejects(services.sessions.authenticate(token), refusal('token_invalid'));
    }
    await assert.rejects(services.logIn(ADA.email, ADA.password), refusal('wrong_credentials'));
    assert.equal((await services.logIn(ADA.email, password)).userId, ada.user.id);
    assert.ok(await services.sessions.authenticate(grace.token), 'nobody else is logged out');
    assert.equal(await told(services), 1);
  });

  test('may be chosen, by the rules', async (t) => {
    const { userAdmin, signUp, logIn } = await startServices(t);
    await signUp('Ada');
    await assert.rejects(userAdmin.resetPassword('ada', 'short'), refusal('password_too_short'));
    await assert.rejects(
      userAdmin.resetPassword('ada', 'ada@example.com'),
      refusal('password_is_identity'),
    );
    assert.equal((await userAdmin.resetPassword('ada', NEW_PASSWORD)).password, NEW_PASSWORD);
    assert.ok(await logIn(ADA.email, NEW_PASSWORD));
  });

  test('wins over a log-in with the old one that is under way', async (t) => {
    let beforeSession = async () => {};
    const services: TestServices = await startServices(t, {
      wrapStore: (store) =>
        storeWith(store, {
          write: async (unit) => {
            const act = beforeSession;
            beforeSession = async () => {};
            await act();
            return store.write(unit);
          },
        }),
    });
    await services.signUp('Ada');
    beforeSession = async () => {
      await services.userAdmin.resetPassword('ada', NEW_PASSWORD);
    };
    // The password is found right, then changed before the session is there.
    await assert.rejects(services.logIn(ADA.email, ADA.password), refusal('wrong_credentials'));
    assert.ok(await services.logIn(ADA.email, NEW_PASSWORD));
  });
});

describe('a suspended user', () => {
  test('is logged out, cannot log in, and his tweets are not shown', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    await services.tweets.post(ada.viewer, 'Hello');

    assert.equal((await services.userAdmin.suspend('ada')).state, 'suspended');

    services.sessions.forgetAll();
    await assert.rejects(services.sessions.authenticate(ada.token), refusal('token_invalid'));
    await assert.rejects(services.logIn(ADA.email, ADA.password), refusal('account_suspended'));
    const { json } = await services.timelines.publicOf(ada.user.id, {});
    assert.equal(json.toString(), '[]');
    assert.equal(await told(services), 1);
  });

  test('has everything again when he is reinstated, but his sessions', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    await services.tweets.post(ada.viewer, 'Hello');
    await services.userAdmin.suspend('ada');

    assert.equal((await services.userAdmin.reinstate('ada')).state, 'active');

    services.sessions.forgetAll();
    await assert.rejects(services.sessions.authenticate(ada.token), refusal('token_invalid'));
    assert.ok(await services.logIn(ADA.email, ADA.password));
    const { json } = await services.timelines.publicOf(ada.user.id, {});
    assert.match(json.toString(), /Hello/);
  });
});

describe('who waits to be let in', () => {
  test('is let in by an approval, twice is once', async (t) => {
    const services = await startServices(t, { registrations: 'approval' });
    await services.signUp('Ada');
    for (const _ of [1, 2]) {
      assert.equal((await services.userAdmin.approve('ada')).state, 'active');
    }
    assert.ok(await services.logIn(ADA.email, ADA.password));
  });

  test('is not let in by being reinstated, nor a suspended one by an approval', async (t) => {
    const { userAdmin, signUp } = await startServices(t, { registrations: 'approval' });
    await signUp('Ada');
    await assert.rejects(userAdmin.reinstate('ada'), refusal('account_pending'));
    await userAdmin.suspend('ada');
    await assert.rejects(userAdmin.approve('ada'), refusal('account_suspended'));
    await assert.rejects(userAdmin.approve('nobody_here'), refusal('user_not_found'));
    assert.equal((await userAdmin.find('ada')).state, 'suspended');
  });
});

describe('administrators', () => {
  test('are made and unmade, and found by the list', async (t) => {
    const { userAdmin, signUp } = await startServices(t);
    await signUp('Ada');
    await signUp('Grace');
    const admins = async () => {
      const usernames: string[] = [];
      for await (const { username } of userAdmin.list({ role: 'admin' })) usernames.push(username);
      return usernames;
    };
    await userAdmin.setRole('grace', 'admin');
    assert.deepEqual(await admins(), ['grace']);
    await userAdmin.setRole('grace', 'user');
    assert.deepEqual(await admins(), []);
  });
});

describe('deleting a user', () => {
  test('takes all that is his, and nothing else', async (t) => {
    const services = await startServices(t);
    const { model, store, userAdmin, follows, tweets } = services;
    const [ada, grace] = [await services.join('Ada'), await services.join('Grace')];
    await follows.follow(ada.viewer, grace.user.id);
    await follows.follow(grace.viewer, ada.user.id);
    await tweets.post(grace.viewer, 'Hello');
    // More than go in one unit.
    await store.write(async (tx) => {
      for (let n = 1; n <= 1100; n += 1) {
        const tweet = { user_id: ada.user.id, tweet: 'Again', visibility: 0 };
        await model.tweets.insert(tx, tweet);
      }
    });

    assert.equal((await userAdmin.delete('ada@example.com')).id, ada.user.id);

    await assert.rejects(userAdmin.find('ada'), refusal('user_not_found'));
    const count = async (table: 'tweets' | 'sessions' | 'users_follow_list' | 'users') =>
      (await store.reader.selectFrom(table).selectAll().execute()).length;
    assert.deepEqual(
      [await count('users'), await count('tweets'), await count('sessions')],
      [1, 1, 1],
    );
    assert.equal(await count('users_follow_list'), 0);
  });

  test('has the picture deleted by the server', async (t) => {
    const objects = new MemoryObjectStore();
    const services = await startServices(t, { objectStores: [objects] });
    const ada = await services.join('Ada');
    await services.pictures.replace(ada.viewer, async () => new Uint8Array([1]));
    const { profile_picture: picture } = await services.users.find(ada.user.id);
    const key = picture?.split(':')[1] ?? '';
    assert.ok(await objects.get(key));

    await services.userAdmin.delete('ada');
    await services.housekeeping.run();

    assert.equal(await objects.get(key), undefined);
  });

  test('leaves the user name to nobody, and the id neither', async (t) => {
    const services = await startServices(t);
    const { id } = await services.signUp('Ada');
    await services.userAdmin.delete('ada');

    await assert.rejects(services.signUp('Eve', { username: 'ada' }), refusal('username_taken'));
    const next = await services.signUp('Ada');
    assert.equal(next.username, 'ada2');
    assert.ok(next.id > id);
  });
});
