import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refusal } from '../kit/domain-errors.ts';
import { USUAL_SETTINGS } from '../kit/rows.ts';
import { ADDRESS, signUpOf, startServices, type TestServices } from '../kit/services.ts';

const ADA = signUpOf('Ada');

const names = async ({ model }: TestServices) =>
  (await model.users.list(0)).map(({ name }) => name);

describe('signing up', () => {
  test('makes a user of everything that was sent', async (t) => {
    const services = await startServices(t);
    const { hashed_password: hash, ...user } = await services.users.signUp(
      {
        name: ' Ada Lovelace ',
        email: 'Ada@Example.com',
        password: 'a countess who computes',
        profile: 'Mathematician.\nPoet, too.',
        username: 'The_Countess',
      },
      { address: ADDRESS },
    );

    assert.deepEqual(user, {
      id: user.id,
      name: 'Ada Lovelace',
      email: 'Ada@Example.com',
      email_key: 'ada@example.com',
      username: 'the_countess',
      username_key: 'the_countess',
      profile: 'Mathematician.\nPoet, too.',
      profile_picture: null,
      state: 'active',
      role: 'user',
      locale: null,
      email_confirmed_at: null,
      created_at: services.clock.now(),
      updated_at: services.clock.now(),
      ...USUAL_SETTINGS,
    });
    assert.equal(await services.passwords.verify('a countess who computes', hash), true);
  });

  test('answers what is stored', async (t) => {
    const { signUp, users } = await startServices(t);
    const user = await signUp('Ada');
    assert.deepEqual({ ...(await users.find(user.id)) }, user);
  });

  test('keeps text in NFC', async (t) => {
    const { signUp } = await startServices(t);
    const user = await signUp('Ada', { name: 'Jose\u0301', profile: 'Cafe\u0301' });
    assert.equal(user.name, 'José');
    assert.equal(user.profile, 'Café');
  });

  test('makes an empty profile when none is sent', async (t) => {
    const { signUp } = await startServices(t);
    assert.equal((await signUp('Ada')).profile, '');
    assert.equal((await signUp('Bob', { profile: undefined })).profile, '');
  });

  test('makes pending users where an administrator lets them in', async (t) => {
    const { signUp } = await startServices(t, { registrations: 'approval' });
    assert.equal((await signUp('Ada')).state, 'pending');
  });
});

describe('the user name', () => {
  test('is derived from the name', async (t) => {
    const { signUp } = await startServices(t);
    const { username, username_key: key } = await signUp('Jane Doe');
    assert.deepEqual([username, key], ['jane_doe', 'jane_doe']);
  });

  test('has digits added when somebody has it already', async (t) => {
    const { signUp } = await startServices(t);
    await signUp('Eve', { username: 'ada' });
    const second = await signUp('Ada');
    const third = await signUp('ADA', { email: 'ada2@example.com' });
    assert.deepEqual([second.username, third.username], ['ada2', 'ada3']);
  });

  test('is one for each of many who sign up by the same name at once', async (t) => {
    const { signUp } = await startServices(t);
    const people = await Promise.all(
      Array.from({ length: 12 }, (_, i) => signUp('Ada', { email: `${i}@example.com` })),
    );
    const usernames = new Set(people.map(({ username }) => username));
    assert.equal(usernames.size, 12);
    for (const username of usernames) assert.match(username, /^ada\d*$/);
  });

  test('is user<id> when the name gives none, never the e-mail', async (t) => {
    const { signUp } = await startServices(t);
    for (const name of ['김철수', 'Al', 'Admin']) {
      const { id, username, username_key: key } = await signUp(name);
      assert.deepEqual([username, key], [`user${id}`, `user${id}`]);
    }
  });

  test('is the one that was chosen, in small letters', async (t) => {
    const { signUp } = await startServices(t);
    assert.equal((await signUp('Ada', { username: 'Countess_99' })).username, 'countess_99');
  });
});

