/** One contract for every mailer, the double of the tests included. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { SmtpMailer } from '../../src/adapter/mailer/smtp.ts';
import { MailRefused } from '../../src/service/errors.ts';
import type { Mail, Mailer } from '../../src/service/ports.ts';
import { atEnd } from '../kit/at-end.ts';
import { MemoryMailer } from '../kit/memory-mailer.ts';
import { startSmtp, type TestSmtp } from '../kit/smtp.ts';

const FROM = 'minitter@minitter.example';
const MAIL: Mail = {
  to: 'ada@example.com',
  subject:
    'Minitter 비밀번호 재설정 안내, in a line that is longer than mail servers like them to be',
  text: `안녕하세요.\n\nhttps://minitter.example/?code=${'x'.repeat(120)}&lang=ko\n.\nFrom here\n`,
  language: 'ko',
};

/** A mailer, with what has arrived, and a way to make it fail. */
interface Opened {
  readonly mailer: Mailer;
  readonly arrived: () => readonly Mail[];
  readonly fail: (how: 'for good' | 'for now') => void;
}

function openDouble(): Opened {
  const mailer = new MemoryMailer();
  return { mailer, arrived: () => mailer.sent, fail: (how) => mailer.failures.push(how) };
}

function mailerOf(t: TestContext, url: string): SmtpMailer {
  const mailer = new SmtpMailer({ smtpUrl: url, from: FROM });
  atEnd(t, () => mailer.close());
  return mailer;
}

async function openSmtp(t: TestContext): Promise<Opened> {
  const smtp = await startSmtp(t);
  return {
    mailer: mailerOf(t, smtp.url),
    arrived: () => mailsOf(smtp),
    fail: (how) => smtp.refusals.push(how === 'for good' ? 550 : 451),
  };
}

const mailsOf = ({ arrived }: TestSmtp): Mail[] =>
  arrived.map(({ to, headers, text }) => ({
    to: to.join(),
    subject: headers.get('subject') ?? '',
    text,
    language: headers.get('content-language') === 'ko' ? 'ko' : 'en',
  }));

for (const [name, open] of Object.entries({ 'the double': openDouble, SMTP: openSmtp })) {
  describe(`a mailer (${name})`, () => {
    test('hands mails over as they are', async (t) => {
      const { mailer, arrived } = await open(t);
      const english: Mail = { ...MAIL, to: 'grace@example.com', subject: 'Hi', language: 'en' };
      await mailer.send(MAIL);
      await mailer.send(english);
      assert.deepEqual(arrived(), [MAIL, english]);
    });

    test('tells a refusal for good from one for now, and goes on', async (t) => {
      const { mailer, arrived, fail } = await open(t);
      fail('for good');
      await assert.rejects(mailer.send(MAIL), MailRefused);
      fail('for now');
      const failed = await mailer.send(MAIL).catch((error: unknown) => error);
      assert.ok(failed instanceof Error && !(failed instanceof MailRefused));
      assert.deepEqual(arrived(), []);
      await mailer.send(MAIL);
      assert.deepEqual(arrived(), [MAIL]);
    });
  });
}

describe('mails over SMTP', () => {
  test('say who sends them, and that nobody need answer', async (t) => {
    const smtp = await startSmtp(t);
    await mailerOf(t, smtp.url).send(MAIL);
    const { from, headers } = smtp.arrived[0] ?? {};
    assert.equal(from, FROM);
    assert.equal(headers?.get('from'), `Minitter <${FROM}>`);
    assert.equal(headers?.get('auto-submitted'), 'auto-generated');
    assert.match(headers?.get('message-id') ?? '', /@minitter\.example>$/);
  });

  test('go to one address, whatever it looks like, and bear no header of its making', async (t) => {
    const smtp = await startSmtp(t);
    const mailer = mailerOf(t, smtp.url);
    for (const to of ['a@x.example,b@y.example', 'a@x.example>\r\nRCPT TO:<b@y.example']) {
      await mailer.send({ ...MAIL, to }).catch(() => {});
    }
    await mailer.send({ ...MAIL, subject: 'Hello\r\nBcc: eve@example.com' });
    assert.ok(smtp.arrived.every(({ to }) => to.length === 1));
    const recipients = new Set(smtp.arrived.flatMap(({ to }) => to));
    assert.ok(!recipients.has('b@y.example') && !recipients.has('eve@example.com'));
    assert.ok(!smtp.arrived.at(-1)?.headers.has('bcc'));
  });

  test('log in where that is asked for', async (t) => {
    const smtp = await startSmtp(t, { user: 'mini@tter', pass: 'p:w/1' });
    const url = (pass: string) =>
      smtp.url.replace('//', `//${encodeURIComponent('mini@tter')}:${encodeURIComponent(pass)}@`);
    await mailerOf(t, url('p:w/1')).send(MAIL);
    assert.equal(smtp.arrived.length, 1);
    await assert.rejects(mailerOf(t, url('wrong')).send(MAIL));
    assert.equal(smtp.arrived.length, 1);
  });

  test('may be tried again when nobody listens', async (t) => {
    const smtp = await startSmtp(t);
    await smtp.close();
    const failed = await mailerOf(t, smtp.url)
      .send(MAIL)
      .catch((error: unknown) => error);
    assert.ok(failed instanceof Error && !(failed instanceof MailRefused));
  });
});
