import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMail } from '../../../src/command/doctor/mail.ts';
import { freePort } from '../../kit/process.ts';
import { startSmtp } from '../../kit/smtp.ts';
import { assertFinding } from './findings.ts';

const check = (smtpUrl: string) =>
  checkMail({ mail: { smtpUrl, from: 'minitter@example.com', publicUrl: 'http://example.com' } });

test('no mail server is fine', async () => {
  assertFinding(await checkMail({ mail: undefined }), 'ok', /no mails are sent/);
});

test('a mail server that lets us in is fine, and gets no mail', async (t) => {
  const smtp = await startSmtp(t, { user: 'minitter', pass: 'right' });
  const { host } = new URL(smtp.url);
  assertFinding(await check(`smtp://minitter:right@${host}`), 'ok', /lets this one in/);
  assert.deepEqual(smtp.arrived, []);

  assertFinding(await check(`smtp://minitter:wrong@${host}`), 'problem', /535/);
});

test('one that is not there is a problem', async () => {
  const port = await freePort();
  assertFinding(await check(`smtp://127.0.0.1:${port}`), 'problem', /ECONNREFUSED/);
});
