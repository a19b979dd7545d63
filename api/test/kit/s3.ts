/** A bucket of the test's own on the S3 server that `npm test` has started. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { S3Config } from '../../src/config.ts';
import { atEnd } from './at-end.ts';
import type { ObjectStoreServer } from './swift.ts';

const SERVER = process.env['TEST_S3'];

/** Whether there is an S3 server to test with. In CI there is, or the tests fail. */
export const HAS_S3 = SERVER !== undefined || Boolean(process.env['CI']);

/** @throws {Error} when `npm test` has started no S3 server */
export async function freshBucket(t: TestContext): Promise<S3Config> {
  if (SERVER === undefined) throw new Error('TEST_S3 is not set: run npm test');
  const { endpoint, region, accessKeyId, secretAccessKey } = JSON.parse(
    SERVER,
  ) as ObjectStoreServer;
  const bucket = `minitter-${randomBytes(8).toString('hex')}`;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  atEnd(t, () => client.destroy());
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return { bucket, region, endpoint, publicUrl: undefined, credentials };
}

/** The same as settings of the environment. */
export function s3Settings({
  bucket,
  region,
  endpoint,
  credentials,
}: S3Config): Record<string, string> {
  return {
    S3_BUCKET: bucket,
    S3_REGION: region,
    S3_ENDPOINT: endpoint ?? '',
    S3_ACCESS_KEY_ID: credentials?.accessKeyId ?? '',
    S3_SECRET_ACCESS_KEY: credentials?.secretAccessKey ?? '',
  };
}
