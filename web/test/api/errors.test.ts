import '../kit/client.ts';
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

const { speak } = await import('#lib/i18n/index.svelte.ts');
const { en } = await import('#lib/i18n/en.ts');
const { CallError, explain, isExpired } = await import('#lib/api/errors.ts');
const { ownPath } = await import('#lib/api/sign-in.ts');

before(() => speak('en'));

describe('explain', () => {
  it('lets the server say what is wrong with what was sent', () => {
    assert.equal(explain(new CallError(409, 'This address is taken.')), 'This address is taken.');
  });

  it('says in its own words what a server has no words for', () => {
    const cases: readonly (readonly [status: number, says: string])[] = [
      [403, en.errorForbidden],
      [404, en.errorGone],
      [410, en.errorGone],
      [429, en.errorTooOften],
      [500, en.errorServer],
      [501, en.errorUnsupported],
      [503, en.errorBusy],
    ];
    for (const [status, says] of cases) assert.equal(explain(new CallError(status, '')), says);
  });

  it('tells a lost connection from a slow server', () => {
    assert.equal(explain(new TypeError('fetch failed')), en.errorOffline);
    assert.equal(explain(new DOMException('', 'TimeoutError')), en.errorTimeout);
    assert.equal(explain(new Error('?')), en.errorUnknown);
  });
});

describe('isExpired', () => {
  it('is true of a token, not of a wrong password', () => {
    assert.equal(isExpired(new CallError(401, '', 'token_invalid')), true);
    assert.equal(isExpired(new CallError(401, '', 'credentials_wrong')), false);
    assert.equal(isExpired({ statusCode: 401 }), true);
    assert.equal(isExpired(new TypeError('network')), false);
  });
});

describe('ownPath', () => {
  it('leads nowhere but to this server', () => {
    assert.equal(ownPath('/@ada?x=1'), '/@ada?x=1');
    for (const path of [null, '', '//evil.example', '/\\evil.example', 'https://evil.example']) {
      assert.equal(ownPath(path), '/home');
    }
  });
});
