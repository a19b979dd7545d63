import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ConfigError, envExample, loadConfig, SETTING_NAMES } from '../src/config.ts';

const root = path.join(import.meta.dirname, '../..');

/** What is wrong with this environment, line by line. */
function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.mistakes;
  }
}

test('without settings there are sensible ones', () => {
  const config = loadConfig({}, '/srv');

  assert.deepEqual([config.host, config.port, config.dataDir], ['127.0.0.1', 5000, '/srv/data']);
  assert.deepEqual(config.database, {
    engine: 'sqlite',
    file: '/srv/data/minitter.db',
    writeQueue: 10_000,
  });
  assert.deepEqual([config.passwords.cost, config.tokenTtlMs], [12, 86_400_000]);
  assert.deepEqual([config.throttles.on, config.registrations], [true, 'open']);
  assert.deepEqual([config.s3, config.secret, config.publicUrl], [undefined, undefined, undefined]);
  assert.ok(Object.isFrozen(config));
});

test('settings are read, and empty ones are none', () => {
  const config = loadConfig({
    PORT: '8080',
    HOST: '',
    MINITTER_PUBLIC_URL: 'https://minitter.example/',
    DATABASE_URL: 'mysql://ada:pw@db.example:3307/minitter',
    S3_BUCKET: 'pictures',
    TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    CORS_ORIGINS: 'https://a.example,https://b.example',
    TOKEN_TTL_SECONDS: '60',
  });

  assert.deepEqual([config.port, config.host], [8080, '127.0.0.1']);
  assert.equal(config.publicUrl, 'https://minitter.example');
  assert.equal(config.database.engine, 'mysql');
  assert.equal(config.s3?.region, 'ap-northeast-2');
  assert.deepEqual(config.trustedProxies, ['10.0.0.0/8', '::1']);
  assert.deepEqual(config.corsOrigins, ['https://a.example', 'https://b.example']);
  assert.equal(config.tokenTtlMs, 60_000);
  const relative = loadConfig({ DATABASE_URL: 'sqlite:my.db' }, '/srv').database;
  assert.ok(relative.engine === 'sqlite' && relative.file === '/srv/my.db');
});

test('timelines are kept where the database and Redis allow', () => {
  const mysql = { DATABASE_URL: 'mysql://ada:pw@db.example/minitter' };
  const redis = { REDIS_URL: 'redis://one.example:6379, redis://two.example:6379' };
  const storeOf = (env: Record<string, string>) => loadConfig(env).timelines.store;

  assert.deepEqual(
    [storeOf({}), storeOf(mysql), storeOf({ ...mysql, ...redis })],
    ['memory', 'sql', 'redis'],
  );
  assert.equal(storeOf({ ...mysql, ...redis, TIMELINE_STORE: 'sql' }), 'sql');
  assert.deepEqual(loadConfig({ ...mysql, ...redis }).redisUrls, [
    'redis://one.example:6379',
    'redis://two.example:6379',
  ]);
  assert.deepEqual(mistakesOf(redis), ['REDIS_URL must come with a mysql:// DATABASE_URL']);
  assert.deepEqual(mistakesOf({ ...mysql, TIMELINE_STORE: 'redis' }), [
    'TIMELINE_STORE=redis must come with REDIS_URL',
  ]);
});

test('a public address of another script is kept as it may stand in a header', () => {
  const config = loadConfig({ MINITTER_PUBLIC_URL: 'https://한글.example/글/' });
  assert.equal(config.publicUrl, 'https://xn--bj0bj06e.example/%EA%B8%80');
});

test('each wrong value is one line that names its setting', () => {
  const wrong = {
    PORT: '65536',
    MINITTER_PUBLIC_URL: 'minitter.example',
    MINITTER_SECRET: 'x'.repeat(31),
    DATABASE_URL: 'postgres://x/y',
    REDIS_URL: 'http://x',
    TIMELINE_STORE: 'paper',
    REGISTRATIONS: 'maybe',
    BCRYPT_COST: '1e1',
    TOKEN_TTL_SECONDS: '-1',
    S3_ENDPOINT: 'ftp://x',
    CORS_ORIGINS: 'https://a.example/path',
    TRUSTED_PROXIES: '10.0.0.0/33',
    LOG_LEVEL: 'loud',
    RATE_LIMITS: 'false',
    PICTURE_MAX_BYTES: '10MB',
  };
  const mistakes = mistakesOf(wrong);

  assert.deepEqual(
    mistakes.map((line) => line.split(' ')[0]),
    Object.keys(wrong).toSorted(
      (a, b) => SETTING_NAMES.indexOf(a as never) - SETTING_NAMES.indexOf(b as never),
    ),
  );
  for (const line of mistakes) assert.ok(!line.includes('\n') && line.includes(' must '));
});

test('a secret is measured in bytes, and the keys of S3 come together', () => {
  assert.deepEqual(mistakesOf({ MINITTER_SECRET: '가'.repeat(11) }), []);
  assert.equal(mistakesOf({ MINITTER_SECRET: '가'.repeat(10) }).length, 1);
  assert.deepEqual(mistakesOf({ S3_BUCKET: 'b', S3_ACCESS_KEY_ID: 'a' }), [
    'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be given together',
  ]);
});

test('mails need a server, a sender, and an address that links lead to', () => {
  const mail = {
    SMTP_URL: 'smtps://mini:tter@mail.example',
    MAIL_FROM: 'minitter@minitter.example',
    MINITTER_PUBLIC_URL: 'https://minitter.example/',
  };
  assert.deepEqual(loadConfig(mail).mail, {
    smtpUrl: mail.SMTP_URL,
    from: mail.MAIL_FROM,
    publicUrl: 'https://minitter.example',
  });
  assert.equal(loadConfig({ MINITTER_PUBLIC_URL: 'https://minitter.example' }).mail, undefined);
  assert.match(mistakesOf({ ...mail, MAIL_FROM: '' }).join(), /must be given together/);
  assert.match(mistakesOf({ ...mail, MINITTER_PUBLIC_URL: '' }).join(), /mails have links/);
  assert.equal(mistakesOf({ ...mail, SMTP_URL: 'http://x' }).length, 2);
  assert.match(mistakesOf({ ...mail, MAIL_FROM: 'A <a@x>' }).join(), /e-mail address/);
});

test('.env.example lists every setting as the code has it (npm run docs writes it anew)', () => {
  const file = readFileSync(path.join(root, '.env.example'), 'utf8');
  assert.equal(file, envExample());
  for (const name of SETTING_NAMES) assert.match(file, new RegExp(`^# ${name}=`, 'm'));
});
