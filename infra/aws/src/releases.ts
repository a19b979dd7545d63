/** The stack that comes first: where releases are kept, so that the servers find theirs. */
import { Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { logBucket, privateBucket } from './buckets.ts';
import type { Settings } from './settings.ts';

/** The bucket's name: known without asking, and nobody else's, because the account is in it. */
const bucketName = ({ name, region }: Settings) => `${name}-releases-${Aws.ACCOUNT_ID}-${region}`;

/** The bucket that {@link ReleasesStack} makes, as other stacks see it. */
export function artefactBucket(scope: Construct, settings: Settings): s3.IBucket {
  return s3.Bucket.fromBucketName(scope, 'Artefacts', bucketName(settings));
}

/** Holds `minitter-<version>.tgz`. */
export class ReleasesStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      env: { region: settings.region },
      description: 'The releases of Minitter',
      terminationProtection: true,
    });
    const logs = logBucket(this, 'Logs', settings.logDays);
    const bucket = privateBucket(this, 'Artefacts', logs, {
      bucketName: bucketName(settings),
      versioned: true,
    });
    new CfnOutput(this, 'ArtefactBucket', { value: bucket.bucketName });
  }
}
