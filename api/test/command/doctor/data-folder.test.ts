import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  checkDataFolder,
  checkFreeSpace,
  checkSigningKey,
} from '../../../src/command/doctor/data-folder.ts';
import { tempFolder } from '../../kit/temp.ts';
import { assertFinding } from './findings.ts';

const GB = 2 ** 30;

test('a folder that is there, or can be made, is well; nothing is made', (t) => {
  const folder = tempFolder(t);
  assertFinding(checkDataFolder({ dataDir: folder }), 'ok', /can be written to/);
  const dataDir = path.join(folder, 'new/data');
  assertFinding(checkDataFolder({ dataDir }), 'ok', /will be made/);
  assert.deepEqual(readdirSync(folder), []);
});

test('a file in place of the folder is a problem', (t) => {
  const file = path.join(tempFolder(t), 'file');
  writeFileSync(file, '');
  assertFinding(checkDataFolder({ dataDir: file }), 'problem', /file is not a folder/);
  const below = path.join(file, 'data');
  assertFinding(checkDataFolder({ dataDir: below }), 'problem', /file is not a folder/);
});

test('a folder that may not be written to is a problem', (t) => {
  const folder = tempFolder(t);
  const asker = { mayWrite: (asked: string) => asked !== folder, uid: process.getuid?.() };
  const dataDir = path.join(folder, 'data');
  assertFinding(checkDataFolder({ dataDir }, asker), 'problem', /may not write to/);
});

test("somebody else's folder is a warning", (t) => {
  const asker = { mayWrite: () => true, uid: 12_345 };
  const found = checkDataFolder({ dataDir: tempFolder(t) }, asker);
  assertFinding(found, 'warning', /belongs to user \d+, and this is user 12345/);
});

test('a folder that others can look into is a warning', (t) => {
  const dataDir = tempFolder(t);
  chmodSync(dataDir, 0o755);
  assertFinding(checkDataFolder({ dataDir }), 'warning', /can look into/);
});

test('little free space is a warning, hardly any a problem', (t) => {
  const subject = { dataDir: path.join(tempFolder(t), 'not/yet'), secret: undefined };
  assertFinding(checkFreeSpace(subject, 2 * GB), 'ok', /2\.0 GB are free/);
  assertFinding(checkFreeSpace(subject, GB), 'warning', /Only 1\.0 GB/);
  assertFinding(checkFreeSpace(subject, GB / 16), 'problem', /Only 64 MB/);
  assert.equal(checkFreeSpace(subject).length, 1, 'the free space of a folder above is read');
});

/** A data folder with a signing key. */
function folderWithKey(t: TestContext, key: string, mode: number): string {
  const dataDir = path.join(tempFolder(t), 'data');
  mkdirSync(dataDir);
  writeFileSync(path.join(dataDir, 'signing-key'), key, { mode });
  chmodSync(path.join(dataDir, 'signing-key'), mode);
  return dataDir;
}

test('a signing key is long, and for its owner only', (t) => {
  const check = (dataDir: string) => checkSigningKey({ dataDir, secret: undefined });
  const long = 'x'.repeat(64);

  assertFinding(check(tempFolder(t)), 'ok', /will be made/);
  assertFinding(check(folderWithKey(t, long, 0o600)), 'ok', /for its owner only/);
  assertFinding(check(folderWithKey(t, long, 0o640)), 'problem', /can read .*signing-key/);
  assertFinding(check(folderWithKey(t, 'short', 0o600)), 'problem', /too short/);
});

test('a signing key that may not be read is a problem', (t) => {
  const subject = { dataDir: folderWithKey(t, 'x'.repeat(64), 0o600), secret: undefined };
  assertFinding(
    checkSigningKey(subject, () => false),
    'problem',
    /may not read .*signing-key/,
  );
});

test('with MINITTER_SECRET no key is looked for', (t) => {
  const dataDir = folderWithKey(t, 'short', 0o644);
  assertFinding(checkSigningKey({ dataDir, secret: 'x'.repeat(32) }), 'ok', /MINITTER_SECRET/);
});
