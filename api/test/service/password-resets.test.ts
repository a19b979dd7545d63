import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { codeOf, refusal } from '../kit/domain-errors.ts';
import { HOUR, MINUTE } from '../kit/fake-clock.ts';
import { ADDRESS, type ServicesOptions, signUpOf, SITE, startServices } from '../kit/services.ts';

const ADA = signUpOf('Ada');
const NEW_PASSWORD = 'the analytical engine';

/** A server that sends mails, and Ada, whose address is confirmed: nothing else is in the mail. */
async function start(t: TestContext, options: ServicesOptions = {}) {
  const services = await startServices(t, { mails: true, ...options });
  const { outbox, mailer, passwordResets, store, model, clock } = services;
  const ada = await services.join('Ada');
  await outbox.idle();
  mailer.sent.length = 0;
  const change = (patch: Parameters<typeof model.users.update>[2]) =>
    store.write((tx) => model.users.update(tx, ada.user.id, patch, clock.now()));
  const forgot = async (email = ADA.email, address = ADDRESS, language: 'en' | 'ko' = 'en') => {
    await passwordResets.forgot({ email, address, language });
    await outbox.idle();
  };
  const codes = () =>
    mailer.sent.flatMap(({ text }) => /\/password\/reset\?code=([\w-]+)/.exec(text)?.[1] ?? []);
  const reset = (code = codes().at(-1) ?? '', password = NEW_PASSWORD) =>
    passwordResets.reset({ code, password, language: 'en' });
  return { ...services, ada, change, forgot, codes, reset };
}

describe('a forgotten password', () => {
  test('is replaced by whoever has the mail, and all sessions end', async (t) => {
    const { forgot, reset, mailer, sessions, logIn, ada, outbox, users } = await start(t);
    await forgot('ADA@example.com');
    assert.equal(mailer.sent[0]?.to, ADA.email);
    assert.ok(mailer.sent[0]?.text.includes(`${SITE}/password/reset?code=`));
    // Known to the server, so that it does not have to ask.
    await sessions.authenticate(ada.token);

    await reset();

    await assert.rejects(sessions.authenticate(ada.token), refusal('token_invalid'));
    await assert.rejects(logIn(ADA.email, ADA.password), refusal('wrong_credentials'));
    assert.ok(await logIn(ADA.email, NEW_PASSWORD));
    await outbox.idle();
    assert.match(mailer.sent[1]?.subject ?? '', /has been changed/);
    assert.notEqual((await users.find(ada.user.id)).email_confirmed_at, null);
  });

  test('has a link that is worthless once somebody else has given a password', async (t) => {
    const { forgot, reset, userAdmin } = await start(t);
    await forgot();
    await userAdmin.resetPassword('ada');
    await assert.rejects(reset(), refusal('code_invalid'));
  });

  test('has a link that works once, for an hour, and not after another was used', async (t) => {
    const { forgot, reset, codes, clock } = await start(t);
    await forgot();
    await forgot();
    const [first, second] = codes();
    assert.notEqual(first, second);
    await reset(second);
    for (const code of [first, second, 'made-up', '']) {
      await assert.rejects(reset(code), refusal('code_invalid'), code);
    }
    await forgot();
    clock.pass(HOUR);
    await assert.rejects(reset(codes()[2]), refusal('code_invalid'));
  });

  test('of two who come with the same link at once, one chooses', async (t) => {
    const { forgot, reset, codes } = await start(t);
    await forgot();
    const code = codes()[0];
    const outcomes = await Promise.all([codeOf(reset(code)), codeOf(reset(code))]);
    assert.deepEqual(outcomes.toSorted(), ['code_invalid', undefined]);
  });

  test('is stored as a hash alone', async (t) => {
    const { forgot, codes, store } = await start(t);
    await forgot();
    const rows = await store.reader.selectFrom('one_time_codes').selectAll().execute();
    assert.ok(rows.some(({ purpose }) => purpose === 'password'));
    assert.ok(!JSON.stringify(rows).includes(codes()[0] ?? ''));
  });

  test('can be tried again after a password that is refused', async (t) => {
    const { forgot, reset, codes, logIn } = await start(t);
    await forgot();
    await assert.rejects(reset(codes()[0], 'short'), refusal('password_too_short'));
    await assert.rejects(reset(codes()[0], ADA.email), refusal('password_is_identity'));
    await reset();
    assert.ok(await logIn(ADA.email, NEW_PASSWORD));
  });

  test('sends nothing to nobody, nor to somebody who is kept out', async (t) => {
    const { forgot, mailer, change } = await start(t);
    await forgot('nobody@example.com');
    await forgot('not an address');
    await change({ state: 'suspended' });
    await forgot();
    assert.deepEqual(mailer.sent, []);
  });

  test('has a link that is worth nothing once its user is kept out', async (t) => {
    const { forgot, reset, change } = await start(t);
    await forgot();
    await change({ state: 'suspended' });
    await assert.rejects(reset(), refusal('code_invalid'));
  });

  test('does not tell by its answer, nor by what it waits for, who is known', async (t) => {
    const { passwordResets, model, outbox, mailer } = await start(t);
    const gate = Promise.withResolvers<void>();
    const find = model.users.findByEmailKey.bind(model.users);
    model.users.findByEmailKey = async (key, db) => {
      await gate.promise;
      return find(key, db);
    };
    // Both are answered before anybody has looked into the database.
    for (const email of [ADA.email, 'nobody@example.com']) {
      await passwordResets.forgot({ email, address: ADDRESS, language: 'en' });
    }
    gate.resolve();
    await outbox.idle();
    assert.equal(mailer.sent.length, 1);
  });

  test('has mails in the language that was chosen, or else in that of the browser', async (t) => {
    const { forgot, mailer, store, ada } = await start(t, { throttles: { on: false } });
    const locale = (value: string | null) =>
      store.write(async (tx) => {
        await tx
          .updateTable('users')
          .set({ locale: value })
          .where('id', '=', ada.user.id)
          .execute();
      });
    await forgot(ADA.email, ADDRESS, 'ko');
    await locale('ko-KR');
    await forgot(ADA.email, ADDRESS, 'en');
    await locale('en');
    await forgot(ADA.email, ADDRESS, 'ko');
    await locale('fr');
    await forgot(ADA.email, ADDRESS, 'ko');
    assert.deepEqual(
      mailer.sent.map(({ language }) => language),
      ['ko', 'ko', 'en', 'ko'],
    );
    assert.match(mailer.sent[0]?.subject ?? '', /비밀번호 재설정/);
    assert.match(mailer.sent[0]?.text ?? '', /lang=ko$/m);
    assert.match(mailer.sent[2]?.text ?? '', /lang=en$/m);
  });

  test('cannot fill a mailbox, nor be asked for without end', async (t) => {
    const { forgot, mailer, clock } = await start(t, { throttles: { mailsPerAddress: 6 } });
    for (let n = 0; n < 6; n += 1) await forgot();
    // Three in an hour, of which the confirmation at sign-up was one.
    assert.equal(mailer.sent.length, 2);
    await assert.rejects(forgot(), refusal('too_many_attempts'));
    await assert.rejects(forgot('nobody@example.com'), refusal('too_many_attempts'));
    await forgot(ADA.email, '198.51.100.7');
    clock.pass(61 * MINUTE);
    await forgot();
    assert.equal(mailer.sent.length, 3);
  });

  test('is no matter for a server that sends no mails', async (t) => {
    const { passwordResets } = await startServices(t);
    await assert.rejects(
      passwordResets.forgot({ email: ADA.email, address: ADDRESS, language: 'en' }),
      refusal('mail_unavailable'),
    );
  });

  test('does not fail when the mail server does', async (t) => {
    const { forgot, mailer } = await start(t);
    mailer.failures.push('for good');
    await forgot();
    assert.deepEqual(mailer.sent, []);
  });

  test('is forgotten when its user is deleted, and when its time is over', async (t) => {
    const { forgot, store, userAdmin, signUp, clock, housekeeping } = await start(t);
    const count = async () =>
      (await store.reader.selectFrom('one_time_codes').selectAll().execute()).length;
    await forgot();
    assert.equal(await count(), 2);
    await userAdmin.delete('ada');
    assert.equal(await count(), 0);
    await signUp('Grace');
    await forgot('grace@example.com');
    clock.pass(2 * HOUR);
    await housekeeping.run();
    // The confirmation is good for longer.
    assert.equal(await count(), 1);
  });
});

