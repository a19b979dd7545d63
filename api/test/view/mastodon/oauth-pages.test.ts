/** The page on which people let apps in, as a browser sees it, and as others would abuse it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test, type TestContext } from 'node:test';
import { type Answer, startApp } from '../../kit/app.ts';
import { assertCommonHeaders } from '../../kit/errors.ts';
import {
  BACK,
  FORM,
  formIn,
  logInOnPage,
  pkce,
  registerClient,
  sentBack,
} from '../../kit/oauth.ts';

const OOB = 'urn:ietf:wg:oauth:2.0:oob';

async function start(t: TestContext, changes: object = {}, env: Record<string, string> = {}) {
  const app = await startApp(t, { env });
  const ada = await app.join('Ada');
  const { client_id } = await registerClient(app, changes);
  const query = { client_id, redirect_uri: BACK, response_type: 'code', scope: 'read' };
  const open = (change: Record<string, string> = {}, headers: Record<string, string> = {}) => {
    const text = new URLSearchParams({ ...query, ...change }).toString();
    return app.call(`GET /oauth/authorize?${text}`, { headers });
  };
  const send = (fields: Record<string, string>, cookie: string) =>
    app.call('POST /oauth/authorize', {
      raw: new URLSearchParams(fields).toString(),
      headers: { ...FORM, cookie },
    });
  return { ...app, app, ada, query, open, send };
}

function assertPage(answer: Answer, status: number, language: 'en' | 'ko' = 'en'): void {
  assert.equal(answer.status, status, answer.text);
  assertCommonHeaders(answer);
  assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(answer.headers.get('cache-control') ?? '', /no-store/);
  assert.ok(answer.text.includes(`<html lang="${language}">`), answer.text);
  assert.doesNotMatch(answer.text, /<script/);
  const style = /<style>([^]*?)<\/style>/.exec(answer.text)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = answer.headers.get('content-security-policy') ?? '';
  assert.ok(policy.startsWith(`default-src 'none'; style-src 'sha256-${hash}'; `), policy);
  assert.match(policy, /frame-ancestors 'none'/);
}

describe('the page', () => {
  test('says who asks, for what, and where one goes', async (t) => {
    const { open } = await start(t);
    const page = await open({ scope: 'read write:statuses' });
    assertPage(page, 200);
    for (const text of ['Tusk', 'tusk.example', 'read everything', 'change: posts']) {
      assert.ok(page.text.includes(text), text);
    }
    assert.match(page.text, /<label for="email">/);
    assert.match(page.text, /<label for="password">/);
    assert.match(page.text, /autocomplete="current-password"/);
  });

  test('speaks the language that is asked for, or else that of the browser', async (t) => {
    const { open } = await start(t);
    const korean = { 'accept-language': 'ko' };
    assertPage(await open({}, korean), 200, 'ko');
    assertPage(await open({ lang: 'en' }, korean), 200, 'en');
    const page = await open({ lang: 'ko-KR' });
    assertPage(page, 200, 'ko');
    assert.match(page.text, /action="\/oauth\/authorize\?lang=ko"/);
    assert.match(page.text, /lang=en">English<\/a>/);
    assertPage(await open({ lang: 'fr' }), 200, 'en');
  });

  test('is there with a slash at the end, too', async (t) => {
    const { call, query } = await start(t);
    assertPage(await call(`GET /oauth/authorize/?${new URLSearchParams(query).toString()}`), 200);
  });

  test('takes whatever an app sends as text', async (t) => {
    const evil = '"><img src=x onerror=alert(1)>';
    const { open } = await start(t, { client_name: evil });
    const page = await open({ state: evil, lang: evil });
    assertPage(page, 200);
    assert.doesNotMatch(page.text, /<img/);
  });

  test('lets no name of an app turn the words around it', async (t) => {
    const name = 'Tusk \u202e';
    const { open } = await start(t, { client_name: name });
    for (const lang of ['en', 'ko']) {
      const { text } = await open({ lang });
      assert.ok(text.includes(`<bdi>${name}</bdi>`) && text.includes('<bdi>tusk.example</bdi>'));
    }
  });

  test('lets forms lead nowhere but here and to the app', async (t) => {
    const redirect_uris = `${BACK} http://localhost:1234/back tusk-app://back ${OOB}`;
    const { open } = await start(t, { redirect_uris });
    const targets = async (redirect_uri: string) => {
      const policy = (await open({ redirect_uri })).headers.get('content-security-policy') ?? '';
      return /form-action ([^;]*);/.exec(policy)?.[1];
    };
    assert.equal(await targets(BACK), "'self' https:");
    assert.equal(await targets('http://localhost:1234/back'), "'self' http://localhost:1234");
    assert.equal(await targets('tusk-app://back'), "'self' tusk-app:");
    assert.equal(await targets(OOB), "'self'");
  });
});

describe('saying yes', () => {
  test('shows the code to people whose app has no address', async (t) => {
    const { app, ada, query, call } = await start(t, { redirect_uris: OOB });
    const page = await logInOnPage(app, ada, { ...query, redirect_uri: OOB });
    assertPage(page, 200);
    assert.match(page.text, /<input id="code" value="[\w-]{43}" readonly \/>/);
    assert.ok(call);
  });

  test('keeps what the address of the app says already', async (t) => {
    const redirect_uri = `${BACK}?from=here`;
    const { app, ada, query } = await start(t, { redirect_uris: redirect_uri });
    const back = sentBack(await logInOnPage(app, ada, { ...query, redirect_uri }));
    assert.equal(back.searchParams.get('from'), 'here');
    assert.ok(back.searchParams.get('code'));
  });

  test('leads back to apps with a scheme of their own', async (t) => {
    const redirect_uri = 'tusk-app://back';
    const { app, ada, query } = await start(t, { redirect_uris: redirect_uri });
    const answer = await logInOnPage(app, ada, { ...query, redirect_uri, state: 's' });
    const location = answer.headers.get('location') ?? '';
    assert.match(location, /^tusk-app:\/\/back\?code=[\w-]{43}&state=s$/);
  });

  test('with a wrong password shows the form again, without the password', async (t) => {
    const { app, ada, query } = await start(t);
    const wrong = { ...ada, password: 'a wrong password' };
    const page = await logInOnPage(app, wrong, query);
    assertPage(page, 401);
    assert.match(page.text, /role="alert">E-mail address or password is wrong/);
    assert.ok(page.text.includes(ada.email));
    assert.ok(!page.text.includes(wrong.password));
    assert.ok(formIn(page).fields['mark']);
  });

  test('too often says when to come back', async (t) => {
    const env = { RATE_LIMITS: 'on', LOG_INS_PER_ADDRESS: '2' };
    const { app, ada, query } = await start(t, {}, env);
    const wrong = { ...ada, password: 'a wrong password' };
    assertPage(await logInOnPage(app, wrong, query), 401);
    const page = await logInOnPage(app, ada, query);
    assertPage(page, 429);
    assert.ok(Number(page.headers.get('retry-after')) > 0);
  });
});

describe('saying no', () => {
  test('tells the app', async (t) => {
    const { app, ada, query } = await start(t);
    const withState = { ...query, state: 's' };
    const answer = await logInOnPage(app, ada, withState, { answer: 'deny', password: '' });
    const back = sentBack(answer);
    assert.equal(back.searchParams.get('error'), 'access_denied');
    assert.equal(back.searchParams.get('state'), 's');
    assert.equal(back.searchParams.get('code'), null);
  });

  test('tells the person whose app has no address', async (t) => {
    const { app, ada, query } = await start(t, { redirect_uris: OOB });
    const oob = { ...query, redirect_uri: OOB };
    assertPage(await logInOnPage(app, ada, oob, { answer: 'deny' }), 200);
  });
});

describe('a form that another site sends', () => {
  test('is not taken without the cookie, without the mark, or with others', async (t) => {
    const { ada, open, send } = await start(t);
    const { fields, cookie } = formIn(await open());
    const { mark = '', ...unmarked } = fields;
    const filled = { ...fields, email: ada.email, password: ada.password, answer: 'allow' };
    const other = `${cookie.split('=')[0]}=${'x'.repeat(43)}`;
    for (const attempt of [
      send(filled, ''),
      send(filled, other),
      send({ ...filled, mark: '' }, cookie),
      send({ ...filled, mark: 'x'.repeat(43) }, cookie),
      send({ ...unmarked, email: ada.email, password: ada.password, answer: 'allow' }, cookie),
      send({ ...filled, answer: 'deny' }, ''),
    ]) {
      const page = await attempt;
      assertPage(page, 403);
      assert.match(page.text, /role="alert">This form has expired/);
    }
    assert.match(mark, /^[\w-]{43}$/);
    assert.equal((await send(filled, cookie)).status, 303);
  });

  test('has no cookie to come with: that is for pages of this site alone', async (t) => {
    const plain = await start(t);
    const cookie = (await plain.open()).headers.get('set-cookie') ?? '';
    assert.match(cookie, /^minitter-form=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const behindTls = await start(t, {}, { TRUSTED_PROXIES: '127.0.0.1' });
    const page = await behindTls.open({}, { 'x-forwarded-proto': 'https' });
    const secure = page.headers.get('set-cookie') ?? '';
    assert.match(secure, /^__Host-minitter-form=[\w-]{43}; Path=\/; .*; SameSite=Lax; Secure$/);
  });

  test('can be open twice in one browser', async (t) => {
    const { open } = await start(t);
    const first = formIn(await open());
    const second = formIn(await open({}, { cookie: `other=1; ${first.cookie}` }));
    assert.equal(second.fields['mark'], first.fields['mark']);
  });
});

describe('a request of an app', () => {
  test('with a wrong address sends nobody anywhere', async (t) => {
    const { open } = await start(t);
    for (const change of [
      { redirect_uri: 'https://evil.example/' },
      { redirect_uri: `${BACK}/` },
      { redirect_uri: '' },
      { client_id: 'nobody' },
    ]) {
      const page = await open({ ...change, response_type: 'token' });
      assertPage(page, 400);
      assert.equal(page.headers.get('location'), null);
    }
  });

  test('that is wrong otherwise is answered to the app', async (t) => {
    const { open } = await start(t);
    const refused = async (change: Record<string, string>) => {
      const back = sentBack(await open({ ...change, state: 's' }));
      assert.equal(back.origin + back.pathname, BACK);
      assert.equal(back.searchParams.get('state'), 's');
      return back.searchParams.get('error');
    };
    const { challenge } = pkce();
    assert.equal(await refused({ response_type: 'token' }), 'unsupported_response_type');
    assert.equal(await refused({ scope: 'read admin:write' }), 'invalid_scope');
    assert.equal(await refused({ scope: 'nothing' }), 'invalid_scope');
    const plain = { code_challenge: challenge, code_challenge_method: 'plain' };
    assert.equal(await refused(plain), 'invalid_request');
  });
});

describe("the server's own client", () => {
  test('lets people log in without asking whether they let it in', async (t) => {
    const { app, ada, call, url } = await start(t);
    const { verifier, challenge } = pkce();
    const query = {
      client_id: 'minitter-web',
      redirect_uri: `${url}/oauth-callback`,
      response_type: 'code',
      scope: 'read write follow push profile',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    };
    const page = await call(`GET /oauth/authorize?${new URLSearchParams(query).toString()}`);
    assertPage(page, 200);
    assert.doesNotMatch(page.text, /deny|would like/);
    assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self';/);
    const back = sentBack(await logInOnPage(app, ada, query));
    assert.equal(back.origin + back.pathname, query.redirect_uri);
    const json = {
      grant_type: 'authorization_code',
      client_id: query.client_id,
      redirect_uri: query.redirect_uri,
      code: back.searchParams.get('code'),
      code_verifier: verifier,
    };
    const given = await call('POST /oauth/token', { json });
    assert.deepEqual([given.status, given.body.scope], [200, query.scope]);
    const as = { ...ada, token: given.body.access_token as string };
    assert.equal((await call('GET /timeline', { as })).status, 200, 'it is a session like any');
  });

  test('has its one address here', async (t) => {
    const { call, url } = await start(t);
    const query = { client_id: 'minitter-web', response_type: 'code' };
    for (const redirect_uri of [`${url}/`, 'https://evil.example/oauth-callback']) {
      const text = new URLSearchParams({ ...query, redirect_uri }).toString();
      assertPage(await call(`GET /oauth/authorize?${text}`), 400);
    }
  });
});
