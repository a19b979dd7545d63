/** What a load balancer says of the client is believed only of one that is trusted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../kit/app.ts';
import { assertError } from '../kit/errors.ts';

const TRUSTED = { TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' };
const ONE_EACH = { RATE_LIMITS: 'on', SIGN_UPS_PER_ADDRESS: '1' };

let people = 0;
/** A sign-up of somebody new, who comes by these hops. */
const signUpVia = (hops: string) => ({
  json: {
    name: 'Ada',
    email: `${(people += 1)}@example.com`,
    password: 'engines dream of numbers',
  },
  headers: { 'x-forwarded-for': hops },
});

test('of several hops the last that is not a trusted proxy is the client', async (t) => {
  const { call } = await startApp(t, { env: { ...ONE_EACH, ...TRUSTED } });
  const signUp = async (hops: string) => (await call('POST /sign-up', signUpVia(hops))).status;

  assert.equal(await signUp('203.0.113.1'), 200);
  assert.equal(await signUp('203.0.113.1, 10.1.2.3'), 429, 'through one more trusted proxy');
  assert.equal(await signUp('198.51.100.9, 203.0.113.1'), 429, 'what the client says of itself');
  assert.equal(await signUp('203.0.113.2, 10.1.2.3'), 200, 'somebody else behind both');
  assert.equal(await signUp('203.0.113.3, 192.168.0.1'), 200, 'by a proxy that nobody trusts');
  assert.equal(await signUp('203.0.113.4, 192.168.0.1'), 429, 'it is the client then');
});

test('a peer that is not trusted is the client, whatever it says', async (t) => {
  const { call } = await startApp(t, { env: { ...ONE_EACH, TRUSTED_PROXIES: '10.0.0.0/8' } });

  assert.equal((await call('POST /sign-up', signUpVia('203.0.113.1'))).status, 200);
  assertError(await call('POST /sign-up', signUpVia('203.0.113.2')), 'too_many_attempts');
  assertError(await call('POST /sign-up', signUpVia('10.0.0.1')), 'too_many_attempts');
});

test('addresses in answers are those of the trusted proxy, and of no other', async (t) => {
  const linkOf = async (env: Record<string, string>, scheme = 'https') => {
    const headers = {
      'x-forwarded-proto': scheme,
      'x-forwarded-host': 'minitter.example',
      'x-forwarded-for': '203.0.113.1',
    };
    const { url, call, join, tweet } = await startApp(t, { env });
    const ada = await join('Ada');
    await tweet(ada, 'one');
    await tweet(ada, 'two');
    const answer = await call('GET /timeline/1?limit=1', { headers });
    return { url, link: answer.headers.get('link') ?? '' };
  };

  const trusted = await linkOf(TRUSTED);
  assert.ok(trusted.link.startsWith('<https://minitter.example/timeline/1?limit=1&before='));
  const odd = await linkOf(TRUSTED, 'gopher');
  assert.ok(odd.link.startsWith('<http://minitter.example/timeline/1?limit=1&before='), odd.link);
  const wary = await linkOf({});
  assert.ok(wary.link.startsWith(`<${wary.url}/timeline/1?limit=1&before=`), wary.link);
  const named = await linkOf({ ...TRUSTED, MINITTER_PUBLIC_URL: 'https://our.example' });
  assert.ok(named.link.startsWith('<https://our.example/timeline/1?limit=1&before='));
});
