import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type TokenClaims, TokenSigner } from '../../src/service/tokens.ts';
import { refusal } from '../kit/domain-errors.ts';
import { TOKEN_KEY } from '../kit/services.ts';

const NOW = Date.UTC(2026, 0, 1);
const CLAIMS: TokenClaims = { jti: 'abc', userId: 7, issuedAt: NOW, expiresAt: NOW + 60_000 };
const HEADER = { alg: 'HS256', typ: 'JWT' };
const PAYLOAD = { user_id: 7, jti: 'abc', iat: NOW / 1000, exp: NOW / 1000 + 60 };

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Forgery {
  readonly header?: unknown;
  readonly payload?: unknown;
  readonly hash?: string;
  readonly key?: Uint8Array;
}

/** A token made by hand; without changes it is as good as the server's own. */
function forge({ header = HEADER, payload = PAYLOAD, hash = 'sha256', key = TOKEN_KEY }: Forgery) {
  const content = `${encode(header)}.${encode(payload)}`;
  return `${content}.${createHmac(hash, key).update(content).digest('base64url')}`;
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const bytesOf = (text: string) => Buffer.from(text, 'base64url').toString('hex');
const verify = (token: string, now = NOW) => new TokenSigner(TOKEN_KEY).verify(token, now);
const isRefused = (token: string, now = NOW) =>
  assert.rejects(verify(token, now), refusal('token_invalid'));

/** The payload without one of its claims. */
const payloadWithout = (claim: keyof typeof PAYLOAD) =>
  Object.fromEntries(Object.entries(PAYLOAD).filter(([name]) => name !== claim));

describe('a token', () => {
  test('says what it was signed with', async () => {
    const token = await new TokenSigner(TOKEN_KEY).sign(CLAIMS);
    assert.deepEqual(await verify(token), CLAIMS);
  });

  test('has exactly the header and the claims of the course, and those of a session', async () => {
    const token = await new TokenSigner(TOKEN_KEY).sign(CLAIMS);
    const [header = '', payload = ''] = token.split('.');
    assert.equal(Buffer.from(header, 'base64url').toString(), '{"alg":"HS256","typ":"JWT"}');
    assert.deepEqual(JSON.parse(Buffer.from(payload, 'base64url').toString()), PAYLOAD);
  });

  test('made elsewhere with the same key is believed', async () => {
    assert.deepEqual(await verify(forge({})), CLAIMS);
  });

  test('holds until it expires, and not a millisecond longer', async () => {
    const token = await new TokenSigner(TOKEN_KEY).sign(CLAIMS);
    assert.deepEqual(await verify(token, CLAIMS.expiresAt - 1), CLAIMS);
    await isRefused(token, CLAIMS.expiresAt);
    await isRefused(token, CLAIMS.expiresAt + 86_400_000);
  });

  test('never outlives the session it names, when times have fractions of a second', async () => {
    const expiresAt = NOW + 60_999;
    const token = await new TokenSigner(TOKEN_KEY).sign({ ...CLAIMS, expiresAt });
    assert.ok((await verify(token)).expiresAt <= expiresAt);
    await isRefused(token, expiresAt);
  });
});

describe('a token is refused', () => {
  test('when it is signed with another key', async () => {
    await isRefused(forge({ key: new TextEncoder().encode('another key of more than 32 bytes') }));
  });

  test('when it is not signed', async () => {
    const unsigned = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(PAYLOAD)}.`;
    await isRefused(unsigned);
    await isRefused(`${encode({ alg: 'none', typ: 'JWT' })}.${encode(PAYLOAD)}`);
    await isRefused(`${encode(HEADER)}.${encode(PAYLOAD)}.`);
    await isRefused(forge({ header: { alg: 'none', typ: 'JWT' } }));
    await isRefused(forge({ header: { alg: 'None', typ: 'JWT' } }));
  });

  test('when it is signed with the right key by another algorithm', async () => {
    await isRefused(forge({ header: { alg: 'HS384', typ: 'JWT' }, hash: 'sha384' }));
    await isRefused(forge({ header: { alg: 'HS512', typ: 'JWT' }, hash: 'sha512' }));
    await isRefused(forge({ hash: 'sha512' }));
  });

  test('when it claims to be signed by another algorithm', async () => {
    for (const alg of ['RS256', 'ES256', 'PS256', 'EdDSA', 'hs256', '', 256, null]) {
      await isRefused(forge({ header: { alg, typ: 'JWT' } }));
    }
  });

  for (const [what, header] of Object.entries({
    'a key id': { ...HEADER, kid: '1' },
    'a key': { ...HEADER, jwk: { kty: 'oct', k: 'AAAA' } },
    'an address of keys': { ...HEADER, jku: 'https://example.com/keys' },
    'something critical': { ...HEADER, crit: ['exp'] },
    'an unencoded payload': { ...HEADER, b64: false, crit: ['b64'] },
    'no type': { alg: 'HS256' },
    'another type': { alg: 'HS256', typ: 'at+jwt' },
    'the type in small letters': { alg: 'HS256', typ: 'jwt' },
    'the type in its long form': { alg: 'HS256', typ: 'application/jwt' },
    'a type that is no text': { alg: 'HS256', typ: ['JWT'] },
    'no algorithm': { typ: 'JWT' },
    'nothing at all': {},
  })) {
    test(`when its header has ${what}`, async () => {
      await isRefused(forge({ header }));
    });
  }

  for (const claim of Object.keys(PAYLOAD) as (keyof typeof PAYLOAD)[]) {
    test(`when it has no ${claim}`, async () => {
      await isRefused(forge({ payload: payloadWithout(claim) }));
    });
  }

  test('when its user id is not a whole number', async () => {
    for (const user_id of ['7', 7.5, null, true, [7], { id: 7 }, 2 ** 53]) {
      await isRefused(forge({ payload: { ...PAYLOAD, user_id } }));
    }
  });

  test('when its other claims are not of their kind', async () => {
    for (const wrong of [
      { jti: 7 },
      { jti: null },
      { exp: String(PAYLOAD.exp) },
      { exp: null },
      { iat: 'today' },
      { nbf: PAYLOAD.iat + 10 },
    ]) {
      await isRefused(forge({ payload: { ...PAYLOAD, ...wrong } }));
    }
  });

  test('when somebody has changed what it says', async () => {
    const [header, , signature] = (await new TokenSigner(TOKEN_KEY).sign(CLAIMS)).split('.');
    await isRefused(`${header}.${encode({ ...PAYLOAD, user_id: 1 })}.${signature}`);
  });

  test('when any of its characters is another one', async () => {
    const token = await new TokenSigner(TOKEN_KEY).sign(CLAIMS);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      await isRefused(token.slice(0, at) + other + token.slice(at + 1));
    }
  });

  test('when it is spelt in another way, although it says the same', async () => {
    const token = await new TokenSigner(TOKEN_KEY).sign(CLAIMS);
    const signature = token.slice(token.lastIndexOf('.') + 1);
    const sameBytes = Array.from(BASE64URL, (last) => token.slice(0, -1) + last).filter(
      (other) => other !== token && bytesOf(other.slice(-signature.length)) === bytesOf(signature),
    );
    assert.equal(sameBytes.length, 3);
    const spaced = `${token.slice(0, -5)} ${token.slice(-5)}`;
    for (const other of [...sameBytes, `${token}=`, spaced]) await isRefused(other);
  });

  test('when it is something else altogether', async () => {
    for (const text of [
      '',
      '.',
      '..',
      '...',
      'a.b.c',
      '{}',
      'null',
      `${forge({})}.x`,
      '💥.💥.💥',
    ]) {
      await isRefused(text);
    }
    for (const part of ['null', '1', '[]', '"text"', '{', '']) {
      const odd = Buffer.from(part).toString('base64url');
      await isRefused(`${odd}.${encode(PAYLOAD)}.AAAA`);
      const content = `${encode(HEADER)}.${odd}`;
      const signature = createHmac('sha256', TOKEN_KEY).update(content).digest('base64url');
      await isRefused(`${content}.${signature}`);
    }
  });

  test('when it is any text that the server has not signed', async () => {
    const parts = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 });
    await fc.assert(fc.asyncProperty(parts, (some) => isRefused(some.join('.'))));
  });
});
