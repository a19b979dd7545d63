import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { checkObjectStore, roundTrip } from '../../../src/command/doctor/object-store.ts';
import { MemoryObjectStore } from '../../kit/memory-object-store.ts';
import { freshBucket, HAS_S3 } from '../../kit/s3.ts';
import { tempFolder } from '../../kit/temp.ts';
import { assertFinding } from './findings.ts';

test('pictures on disk: a file goes there and back, and nothing stays', async (t) => {
  const subject = { dataDir: tempFolder(t), s3: undefined };
  assertFinding(await checkObjectStore(subject), 'ok', /will be made for the first picture/);
  const pictures = path.join(subject.dataDir, 'pictures');
  mkdirSync(pictures);
  assertFinding(await checkObjectStore(subject), 'ok', /could be stored in .*pictures/);
  assert.deepEqual(readdirSync(pictures), []);
});

test('a store that loses or garbles what it is given is found out', async () => {
  const lossy = new MemoryObjectStore();
  lossy.get = async () => undefined;
  assert.equal(await roundTrip(lossy), false);
  const garbling = new MemoryObjectStore();
  garbling.get = async () => new Uint8Array(36);
  assert.equal(await roundTrip(garbling), false);
  assert.equal(garbling.objects.size, 0);
});

if (HAS_S3) {
  describe('pictures in a bucket', () => {
    test('an object goes there and back', async (t) => {
      const subject = { dataDir: tempFolder(t), s3: await freshBucket(t) };
      assertFinding(await checkObjectStore(subject), 'ok', /could be stored in the bucket/);
    });

    test('a bucket that is not there, and wrong keys, are problems', async (t) => {
      const s3 = await freshBucket(t);
      const dataDir = tempFolder(t);
      const missing = { dataDir, s3: { ...s3, bucket: 'minitter-is-not-here' } };
      assertFinding(await checkObjectStore(missing), 'problem', /refused: NoSuchBucket/);
      const credentials = { accessKeyId: 'nobody', secretAccessKey: 'nothing' };
      const stranger = { dataDir, s3: { ...s3, credentials } };
      assertFinding(await checkObjectStore(stranger), 'problem', /refused: \w+/);
    });
  });
}
