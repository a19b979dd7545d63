import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../src/service/outbox.ts';
import type { Mail } from '../../src/service/ports.ts';
import { MemoryMailer } from '../kit/memory-mailer.ts';

const MAIL: Mail = { to: 'ada@example.com', subject: 'Hi', text: 'secret code', language: 'en' };

/** An outbox whose waits end when the test says so, and all that it logs. */
function start() {
  const mailer = new MemoryMailer();
  const logged: string[] = [];
  const waits: { ms: number; act: () => void; isOff: boolean }[] = [];
  const write = (level: string) => (details: object, message: string) =>
    logged.push(`${level} ${JSON.stringify(details)} ${message}`);
  const outbox = new Outbox({
    mailer,
    log: { warn: write('warn'), error: write('error') },
    later: (ms, act) => {
      const wait = { ms, act, isOff: false };
      waits.push(wait);
      return () => {
        wait.isOff = true;
      };
    },
  });
  return { mailer, logged, waits, outbox };
}

test('a mail is sent while nobody waits', async () => {
  const { outbox, mailer } = start();
  const slow = Promise.withResolvers<Mail>();
  outbox.post('greeting', () => slow.promise);
  assert.deepEqual(mailer.sent, []);
  slow.resolve(MAIL);
  await outbox.idle();
  assert.deepEqual(mailer.sent, [MAIL]);
});

test('nothing is sent when there is nothing to send after all', async () => {
  const { outbox, mailer, logged } = start();
  outbox.post('greeting', async () => undefined);
  await outbox.idle();
  assert.deepEqual([mailer.sent, logged], [[], []]);
});

test('what fails is tried again after longer and longer waits, a few times', async () => {
  const { outbox, mailer, waits, logged } = start();
  mailer.failures.push('for now', 'for now', 'for now', 'for now');
  let made = 0;
  outbox.post('greeting', async () => {
    made += 1;
    return MAIL;
  });
  for (let n = 0; n < 3; n += 1) {
    await outbox.idle();
    waits[n]?.act();
  }
  await outbox.idle();
  assert.deepEqual(
    waits.map(({ ms }) => ms),
    [5_000, 60_000, 600_000],
  );
  assert.deepEqual([made, mailer.sent.length], [1, 0]);
  assert.deepEqual(
    logged.map((line) => line.split(' ')[0]),
    ['warn', 'warn', 'warn', 'error'],
  );
});

test('a mail arrives by a later try, also when it could not be made at first', async () => {
  const { outbox, mailer, waits } = start();
  let tries = 0;
  outbox.post('greeting', async () => {
    tries += 1;
    if (tries === 1) throw new Error('the database is away');
    return MAIL;
  });
  await outbox.idle();
  mailer.failures.push('for now');
  waits[0]?.act();
  await outbox.idle();
  waits[1]?.act();
  await outbox.idle();
  assert.deepEqual(mailer.sent, [MAIL]);
});

test('what is refused for good is not tried again', async () => {
  const { outbox, mailer, waits, logged } = start();
  mailer.failures.push('for good');
  outbox.post('greeting', async () => MAIL);
  await outbox.idle();
  assert.deepEqual([waits.length, logged.length], [0, 1]);
});

test('neither addresses nor texts get into the log, whatever a mail server says', async () => {
  const { outbox, logged } = start();
  outbox.post('greeting', async () => {
    const reply = `550 no such mailbox ${MAIL.to}, cannot deliver ${MAIL.text}`;
    throw Object.assign(new Error(reply), {
      response: reply,
      responseCode: 550,
      code: 'EENVELOPE',
    });
  });
  await outbox.idle();
  assert.match(logged[0] ?? '', /"mail":"greeting".*"responseCode":550/);
  assert.doesNotMatch(logged.join(), /ada|secret/);
});

test('more than a thousand are not kept', async () => {
  const { outbox, logged } = start();
  const never = new Promise<undefined>(() => {});
  for (let n = 0; n < 1001; n += 1) outbox.post('greeting', () => never);
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? '', /too many/);
});

test('a stop waits for what is being sent, and gives up the rest with a word', async () => {
  const { outbox, mailer, waits, logged } = start();
  mailer.failures.push('for now');
  outbox.post('failing', async () => MAIL);
  await outbox.idle();
  const slow = Promise.withResolvers<Mail>();
  for (let n = 0; n < 3; n += 1) outbox.post('slow', () => slow.promise);
  const closed = outbox.close();
  slow.resolve(MAIL);
  await closed;
  // Two at once were being sent; one stood behind them, and one waited for its next try.
  assert.equal(mailer.sent.length, 2);
  assert.ok(waits[0]?.isOff);
  assert.match(logged.at(-1) ?? '', /"mails":2/);
  outbox.post('late', async () => MAIL);
  assert.equal(mailer.sent.length, 2);
});
