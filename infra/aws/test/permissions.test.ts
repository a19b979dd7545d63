/** What instances may do, and what buckets let in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allResources, flat, list, MAIL, ofType } from './kit.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

const statements = (type: string, settings: Record<string, string> = {}): Statement[] =>
  ofType(type, settings).flatMap(({ Properties }) =>
    list<Statement>(Properties['PolicyDocument'].Statement),
  );

const allowed = (type: string, settings: Record<string, string> = {}) =>
  statements(type, settings).filter(({ Effect }) => Effect === 'Allow');

/** Actions that know no resources, so that `*` is the only way to allow them. */
const WITHOUT_RESOURCES = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

test('no permission has a star in its action', () => {
  const actions = allowed('AWS::IAM::Policy').flatMap(({ Action }) => list(Action));
  assert.ok(actions.length > 0);
  assert.deepEqual(
    actions.filter((action) => action.includes('*')),
    [],
  );
});

test('only what knows no resources is allowed on all of them', () => {
  const everywhere = allowed('AWS::IAM::Policy').filter(({ Resource }) =>
    list(Resource).some((resource) => flat(resource) === '*'),
  );
  const actions = everywhere.flatMap(({ Action }) => list(Action));
  assert.deepEqual(actions.toSorted(), WITHOUT_RESOURCES);
});

test('a star in a resource stands for the inside of one named thing', () => {
  const stars = allowed('AWS::IAM::Policy')
    .flatMap(({ Resource }) => list(Resource).map(flat))
    .filter((resource) => resource.includes('*') && resource !== '*');
  const account = 'ap-northeast-2:<AWS::AccountId>';
  assert.deepEqual(stars.toSorted(), [
    '<Pictures96148C6B.Arn>/*',
    `arn:<AWS::Partition>:autoscaling:${account}:autoScalingGroup:*:autoScalingGroupName/minitter-servers`,
    `arn:<AWS::Partition>:ec2:${account}:instance/*`,
    'arn:<AWS::Partition>:s3:::minitter-releases-<AWS::AccountId>-ap-northeast-2/minitter-*.tgz',
  ]);
});

test('with mails, instances read the secret of the mail server too', () => {
  const readable = (settings: Record<string, string>) =>
    allowed('AWS::IAM::Policy', settings)
      .filter(({ Action }) => list(Action).includes('secretsmanager:GetSecretValue'))
      .flatMap(({ Resource }) => list(Resource).map(flat));
  const before = new Set(readable({}));
  assert.deepEqual(
    readable(MAIL).filter((secret) => !before.has(secret)),
    [MAIL.smtpSecret],
  );
});

test('instances read their three secrets, and no others', () => {
  const reads = allowed('AWS::IAM::Policy').filter(({ Action }) =>
    list(Action).some((action) => action.startsWith('secretsmanager:')),
  );
  assert.deepEqual(
    reads.flatMap(({ Action }) => list(Action)),
    ['secretsmanager:GetSecretValue'],
  );
  const secrets = allResources()
    .filter(([, { Type }]) => Type === 'AWS::SecretsManager::Secret')
    .map(([id]) => `<${id}>`);
  assert.equal(secrets.length, 3);
  assert.deepEqual(
    reads.flatMap(({ Resource }) => list(Resource).map(flat)).toSorted(),
    secrets.toSorted(),
  );
});

test('there are no keys, no users and no managed policies', () => {
  assert.deepEqual(ofType('AWS::IAM::User'), []);
  assert.deepEqual(ofType('AWS::IAM::AccessKey'), []);
  for (const { Properties } of ofType('AWS::IAM::Role')) {
    assert.equal(Properties['ManagedPolicyArns'], undefined);
  }
});

test('no bucket lets in anybody but services of AWS, and none speaks without TLS', () => {
  const buckets = ofType('AWS::S3::Bucket');
  assert.ok(buckets.length >= 3);
  for (const { Properties } of buckets) {
    assert.deepEqual(Properties['PublicAccessBlockConfiguration'], {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  }
  const isRefusal = ({ Effect, Condition }: Statement) =>
    Effect === 'Deny' && JSON.stringify(Condition).includes('"aws:SecureTransport":"false"');
  assert.equal(statements('AWS::S3::BucketPolicy').filter(isRefusal).length, buckets.length);
  for (const { Principal } of allowed('AWS::S3::BucketPolicy')) {
    assert.notEqual(Principal, '*');
    assert.notDeepEqual(Principal, { AWS: '*' });
  }
});

test('CloudFront alone may read pictures, and only this distribution', () => {
  const readers = allowed('AWS::S3::BucketPolicy').filter(({ Action }) =>
    list(Action).includes('s3:GetObject'),
  );
  assert.equal(readers.length, 1);
  for (const { Principal, Condition } of readers) {
    assert.deepEqual(Principal, { Service: 'cloudfront.amazonaws.com' });
    const { StringEquals } = Condition as { StringEquals: Record<string, unknown> };
    assert.match(flat(StringEquals['AWS:SourceArn']), /:distribution\/<PicturesDistribution\w+>$/);
  }
});
