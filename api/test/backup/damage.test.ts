import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { restoreCommand, verifyCommand } from '../../src/command/backup.ts';
import { backupLines, packLines } from '../kit/backup-files.ts';
import { backupOf, emptyPlace, livelyPlace, printed, QUIET, rowsOf } from '../kit/backups.ts';

test('a byte that was altered anywhere, or is missing, is found', async (t) => {
  const config = await livelyPlace(t, 'sqlite');
  const whole = readFileSync(await backupOf(config));
  const file = `${config.dataDir}/damaged`;
  const isFound = async (bytes: Uint8Array, what: string) => {
    writeFileSync(file, bytes);
    await assert.rejects(verifyCommand(file, QUIET), /cannot be used\./, what);
  };
  const middle = Math.max(1, Math.floor(whole.length / 300));
  for (let at = 0; at < whole.length;) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
    await isFound(bytes, `byte ${at}`);
    // Every byte at both ends, where the frames' headers are, and samples between.
    at += at < 100 || at > whole.length - 100 ? 1 : middle;
  }
  for (const length of [0, 1, 20, whole.length >> 1, whole.length - 9, whole.length - 1]) {
    await isFound(whole.subarray(0, length), `cut off at ${length}`);
  }
  await isFound(Buffer.concat([whole, Buffer.from('more')]), 'something after it');
  await isFound(Buffer.concat([whole, whole]), 'twice');
  writeFileSync(file, whole);
  await printed(() => verifyCommand(file, QUIET));
});

/** A backup with other lines, and a checksum that is right for them. */
function forged(whole: Buffer, change: (lines: string[]) => string[]): Promise<Buffer> {
  return packLines(change(backupLines(whole)));
}

const FORGERIES: Record<string, readonly [(lines: string[]) => string[], RegExp]> = {
  'a row that refers to nobody': [
    (lines) =>
      lines.map((line) => line.replace(/^(\{"table":"tweets","rows":\[\[\d+),1,/, '$1,99,')),
    /refers to users 99/,
  ],
  'a row too few': [
    (lines) => lines.filter((line) => !line.includes('follow_list","rows')),
    /not as much in it/,
  ],
  'an entry too many': [
    (lines) => lines.toSpliced(-1, 0, '{"lost":"disk:gone.png"}'),
    /not as much in it/,
  ],
  'a row with too many values': [
    (lines) => lines.map((line) => line.replace('"users","rows":[[1,', '"users","rows":[[1,1,')),
    /has \d+ values/,
  ],
  'a picture that is another': [
    (lines) => lines.map((line) => line.replace('"bytes":"', '"bytes":"AAAA')),
    /checksum/,
  ],
  'a picture that would be put elsewhere': [
    (lines) => lines.map((line) => line.replaceAll('"disk:', '"disk:../../')),
    /no name of a picture/,
  ],
  'a picture that nobody has': [
    (lines) => lines.map((line) => line.replace('"object":"disk:1-', '"object":"disk:2-')),
    /users refers to stored objects disk:1-\w+\.png, which/,
  ],
  'a user who is there twice': [
    (lines) => lines.map((line) => line.replace(/("users","rows":\[\[1,.*?\],\[)2,/, '$11,')),
    /one of users twice/,
  ],
  'another format': [
    (lines) => lines.map((line) => line.replace('minitter-backup', 'tar')),
    /no backup/,
  ],
  'a newer format': [
    (lines) => lines.map((line) => line.replace('"format_version":1', '"format_version":2')),
    /too old to read/,
  ],
  'a newer schema': [
    (lines) => lines.map((line) => line.replace(/"schema_version":\d+/, '"schema_version":999')),
    /newer than this one/,
  ],
};

for (const [what, [change, reason]] of Object.entries(FORGERIES)) {
  test(`${what} is refused, and the database stays as it was`, async (t) => {
    const config = await livelyPlace(t, 'sqlite');
    const file = await backupOf(config);
    writeFileSync(file, await forged(readFileSync(file), change));
    const before = await rowsOf(config);
    await assert.rejects(restoreCommand(config, file, { ...QUIET, force: true }), reason);
    assert.deepEqual(await rowsOf(config), before);
  });
}

test('what is no file, or no backup, is told so', async (t) => {
  const { dataDir } = await emptyPlace(t, 'sqlite');
  await assert.rejects(verifyCommand(`${dataDir}/none`, QUIET), /There is no file/);
  writeFileSync(`${dataDir}/text`, 'some text');
  await assert.rejects(verifyCommand(`${dataDir}/text`, QUIET), /It is no backup of Minitter/);
  writeFileSync(`${dataDir}/json`, await packLines(['{"a": 1}']));
  await assert.rejects(verifyCommand(`${dataDir}/json`, QUIET), /It is no backup of Minitter/);
});
