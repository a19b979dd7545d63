/** Where pictures are kept: whether they can be stored, read and deleted. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DiskObjectStore } from '../../adapter/object-store/disk.ts';
import type { Config } from '../../config.ts';
import type { ObjectStore } from '../../service/ports.ts';
import { type Finding, ok, problem } from './finding.ts';

type Subject = Pick<Config, 'dataDir' | 's3'>;

export async function checkObjectStore({ dataDir, s3 }: Subject): Promise<readonly Finding[]> {
  if (s3) return checkBucket(s3);
  const folder = path.join(dataDir, 'pictures');
  if (!existsSync(folder)) return [ok(`${folder} will be made for the first picture.`)];
  const isWhole = await roundTrip(new DiskObjectStore(folder));
  return [isWhole ? ok(`A file could be stored in ${folder}, read and deleted.`) : garbled(folder)];
}

async function checkBucket(s3: NonNullable<Config['s3']>): Promise<readonly Finding[]> {
  const { S3ObjectStore } = await import('../../adapter/object-store/s3.ts');
  const store = new S3ObjectStore(s3);
  try {
    const isWhole = await roundTrip(store);
    return [
      isWhole
        ? ok(`An object could be stored in the bucket ${s3.bucket}, read and deleted.`)
        : garbled(`the bucket ${s3.bucket}`),
    ];
  } catch (error) {
    return [
      problem(
        `The bucket ${s3.bucket} refused: ${describe(error)}.`,
        'Check S3_BUCKET, S3_REGION, S3_ENDPOINT and the keys; they must allow GetObject, ' +
          'PutObject and DeleteObject.',
      ),
    ];
  } finally {
    store.close();
  }
}

/** @returns whether what came back is what was stored */
export async function roundTrip(store: ObjectStore): Promise<boolean> {
  const key = `doctor-${randomUUID()}.txt`;
  const sent = Buffer.from(key);
  await store.put(key, sent, 'text/plain');
  try {
    const received = await store.get(key);
    return received !== undefined && sent.equals(received);
  } finally {
    await store.delete(key);
  }
}

const garbled = (place: string): Finding =>
  problem(`What was stored in ${place} did not come back as it was.`, 'Check the storage.');

/** The SDK's errors have the code as their name, and often no message. */
function describe(error: unknown): string {
  const { name, message } = error as Error;
  return message === '' || message === name ? name : `${name}: ${message}`.replace(/\.$/, '');
}
