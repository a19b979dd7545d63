/** Mails from the request to the mailbox, over a real SMTP server, and the pages that they link to. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test, type TestContext } from 'node:test';
import { type Answer, startApp } from '../../kit/app.ts';
import { describeOnEngines, type Engine } from '../../kit/engines.ts';
import { assertCommonHeaders, assertError } from '../../kit/errors.ts';
import { startSmtp } from '../../kit/smtp.ts';

const SITE = 'https://minitter.example';
const NEW_PASSWORD = 'the analytical engine';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const KOREAN = { 'accept-language': 'ko' };

async function start(t: TestContext, engine: Engine = 'sqlite') {
  const smtp = await startSmtp(t);
  const env = {
    SMTP_URL: smtp.url,
    MAIL_FROM: 'minitter@minitter.example',
    MINITTER_PUBLIC_URL: SITE,
  };
  return { smtp, ...(await startApp(t, { engine, env })) };
}

/** The path of the link in a mail, on this server. */
function linkIn(text: string | undefined): string {
  const link = /https:\S+\?code=\S+/.exec(text ?? '')?.[0] ?? '';
  assert.ok(link.startsWith(`${SITE}/`), text);
  return link.slice(SITE.length);
}

const codeIn = (text: string | undefined) =>
  new URLSearchParams(linkIn(text).split('?')[1]).get('code') ?? '';

function assertPage(answer: Answer, status: number, language: 'en' | 'ko'): void {
  assert.equal(answer.status, status, answer.text);
  assertCommonHeaders(answer);
  assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(answer.headers.get('cache-control') ?? '', /no-store/);
  assert.ok(answer.text.includes(`<html lang="${language}">`));
  assert.doesNotMatch(answer.text, /<script/);
  const style = /<style>([^]*?)<\/style>/.exec(answer.text)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = answer.headers.get('content-security-policy') ?? '';
  assert.ok(policy.startsWith(`default-src 'none'; style-src 'sha256-${hash}';`), policy);
}

describeOnEngines('mails', (engine) => {
  test('confirm an address and replace a password, from sign-up to log-in', async (t) => {
    const { call, join, smtp } = await start(t, engine);
    const ada = await join('Ada');
    await smtp.until(1);
    assert.deepEqual(smtp.arrived[0]?.to, [ada.email]);
    const confirm = { json: { code: codeIn(smtp.arrived[0]?.text) } };
    const confirmed = await call('POST /api/minitter/v1/email/confirm', confirm);
    assert.deepEqual([confirmed.status, confirmed.body], [200, {}]);
    assertError(await call('POST /api/minitter/v1/email/confirm', confirm), 'code_invalid');

    const json = { email: ada.email };
    const forgot = await call('POST /api/minitter/v1/password/forgot', { json });
    const nobody = { email: 'nobody@example.com' };
    const unknown = await call('POST /api/minitter/v1/password/forgot', { json: nobody });
    assert.deepEqual([forgot.status, forgot.text], [202, '{}']);
    assert.deepEqual([unknown.status, unknown.text], [forgot.status, forgot.text]);
    await smtp.until(2);
    const reset = { code: codeIn(smtp.arrived[1]?.text), password: NEW_PASSWORD };
    const weak = { ...reset, password: 'password' };
    assertError(
      await call('POST /api/minitter/v1/password/reset', { json: weak, headers: KOREAN }),
      'password_common',
      'ko',
    );
    const done = await call('POST /api/minitter/v1/password/reset', { json: reset });
    assert.deepEqual([done.status, done.text], [200, '{}']);
    assert.equal((await call('GET /timeline', { as: ada })).status, 401);
    const logIn = await call('POST /login', { json: { ...json, password: NEW_PASSWORD } });
    assert.equal(logIn.status, 200);
    await smtp.until(3);
    assert.match(smtp.arrived[2]?.headers.get('subject') ?? '', /has been changed/);
    assert.deepEqual(
      smtp.arrived.flatMap(({ to }) => to),
      [ada.email, ada.email, ada.email],
    );
  });
});

