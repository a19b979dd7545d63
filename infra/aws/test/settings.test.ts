/** What can be set, and what is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings, SettingsError } from '../src/settings.ts';
import { MAIL } from './kit.ts';

const ENOUGH = { domain: 'minitter.example', hostedZoneId: 'Z0TEST' };

const load = (settings: Record<string, unknown>) => loadSettings((name) => settings[name]);

/** What is said of settings that are refused. */
function complaint(settings: Record<string, unknown>): string {
  try {
    load(settings);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.message;
  }
  return 'nothing';
}

test('a domain and its zone are enough: Seoul, two zones, the small size', () => {
  const settings = load(ENOUGH);
  assert.equal(settings.region, 'ap-northeast-2');
  assert.deepEqual(settings.zones, ['ap-northeast-2a', 'ap-northeast-2c']);
  assert.equal(settings.size.name, 'small');
  assert.equal(settings.zoneName, 'minitter.example');
  assert.equal(settings.restoreSnapshot, undefined);
});

test('all mistakes are said at once', () => {
  const said = complaint({ size: 'huge', domain: 'no spaces', hostedZoneId: 'x', version: 'new' });
  for (const name of ['size', 'domain', 'hostedZoneId', 'version']) {
    assert.match(said, new RegExp(`^${name} must be`, 'm'));
  }
});

test('a domain outside its zone is refused', () => {
  assert.match(complaint({ ...ENOUGH, zoneName: 'other.example' }), /does not lie in the zone/);
  assert.equal(
    load({ ...ENOUGH, domain: 'a.b.example', zoneName: 'b.example' }).domain,
    'a.b.example',
  );
});

test('nothing that is set can break out of the quotes in user data', () => {
  for (const name of ['version', 'domain', 'corsOrigins', 'name', 'zones', 'artefactSha256']) {
    assert.notEqual(complaint({ ...ENOUGH, [name]: "x'; rm -rf /; '" }), 'nothing', name);
  }
});

test('several web pages may be named', () => {
  const corsOrigins = 'https://a.example,http://localhost:3000';
  assert.deepEqual(load({ ...ENOUGH, corsOrigins }).corsOrigins, corsOrigins.split(','));
});

test('logs are kept for a period that CloudWatch knows', () => {
  assert.equal(load({ ...ENOUGH, logDays: '365' }).logDays, 365);
  assert.match(complaint({ ...ENOUGH, logDays: '42' }), /^logDays must be one of/);
});

test('settings of the server are taken by their name in .env.example, from cdk.json or from -c', () => {
  const wanted = { SITE_TITLE: "Ada's", REGISTRATIONS: 'approval', BCRYPT_COST: '13' };
  assert.deepEqual(load({ ...ENOUGH, server: { ...wanted, BCRYPT_COST: 13 } }).server, wanted);
  assert.deepEqual(load({ ...ENOUGH, server: JSON.stringify(wanted) }).server, wanted);
  assert.deepEqual(load(ENOUGH).server, {});
});

for (const [what, server, said] of [
  ['a name that the server does not know', { SITE_TILE: 'x' }, /SITE_TILE is no setting/],
  ['what this package sets', { S3_BUCKET: 'x' }, /S3_BUCKET is not set here/],
  ['a secret', { MINITTER_SECRET: 'x'.repeat(32) }, /MINITTER_SECRET is not set here/],
  ['what a shell would expand', { SITE_TITLE: '$(reboot)' }, /SITE_TITLE must not have/],
  ['a second line', { SITE_TITLE: 'a\nPORT=1' }, /SITE_TITLE must not have/],
  ['more than an instance can be told', { SITE_RULES: 'x'.repeat(1000) }, /at most 1000 bytes/],
  ['what is no object', 'SITE_TITLE=x', /server must be an object/],
] as const) {
  test(`settings of the server are refused: ${what}`, () => {
    assert.match(complaint({ ...ENOUGH, server }), said);
  });
}

test('mails need a server, a secret and a sender, or none of the three', () => {
  assert.equal(load(ENOUGH).mail, undefined);
  assert.deepEqual(load({ ...ENOUGH, ...MAIL }).mail, MAIL);
  const said = complaint({ ...ENOUGH, mailFrom: MAIL.mailFrom });
  assert.match(said, /^smtpUrl must be/m);
  assert.match(said, /^smtpSecret must be/m);
});

test('the password of the mail server is in a secret, not in its address', () => {
  const smtpUrl = 'smtp://ada:password@mail.example:587';
  assert.match(complaint({ ...ENOUGH, ...MAIL, smtpUrl }), /^smtpUrl must be/);
});
