/** Buckets, all of one kind: private, encrypted, TLS only, kept when the stack goes. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** What every bucket here has in common. */
const PRIVATE = {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  encryption: s3.BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  removalPolicy: RemovalPolicy.RETAIN,
} satisfies s3.BucketProps;

/** How long an upload that was broken off takes up space. */
const BROKEN_UPLOADS = Duration.days(7);

/**
 * A private bucket whose accesses are logged.
 *
 * @param logs where to; under the construct's own id
 */
export function privateBucket(
  scope: Construct,
  id: string,
  logs: s3.IBucket,
  props: s3.BucketProps = {},
): s3.Bucket {
  return new s3.Bucket(scope, id, {
    ...PRIVATE,
    ...props,
    serverAccessLogsBucket: logs,
    serverAccessLogsPrefix: `s3/${id.toLowerCase()}/`,
    lifecycleRules: [
      { abortIncompleteMultipartUploadAfter: BROKEN_UPLOADS },
      ...(props.lifecycleRules ?? []),
    ],
  });
}

/**
 * The bucket that access logs go to.
 *
 * @param days how long they are kept
 * @param allowAcl CloudFront's logs still need a bucket that takes access control lists
 */
export function logBucket(
  scope: Construct,
  id: string,
  days: number,
  { allowAcl = false }: { readonly allowAcl?: boolean } = {},
): s3.Bucket {
  return new s3.Bucket(scope, id, {
    ...PRIVATE,
    ...(allowAcl ? { objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED } : {}),
    lifecycleRules: [
      { expiration: Duration.days(days), abortIncompleteMultipartUploadAfter: BROKEN_UPLOADS },
    ],
  });
}