describe('an e-mail address', () => {
  test('is confirmed by the link that comes with the sign-up, once', async (t) => {
    const { signUp, mailer, outbox, emailConfirmations, users } = await startServices(t, {
      mails: true,
    });
    const { id } = await signUp('Ada');
    await outbox.idle();
    const code = /email\/confirm\?code=([\w-]+)/.exec(mailer.sent[0]?.text ?? '')?.[1] ?? '';
    assert.equal((await users.find(id)).email_confirmed_at, null);
    await assert.rejects(emailConfirmations.confirm('made-up', 'en'), refusal('code_invalid'));
    await emailConfirmations.confirm(code, 'en');
    assert.notEqual((await users.find(id)).email_confirmed_at, null);
    await assert.rejects(emailConfirmations.confirm(code, 'en'), refusal('code_invalid'));
  });

  test('has its link sent again, until it is confirmed', async (t) => {
    const { ada, mailer, outbox, emailConfirmations, change } = await start(t);
    emailConfirmations.sendAgain(ada.viewer, 'ko');
    await outbox.idle();
    assert.match(mailer.sent[0]?.subject ?? '', /이메일 주소 확인/);
    await change({ email_confirmed_at: 1 });
    emailConfirmations.sendAgain(ada.viewer, 'ko');
    await outbox.idle();
    assert.equal(mailer.sent.length, 1);
  });

  test('is not confirmed by a code for something else, nor a password changed by one', async (t) => {
    const { ada, forgot, codes, reset, mailer, outbox, emailConfirmations } = await start(t);
    await forgot();
    await assert.rejects(
      emailConfirmations.confirm(codes()[0] ?? '', 'en'),
      refusal('code_invalid'),
    );
    emailConfirmations.sendAgain(ada.viewer, 'en');
    await outbox.idle();
    const code = /email\/confirm\?code=([\w-]+)/.exec(mailer.sent[1]?.text ?? '')?.[1];
    assert.ok(code);
    await assert.rejects(reset(code), refusal('code_invalid'));
  });

  test('has no mail where none are sent', async (t) => {
    const { signUp, mailer, outbox, join, emailConfirmations } = await startServices(t);
    await signUp('Grace');
    await outbox.idle();
    assert.deepEqual(mailer.sent, []);
    const { viewer } = await join('Ada');
    assert.throws(() => emailConfirmations.sendAgain(viewer, 'en'), refusal('mail_unavailable'));
  });
});