describe('the pages of mails', () => {
  test('choose a new password without a script, in the language of the mail', async (t) => {
    const { call, join, smtp } = await start(t);
    const ada = await join('Ada');
    await smtp.until(1);
    const asked = await call('GET /password/forgot', { headers: KOREAN });
    assertPage(asked, 200, 'ko');
    const raw = new URLSearchParams({ email: ada.email }).toString();
    const sent = await call('POST /password/forgot?lang=ko', { raw, headers: FORM });
    assertPage(sent, 200, 'ko');
    await smtp.until(2);
    const mail = smtp.arrived[1];
    assert.equal(mail?.headers.get('content-language'), 'ko');

    // The browser speaks English; the mail was Korean.
    const link = linkIn(mail?.text);
    const form = await call(`GET ${link as '/'}`, { headers: { 'accept-language': 'en' } });
    assertPage(form, 200, 'ko');
    const code = /name="code" value="([\w-]+)"/.exec(form.text)?.[1] ?? '';
    assert.equal(code, codeIn(mail?.text));
    assert.match(form.text, /<label for="password">새 비밀번호<\/label>/);
    assert.match(form.text, /<form method="post" action="\?lang=ko">/);

    const send = (password: string) => {
      const fields = new URLSearchParams({ code, password }).toString();
      return call('POST /password/reset?lang=ko', { raw: fields, headers: FORM });
    };
    const weak = await send('12345678');
    assertPage(weak, 400, 'ko');
    assert.match(weak.text, /role="alert">너무 흔한 비밀번호입니다/);
    assert.ok(weak.text.includes(code), 'it can be tried again');
    assert.doesNotMatch(weak.text, /12345678/);
    assertPage(await send(NEW_PASSWORD), 200, 'ko');
    const again = await send(NEW_PASSWORD);
    assertPage(again, 400, 'ko');
    const json = { email: ada.email, password: NEW_PASSWORD };
    assert.equal((await call('POST /login', { json })).status, 200);
  });

  test('confirm an address by a button, and not by the link alone', async (t) => {
    const { call, join, smtp, app } = await start(t);
    const ada = await join('Ada');
    await smtp.until(1);
    const link = linkIn(smtp.arrived[0]?.text);
    for (const _ of [1, 2]) assertPage(await call(`GET ${link as '/'}`), 200, 'en');
    const isConfirmed = async () =>
      (await app.services.users.find(ada.id)).email_confirmed_at !== null;
    assert.equal(await isConfirmed(), false);
    const raw = new URLSearchParams({ code: codeIn(smtp.arrived[0]?.text) }).toString();
    const done = await call('POST /email/confirm', { raw, headers: FORM });
    assertPage(done, 200, 'en');
    assert.match(done.text, /is confirmed/);
    assert.equal(await isConfirmed(), true);
  });

  test('take whatever is in a link as text', async (t) => {
    const { call } = await start(t);
    const code = '"><img src=x onerror=alert(1)>';
    const query = new URLSearchParams({ code, lang: '"><b>' }).toString();
    const shown = await call(`GET /password/reset?${query}`);
    assertPage(shown, 200, 'en');
    assert.doesNotMatch(shown.text, /<img|<b>/);
    assert.ok(shown.text.includes('&quot;&gt;&lt;img src=x'));
    assertPage(await call('GET /password/reset?code=1&code=2'), 200, 'en');
    assertPage(await call('POST /email/confirm', { raw: '', headers: FORM }), 400, 'en');
  });

  test('take forms alone, and the API none', async (t) => {
    const { call } = await start(t);
    const json = { email: 'ada@example.com' };
    assertError(await call('POST /password/forgot', { json }), 'unsupported_media_type');
    const form = { raw: 'email=ada%40example.com', headers: FORM };
    assertError(
      await call('POST /api/minitter/v1/password/forgot', form),
      'unsupported_media_type',
    );
  });
});

describe('a server', () => {
  test('answers at once, and serves on, when the mail server is gone', async (t) => {
    const { call, join, smtp } = await start(t);
    await smtp.close();
    const ada = await join('Ada');
    const json = { email: ada.email };
    assert.equal((await call('POST /api/minitter/v1/password/forgot', { json })).status, 202);
    assert.equal((await call('GET /ping')).status, 200);
  });

  test('without mails says so, on both faces', async (t) => {
    const { call, join } = await startApp(t);
    const ada = await join('Ada');
    const json = { email: ada.email };
    assertError(await call('POST /api/minitter/v1/password/forgot', { json }), 'mail_unavailable');
    assertError(
      await call('POST /api/minitter/v1/email/confirmation', { as: ada }),
      'mail_unavailable',
    );
    const raw = new URLSearchParams(json).toString();
    const page = await call('POST /password/forgot', { raw, headers: FORM });
    assertPage(page, 501, 'en');
    assert.match(page.text, /role="alert">This server sends no mails/);
  });

  test('sends the link to confirm an address again to whoever has logged in', async (t) => {
    const { call, join, smtp } = await start(t);
    const ada = await join('Ada');
    await smtp.until(1);
    const again = await call('POST /api/minitter/v1/email/confirmation', {
      as: ada,
      headers: KOREAN,
    });
    assert.deepEqual([again.status, again.text], [202, '{}']);
    await smtp.until(2);
    assert.equal(smtp.arrived[1]?.headers.get('content-language'), 'ko');
    assertError(await call('POST /api/minitter/v1/email/confirmation'), 'token_invalid');
  });

  test('turns away who asks too often, with a page for people', async (t) => {
    const smtp = await startSmtp(t);
    const env = {
      SMTP_URL: smtp.url,
      MAIL_FROM: 'minitter@minitter.example',
      MINITTER_PUBLIC_URL: SITE,
      RATE_LIMITS: 'on',
      MAILS_PER_ADDRESS: '1',
    };
    const { call } = await startApp(t, { env });
    const raw = 'email=nobody%40example.com';
    assertPage(await call('POST /password/forgot', { raw, headers: FORM }), 200, 'en');
    const page = await call('POST /password/forgot', { raw, headers: FORM });
    assertPage(page, 429, 'en');
    assert.ok(Number(page.headers.get('retry-after')) > 0);
    const json = { email: 'nobody@example.com' };
    const api = await call('POST /api/minitter/v1/password/forgot', { json });
    assertError(api, 'too_many_attempts');
  });
});