describe('a sign-up is refused, and nothing is stored,', () => {
  const refusals = [
    ['name_invalid', { name: '  ' }],
    ['name_invalid', { name: 'a'.repeat(101) }],
    ['text_invalid', { name: 'Ada\0' }],
    ['email_invalid', { email: 'ada' }],
    ['profile_too_long', { profile: 'a'.repeat(2001) }],
    ['username_invalid', { username: 'a b' }],
    ['username_invalid', { username: '' }],
    ['username_reserved', { username: 'admin' }],
    ['username_reserved', { username: 'user1' }],
    ['password_too_short', { password: 'zq8!kfw' }],
    ['password_too_long', { password: 'zq8!'.repeat(65) }],
    ['password_common', { password: 'password123' }],
    ['password_is_identity', { password: 'ADA@example.com' }],
    ['password_is_identity', { name: 'Ada Lovelace', password: 'ada lovelace' }],
  ] as const;
  for (const [code, changes] of refusals) {
    test(`with ${code} for ${JSON.stringify(changes).slice(0, 40)}`, async (t) => {
      const services = await startServices(t);
      await assert.rejects(services.signUp('Ada', changes), refusal(code));
      assert.deepEqual(await names(services), []);
    });
  }

  test('when somebody has the e-mail already, in whatever case or width', async (t) => {
    const services = await startServices(t);
    await services.signUp('Ada');
    for (const email of [ADA.email, 'ADA@EXAMPLE.COM', 'ａｄａ@example.com', ' ada@example.com']) {
      await assert.rejects(services.signUp('Eve', { email }), refusal('email_taken'));
    }
    assert.deepEqual(await names(services), ['Ada']);
  });

  test('when somebody has the chosen user name already, in whatever case', async (t) => {
    const services = await startServices(t);
    await services.signUp('Ada', { username: 'countess' });
    for (const username of ['countess', 'COUNTESS']) {
      await assert.rejects(services.signUp('Eve', { username }), refusal('username_taken'));
    }
    assert.deepEqual(await names(services), ['Ada']);
  });

  test('for the e-mail first, when both are taken', async (t) => {
    const services = await startServices(t);
    await services.signUp('Ada', { username: 'countess' });
    const again = services.signUp('Ada', { username: 'countess' });
    await assert.rejects(again, refusal('email_taken'));
  });

  test('when two send the same e-mail at once, to one of them', async (t) => {
    const services = await startServices(t);
    const { email } = ADA;
    const both = await Promise.allSettled([
      services.signUp('Ada', { email }),
      services.signUp('Eve', { email }),
    ]);
    const [loser, ...others] = both.filter((result) => result.status === 'rejected');
    assert.deepEqual(others, []);
    assert.ok(refusal('email_taken')(loser?.reason));
    assert.equal((await names(services)).length, 1);
  });

  test('when registrations are closed', async (t) => {
    const services = await startServices(t, { registrations: 'closed' });
    await assert.rejects(services.signUp('Ada'), refusal('registrations_closed'));
    assert.deepEqual(await names(services), []);
  });

  test('when this address has signed up too often, and to it alone', async (t) => {
    const services = await startServices(t, { throttles: { signUpsPerAddress: 1 } });
    await services.signUp('Ada');
    await assert.rejects(services.signUp('Bob'), refusal('too_many_attempts'));
    await services.users.signUp(signUpOf('Eve'), { address: '192.0.2.99' });
    assert.deepEqual(await names(services), ['Ada', 'Eve']);
  });
});

describe('a sign-up that is sent again with its key', () => {
  const KEYED = { address: ADDRESS, idempotencyKey: 'key-1' };

  test('answers the same user', async (t) => {
    const services = await startServices(t);
    const first = await services.users.signUp(ADA, KEYED);
    assert.deepEqual(await services.users.signUp(ADA, KEYED), first);
    assert.deepEqual(await names(services), ['Ada']);
  });

  test('at the same moment makes one user', async (t) => {
    const services = await startServices(t);
    const [first, second] = await Promise.all([
      services.users.signUp(ADA, KEYED),
      services.users.signUp(ADA, KEYED),
    ]);
    assert.deepEqual(first, second);
    assert.deepEqual(await names(services), ['Ada']);
  });

  test('but another name is refused', async (t) => {
    const services = await startServices(t);
    await services.users.signUp(ADA, KEYED);
    await assert.rejects(
      services.users.signUp({ ...ADA, name: 'Eve' }, KEYED),
      refusal('idempotency_key_reused'),
    );
    assert.deepEqual(await names(services), ['Ada']);
  });

  test('after it was refused is looked at anew', async (t) => {
    const services = await startServices(t);
    await services.signUp('Eve', { username: 'countess' });
    const wish = { ...ADA, username: 'countess' };
    await assert.rejects(services.users.signUp(wish, KEYED), refusal('username_taken'));
    const user = await services.users.signUp({ ...ADA, username: 'countess2' }, KEYED);
    assert.equal(user.username, 'countess2');
  });
});

test('a user who is not there is not found', async (t) => {
  const { users } = await startServices(t);
  await assert.rejects(users.find(12_345), refusal('user_not_found'));
});
