import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  checkEnvFile,
  checkSettings,
  settingMistakes,
} from '../../../src/command/doctor/settings.ts';
import { ConfigError, loadConfig } from '../../../src/config.ts';
import { tempFolder } from '../../kit/temp.ts';
import { assertFinding } from './findings.ts';

test('every mistake is a problem of its own', () => {
  const found = settingMistakes(new ConfigError(['PORT must be a number', 'HOST is strange']));
  assert.deepEqual(
    found.map(({ level, message }) => [level, message]),
    [
      ['problem', 'PORT must be a number.'],
      ['problem', 'HOST is strange.'],
    ],
  );
  assert.throws(() => settingMistakes(new Error('a fault of ours')), /a fault of ours/);
});

/** Settings that are taken, and what is said of them. */
const RISKY: readonly (readonly [env: Record<string, string>, message: RegExp])[] = [
  [{ RATE_LIMITS: 'off' }, /RATE_LIMITS is off/],
  [{ DATABASE_URL: 'mysql://u:p@db.example/minitter' }, /MINITTER_SECRET is not set/],
  [
    {
      DATABASE_URL: 'mysql://u:p@db.example/minitter',
      REDIS_URL: 'redis://cache.example',
      MINITTER_SECRET: 'thirty-two bytes that nobody knows',
    },
    /no S3_BUCKET: pictures are in the data folder/,
  ],
  [{ BCRYPT_COST: '9' }, /BCRYPT_COST is 9/],
];

test('what is allowed but risky is a warning', () => {
  for (const [env, message] of RISKY) {
    assertFinding(checkSettings(loadConfig(env)), 'warning', message);
  }
});

test('the defaults are in order', () => {
  assertFinding(checkSettings(loadConfig({})), 'ok', /No mistakes/);
});

function envFile(t: TestContext, text: string, mode: number): string {
  const file = path.join(tempFolder(t), '.env');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

test('a .env file has known names only, and only its owner reads it', (t) => {
  assertFinding(checkEnvFile(path.join(tempFolder(t), '.env')), 'ok', /There is none/);
  assertFinding(checkEnvFile(envFile(t, 'PORT=5001\n', 0o600)), 'ok', /All names are known/);
  const slip = envFile(t, '# my settings\nPROT=5001\n', 0o600);
  assertFinding(checkEnvFile(slip), 'warning', /^PROT in .*\.env is no setting/);
  assertFinding(checkEnvFile(envFile(t, 'PORT=5001\n', 0o644)), 'warning', /Others can read/);
});
