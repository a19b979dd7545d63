import { hash as bcrypt } from '@node-rs/bcrypt';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codeOf, refusal } from '../kit/domain-errors.ts';
import { SECOND } from '../kit/fake-clock.ts';
import { signUpOf, startServices, type TestServices } from '../kit/services.ts';

const ADA = signUpOf('Ada');

const change = (
  { store, model, clock }: TestServices,
  userId: number,
  patch: Parameters<TestServices['model']['users']['update']>[2],
) => store.write((tx) => model.users.update(tx, userId, patch, clock.now()));

const storedHash = async ({ model }: TestServices, userId: number) =>
  (await model.users.findById(userId))?.hashed_password ?? '';

const sessionsIn = ({ store }: TestServices) =>
  store.reader.selectFrom('sessions').selectAll().execute();

describe('logging in', () => {
  test('gives a token that says who comes', async (t) => {
    const { signUp, logIn, sessions } = await startServices(t);
    const user = await signUp('Ada');

    const { userId, accessToken } = await logIn(ADA.email, ADA.password);

    assert.equal(userId, user.id);
    assert.equal((await sessions.authenticate(accessToken)).userId, user.id);
  });

  test('stores a session as long as the token is good for', async (t) => {
    const services = await startServices(t, { tokenTtlMs: 90 * SECOND });
    const { user, viewer } = await services.join('Ada');
    const now = services.clock.now();

    const [session, ...others] = await sessionsIn(services);

    assert.deepEqual(others, []);
    assert.deepEqual(
      { ...session },
      {
        jti: viewer.jti,
        user_id: user.id,
        app_id: null,
        scopes: 'read write follow push profile',
        created_at: now,
        last_used_at: now,
        expires_at: now + 90 * SECOND,
        revoked_at: null,
      },
    );
  });

  test('takes the e-mail in any case, width and padding', async (t) => {
    const { signUp, logIn } = await startServices(t);
    const { id } = await signUp('Ada');
    for (const email of [
      'ADA@Example.COM',
      ' ada@example.com ',
      'ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ',
    ]) {
      assert.equal((await logIn(email, ADA.password)).userId, id);
    }
  });

  test('takes the password as it is, in any composition', async (t) => {
    const { signUp, logIn } = await startServices(t);
    await signUp('Ada', { password: '산책을 좋아합니다'.normalize('NFD') });
    assert.ok(await logIn(ADA.email, '산책을 좋아합니다'.normalize('NFC')));
    await assert.rejects(logIn(ADA.email, ' 산책을 좋아합니다'), refusal('wrong_credentials'));
  });

  test('twice gives two tokens for two sessions', async (t) => {
    const services = await startServices(t);
    await services.signUp('Ada');
    const first = await services.logIn(ADA.email, ADA.password);
    const second = await services.logIn(ADA.email, ADA.password);
    assert.notEqual(first.accessToken, second.accessToken);
    assert.equal((await sessionsIn(services)).length, 2);
  });
});

describe('a log-in is refused', () => {
  test('in the same way for a wrong password and an e-mail that nobody has', async (t) => {
    const services = await startServices(t);
    await services.signUp('Ada');
    const { logIn } = services;

    await assert.rejects(logIn(ADA.email, 'wrong password'), refusal('wrong_credentials'));
    await assert.rejects(logIn('eve@example.com', ADA.password), refusal('wrong_credentials'));
    assert.deepEqual(await sessionsIn(services), []);
  });

  test('after the same number of failures for an e-mail that nobody has', async (t) => {
    const { signUp, logIn } = await startServices(t);
    await signUp('Ada');
    const codes = async (email: string) => {
      const found: unknown[] = [];
      for (let i = 0; i < 7; i += 1) found.push(await codeOf(logIn(email, 'wrong password')));
      return found;
    };

    const known = await codes(ADA.email);

    assert.deepEqual(known.slice(4), [
      'wrong_credentials',
      'too_many_attempts',
      'too_many_attempts',
    ]);
    assert.deepEqual(await codes('eve@example.com'), known);
  });

  test('during a pause even with the right password, and no longer', async (t) => {
    const { signUp, logIn, clock } = await startServices(t);
    await signUp('Ada');
    for (let i = 0; i < 5; i += 1) await codeOf(logIn(ADA.email, 'wrong password'));

    await assert.rejects(logIn(ADA.email, ADA.password), refusal('too_many_attempts'));
    clock.pass(1 * SECOND);
    assert.ok(await logIn(ADA.email, ADA.password));
  });

  test('no sooner for failures before a right password', async (t) => {
    const { signUp, logIn } = await startServices(t);
    await signUp('Ada');
    for (let i = 0; i < 4; i += 1) await codeOf(logIn(ADA.email, 'wrong password'));
    assert.ok(await logIn(ADA.email, ADA.password));
    for (let i = 0; i < 4; i += 1) await codeOf(logIn(ADA.email, 'wrong password'));
    assert.ok(await logIn(ADA.email, ADA.password));
  });

  test('during a pause in whatever case the e-mail is written', async (t) => {
    const { signUp, logIn } = await startServices(t);
    await signUp('Ada');
    for (let i = 0; i < 5; i += 1) await codeOf(logIn('ADA@example.com', 'wrong password'));
    await assert.rejects(logIn(ADA.email, ADA.password), refusal('too_many_attempts'));
  });

  test('to somebody who is pending or suspended, who learns it with the right password alone', async (t) => {
    const services = await startServices(t);
    const { id } = await services.signUp('Ada');
    const { logIn } = services;
    for (const state of ['pending', 'suspended'] as const) {
      await change(services, id, { state });
      await assert.rejects(logIn(ADA.email, 'wrong password'), refusal('wrong_credentials'));
      await assert.rejects(logIn(ADA.email, ADA.password), refusal(`account_${state}`));
    }
    assert.deepEqual(await sessionsIn(services), []);
  });

  test('until somebody is approved, where that is needed', async (t) => {
    const services = await startServices(t, { registrations: 'approval' });
    const { logIn, userAdmin } = services;
    const user = await services.signUp('Ada');
    assert.equal(user.state, 'pending');
    await assert.rejects(logIn(ADA.email, ADA.password), refusal('account_pending'));

    await userAdmin.approve('ADA');

    assert.equal((await logIn(ADA.email, ADA.password)).userId, user.id);
  });
});

describe('the stored hash, at log-in', () => {
  test("is brought from the course's form to today's", async (t) => {
    const services = await startServices(t);
    const { id } = await services.signUp('Ada');
    await change(services, id, { hashed_password: await bcrypt(ADA.password, 4) });

    await services.logIn(ADA.email, ADA.password);

    assert.match(await storedHash(services, id), /^minitter-v1:/);
    assert.ok(await services.logIn(ADA.email, ADA.password));
    await assert.rejects(services.logIn(ADA.email, 'other words'), refusal('wrong_credentials'));
  });

  test('is left alone after a wrong password', async (t) => {
    const services = await startServices(t);
    const { id } = await services.signUp('Ada');
    const theirs = await bcrypt(ADA.password, 4);
    await change(services, id, { hashed_password: theirs });
    await codeOf(services.logIn(ADA.email, 'wrong password'));
    assert.equal(await storedHash(services, id), theirs);
  });

  test('is left alone when it is up to date', async (t) => {
    const services = await startServices(t);
    const { id } = await services.signUp('Ada');
    const before = await storedHash(services, id);
    await services.logIn(ADA.email, ADA.password);
    assert.equal(await storedHash(services, id), before);
  });
});
