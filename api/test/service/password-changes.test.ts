import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { codeOf, refusal } from '../kit/domain-errors.ts';
import { ADDRESS, type ServicesOptions, signUpOf, startServices } from '../kit/services.ts';

const ADA = signUpOf('Ada');
const NEW_PASSWORD = 'the analytical engine';

async function start(t: TestContext, options: ServicesOptions = {}) {
  const services = await startServices(t, { mails: true, ...options });
  const ada = await services.join('Ada');
  await services.outbox.idle();
  services.mailer.sent.length = 0;
  const change = (password = ADA.password, newPassword = NEW_PASSWORD) =>
    services.passwordChanges.change(ada.viewer, {
      password,
      newPassword,
      address: ADDRESS,
      language: 'ko',
    });
  return { ...services, ada, change };
}

describe('changing a password', () => {
  test('ends all other sessions at once, and keeps the one that asks', async (t) => {
    const { ada, change, logIn, join, sessions } = await start(t);
    const { accessToken: other } = await logIn(ADA.email, ADA.password);
    const grace = await join('Grace');
    for (const token of [ada.token, other, grace.token]) await sessions.authenticate(token);

    await change();

    await assert.rejects(sessions.authenticate(other), refusal('token_invalid'));
    assert.ok(await sessions.authenticate(ada.token));
    assert.ok(await sessions.authenticate(grace.token));
    await assert.rejects(logIn(ADA.email, ADA.password), refusal('wrong_credentials'));
    assert.ok(await logIn(ADA.email, NEW_PASSWORD));
  });

  test('is told by mail', async (t) => {
    const { change, mailer, outbox } = await start(t);
    await change();
    await outbox.idle();
    assert.deepEqual(
      mailer.sent.map(({ to, subject }) => [to, subject]),
      [[ADA.email, 'Minitter 비밀번호가 변경되었습니다']],
    );
  });

  test('needs the old one, and a good new one', async (t) => {
    const { change, logIn, mailer, outbox } = await start(t);
    await assert.rejects(change('Ada likes short walks'), refusal('password_wrong'));
    await assert.rejects(change(ADA.password, 'short'), refusal('password_too_short'));
    await assert.rejects(change(ADA.password, 'Ada@Example.com'), refusal('password_is_identity'));
    assert.ok(await logIn(ADA.email, ADA.password));
    await outbox.idle();
    assert.deepEqual(mailer.sent, []);
  });

  test('lets nobody guess the old one without end, nor beside log-ins', async (t) => {
    const { change, logIn } = await start(t, { throttles: { freeFailures: 3 } });
    await assert.rejects(change('wrong'), refusal('password_wrong'));
    await assert.rejects(logIn(ADA.email, 'wrong'), refusal('wrong_credentials'));
    await assert.rejects(change('wrong'), refusal('password_wrong'));
    await assert.rejects(change('wrong'), refusal('too_many_attempts'));
  });

  test('makes links to choose a password worthless', async (t) => {
    const { change, passwordResets, mailer, outbox } = await start(t);
    await passwordResets.forgot({ email: ADA.email, address: ADDRESS, language: 'en' });
    await outbox.idle();
    const code = /code=([\w-]+)/.exec(mailer.sent[0]?.text ?? '')?.[1] ?? '';
    await change();
    const reset = passwordResets.reset({ code, password: 'one of mine', language: 'en' });
    await assert.rejects(reset, refusal('code_invalid'));
  });

  test('of two at once with the old one, one is done', async (t) => {
    const { change, logIn } = await start(t);
    const chosen = ['the analytical engine', 'the difference engine'];
    const outcomes = await Promise.all(chosen.map((one) => codeOf(change(ADA.password, one))));
    assert.deepEqual(new Set(outcomes), new Set(['password_wrong', undefined]));
    assert.ok(await logIn(ADA.email, chosen[outcomes.indexOf(undefined)] ?? ''));
  });
});
