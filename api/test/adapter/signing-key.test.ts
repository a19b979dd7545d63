import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { signingKey } from '../../src/adapter/signing-key.ts';
import { tempFolder } from '../kit/temp.ts';

test('a key is made once, kept, and for its owner only', (t) => {
  const dataDir = path.join(tempFolder(t), 'data');

  const key = signingKey(undefined, dataDir);

  assert.ok(key.length >= 32);
  assert.deepEqual(signingKey(undefined, dataDir), key);
  assert.deepEqual(readdirSync(dataDir), ['signing-key']);
  assert.equal(statSync(path.join(dataDir, 'signing-key')).mode & 0o777, 0o600);
  assert.notDeepEqual(signingKey(undefined, tempFolder(t)), key);
});

test('a secret from the settings is used as it is, and nothing is stored', (t) => {
  const dataDir = path.join(tempFolder(t), 'data');
  const secret = '우리 서버들이 함께 쓰는 아주 긴 비밀 문장';

  assert.deepEqual(signingKey(secret, dataDir), Buffer.from(secret, 'utf8'));
  assert.deepEqual(readdirSync(path.dirname(dataDir)), []);
});

test('a key file that was damaged is refused with a sentence', (t) => {
  const dataDir = tempFolder(t);
  writeFileSync(path.join(dataDir, 'signing-key'), 'short\n');
  assert.throws(() => signingKey(undefined, dataDir), /too short to be a signing key/);
});
