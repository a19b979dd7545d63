/** What can be set, and what is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings, SettingsError } from '../src/settings.ts';

const ENOUGH = { domain: 'minitter.example', hostedZoneId: 'Z0TEST' };

const load = (settings: Record<string, string>) =>
  loadSettings((name) => (settings as Record<string, string | undefined>)[name]);

/** What is said of settings that are refused. */
function complaint(settings: Record<string, string>): string {
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
