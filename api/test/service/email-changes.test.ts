import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { refusal } from '../kit/domain-errors.ts';
import { describeOnEngines } from '../kit/engines.ts';
import { DAY } from '../kit/fake-clock.ts';
import { ADDRESS, type ServicesOptions, signUpOf, SITE, startServices } from '../kit/services.ts';

const ADA = signUpOf('Ada');
const NEW_EMAIL = 'Countess@Example.org';

async function start(t: TestContext, options: ServicesOptions = {}) {
  const services = await startServices(t, options);
  const { outbox, mailer, emailChanges, emailConfirmations, users } = services;
  const ada = await services.join('Ada');
  await outbox.idle();
  mailer.sent.length = 0;
  const ask = async (email = NEW_EMAIL, password = ADA.password) => {
    const change = { email, password, address: ADDRESS, language: 'en' } as const;
    const hasChanged = await emailChanges.change(ada.viewer, change);
    await outbox.idle();
    return hasChanged;
  };
  const codes = () =>
    mailer.sent.flatMap(({ text }) => /\/email\/confirm\?code=([\w-]+)/.exec(text)?.[1] ?? []);
  const confirm = async (code = codes().at(-1) ?? '') => {
    await emailConfirmations.confirm(code, 'en');
    await outbox.idle();
  };
  const now = () => users.find(ada.user.id);
  return { ...services, ada, ask, codes, confirm, now };
}

describeOnEngines('another e-mail address', (engine) => {
  test('is there at once where no mails are sent', async (t) => {
    const { ask, now, logIn, mailer } = await start(t, { engine });
    assert.equal(await ask(), true);
    const { email, email_key, email_confirmed_at } = await now();
    assert.deepEqual(
      [email, email_key, email_confirmed_at],
      [NEW_EMAIL, 'countess@example.org', null],
    );
    await assert.rejects(logIn(ADA.email, ADA.password), refusal('wrong_credentials'));
    assert.ok(await logIn(NEW_EMAIL, ADA.password));
    assert.deepEqual(mailer.sent, []);
  });

  test('is there once its owner has confirmed it, and the old one is told', async (t) => {
    const { ask, confirm, now, logIn, mailer } = await start(t, { engine, mails: true });
    assert.equal(await ask(), false);
    assert.equal((await now()).email, ADA.email);
    assert.ok(await logIn(ADA.email, ADA.password));
    assert.equal(mailer.sent[0]?.to, NEW_EMAIL);
    assert.ok(mailer.sent[0]?.text.includes(`${SITE}/email/confirm?code=`));

    await confirm();

    assert.equal((await now()).email, NEW_EMAIL);
    assert.notEqual((await now()).email_confirmed_at, null);
    assert.ok(await logIn(NEW_EMAIL, ADA.password));
    assert.equal(mailer.sent.length, 2);
    assert.equal(mailer.sent[1]?.to, ADA.email);
    assert.ok(!mailer.sent[1]?.text.includes(NEW_EMAIL));
    await assert.rejects(confirm(), refusal('code_invalid'));
  });

  test('is refused when somebody has it, also when he has got it meanwhile', async (t) => {
    const services = await start(t, { engine, mails: true });
    const { ask, confirm, signUp, now, outbox, mailer } = services;
    await signUp('Grace');
    await outbox.idle();
    mailer.sent.length = 0;
    await assert.rejects(ask('GRACE@example.com'), refusal('email_taken'));
    assert.deepEqual(mailer.sent, []);
    await ask('eve@example.com');
    await signUp('Eve');
    await assert.rejects(confirm(services.codes()[0]), refusal('email_taken'));
    assert.equal((await now()).email, ADA.email);
  });

  test('is refused at once when somebody has it and no mails are sent', async (t) => {
    const { ask, signUp, now } = await start(t, { engine });
    await signUp('Grace');
    await assert.rejects(ask('GRACE@example.com'), refusal('email_taken'));
    assert.equal((await now()).email, ADA.email);
  });
});

describe('a link to another address', () => {
  test('is good for three days, and until another is asked for', async (t) => {
    const { ask, codes, confirm, clock, now } = await start(t, { mails: true });
    await ask();
    await ask('ada@example.net');
    await assert.rejects(confirm(codes()[0]), refusal('code_invalid'));
    clock.pass(3 * DAY);
    await assert.rejects(confirm(codes()[1]), refusal('code_invalid'));
    assert.equal((await now()).email, ADA.email);
  });

  test('may still differ from the old one in capitals alone', async (t) => {
    const { ask, confirm, now } = await start(t, { mails: true });
    await ask('ADA@example.com');
    await confirm();
    assert.equal((await now()).email, 'ADA@example.com');
  });

  test('needs the password and an address', async (t) => {
    const { ask, mailer } = await start(t, { mails: true });
    await assert.rejects(ask(NEW_EMAIL, 'wrong'), refusal('password_wrong'));
    await assert.rejects(ask('nowhere'), refusal('email_invalid'));
    assert.deepEqual(mailer.sent, []);
  });

  test('is sent a few times an hour at most', async (t) => {
    const { ask, mailer } = await start(t, { mails: true });
    for (const name of ['one', 'two', 'three']) await ask(`${name}@example.org`);
    await assert.rejects(ask('four@example.org'), refusal('too_many_attempts'));
    assert.equal(mailer.sent.length, 3);
  });

  test('leaves a link to choose a password worthless for whoever reads the old mails', async (t) => {
    const { ask, confirm, passwordResets, mailer, outbox } = await start(t, { mails: true });
    await passwordResets.forgot({ email: ADA.email, address: ADDRESS, language: 'en' });
    await outbox.idle();
    const code = /reset\?code=([\w-]+)/.exec(mailer.sent[0]?.text ?? '')?.[1] ?? '';
    await ask();
    await confirm();
    const reset = passwordResets.reset({ code, password: 'one of mine', language: 'en' });
    await assert.rejects(reset, refusal('code_invalid'));
  });
});
