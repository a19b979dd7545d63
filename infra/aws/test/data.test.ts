/** What keeps data: database, cache, buckets, secrets, logs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { allResources, flat, ofType, only, template } from './kit.ts';

test('the database is MySQL 8.4, encrypted, backed up and kept when the stack goes', () => {
  const { Properties: database, DeletionPolicy } = only('AWS::RDS::DBInstance');
  assert.equal(database['Engine'], 'mysql');
  assert.match(database['EngineVersion'], /^8\.4\./);
  assert.equal(database['StorageEncrypted'], true);
  assert.equal(database['DeletionProtection'], true);
  assert.equal(DeletionPolicy, 'Retain');
  for (const [size, days] of [
    ['small', 7],
    ['standard', 14],
    ['large', 30],
  ] as const) {
    const { BackupRetentionPeriod } = only('AWS::RDS::DBInstance', { size }).Properties;
    assert.equal(BackupRetentionPeriod, days);
  }
});

test('the parameter group is utf8mb4, and takes no connection without TLS', () => {
  template().hasResourceProperties('AWS::RDS::DBParameterGroup', {
    Family: 'mysql8.4',
    Parameters: Match.objectLike({
      character_set_server: 'utf8mb4',
      collation_server: 'utf8mb4_bin',
      require_secure_transport: '1',
      innodb_flush_log_at_trx_commit: '1',
      sync_binlog: '1',
    }),
  });
  assert.match(
    flat(only('AWS::RDS::DBInstance').Properties['DBParameterGroupName']),
    /^<DatabaseParameters/,
  );
});

test('Multi-AZ is a setting: off in the small size, on in the others', () => {
  const multiAz = (settings: Record<string, string>) =>
    only('AWS::RDS::DBInstance', settings).Properties['MultiAZ'];
  assert.equal(multiAz({ size: 'small' }), false);
  assert.equal(multiAz({ size: 'small', multiAz: 'true' }), true);
  assert.equal(multiAz({ size: 'standard' }), true);
  assert.equal(multiAz({ size: 'standard', multiAz: 'false' }), false);
});

test('a restored database is made from the snapshot, beside the old one', () => {
  const restoreSnapshot = 'rds:minitter-database-2026-01-02-18-05';
  const idOf = (settings: Record<string, string>) =>
    allResources(settings).find(([, { Type }]) => Type === 'AWS::RDS::DBInstance')?.[0];
  const { Properties: restored } = only('AWS::RDS::DBInstance', { restoreSnapshot });
  assert.equal(restored['DBSnapshotIdentifier'], restoreSnapshot);
  assert.match(flat(restored['MasterUserPassword']), /resolve:secretsmanager/);
  assert.notEqual(idOf({ restoreSnapshot }), idOf({}));
  assert.notEqual(
    restored['DBInstanceIdentifier'],
    only('AWS::RDS::DBInstance').Properties['DBInstanceIdentifier'],
  );
});

test('the cache is Valkey, encrypted at rest and on the way, behind a token', () => {
  const { Properties: cache } = only('AWS::ElastiCache::ReplicationGroup');
  assert.equal(cache['Engine'], 'valkey');
  assert.equal(cache['AtRestEncryptionEnabled'], true);
  assert.equal(cache['TransitEncryptionEnabled'], true);
  assert.match(flat(cache['AuthToken']), /^\{\{resolve:secretsmanager:<SecretsCache/);
});

test('the cache has a replica in the other zone from the standard size on', () => {
  const { Properties: cache } = only('AWS::ElastiCache::ReplicationGroup', { size: 'standard' });
  assert.equal(cache['NumCacheClusters'], 2);
  assert.equal(cache['AutomaticFailoverEnabled'], true);
  assert.equal(cache['MultiAZEnabled'], true);
});

test('without a cache there is neither the cache nor its secret nor its alarm', () => {
  const types = allResources({ cache: 'false' }).map(([id, { Type }]) => `${Type} ${id}`);
  assert.deepEqual(
    types.filter((one) => one.includes('ElastiCache') || one.includes('SecretsCache')),
    [],
  );
  assert.equal(
    types.some((one) => one.includes('AlarmsCacheMemory')),
    false,
  );
  const { UserData } = only('AWS::EC2::LaunchTemplate', { cache: 'false' }).Properties[
    'LaunchTemplateData'
  ];
  assert.doesNotMatch(flat(UserData), /^export CACHE_HOST=/m);
});

test('pictures: a CORS rule, and read through CloudFront by origin access control', () => {
  template().hasResourceProperties('AWS::S3::Bucket', {
    CorsConfiguration: {
      CorsRules: [Match.objectLike({ AllowedMethods: ['GET', 'HEAD'], AllowedOrigins: ['*'] })],
    },
  });
  const [origin] = only('AWS::CloudFront::Distribution').Properties['DistributionConfig'].Origins;
  assert.match(flat(origin.OriginAccessControlId), /OriginAccessControl/);
  assert.match(flat(origin.DomainName), /^<Pictures\w+\.RegionalDomainName>$/);
  const { OriginAccessControlConfig: control } = only(
    'AWS::CloudFront::OriginAccessControl',
  ).Properties;
  assert.equal(control.SigningBehavior, 'always');
  assert.equal(control.OriginAccessControlOriginType, 's3');
});

test('CloudFront speaks HTTPS to everybody', () => {
  const { DefaultCacheBehavior } = only('AWS::CloudFront::Distribution').Properties[
    'DistributionConfig'
  ];
  assert.equal(DefaultCacheBehavior.ViewerProtocolPolicy, 'redirect-to-https');
});

test('the edges let the set web pages read pictures, and forget them within a day', () => {
  const settings = { corsOrigins: 'https://app.example' };
  const { ResponseHeadersPolicyConfig: headers } = only(
    'AWS::CloudFront::ResponseHeadersPolicy',
    settings,
  ).Properties;
  assert.deepEqual(headers.CorsConfig.AccessControlAllowOrigins.Items, ['https://app.example']);
  assert.equal(headers.CorsConfig.OriginOverride, true);
  const { CachePolicyConfig: caching } = only('AWS::CloudFront::CachePolicy').Properties;
  assert.equal(caching.MaxTTL, 86_400);
  const { DefaultCacheBehavior: behaviour } = only('AWS::CloudFront::Distribution', settings)
    .Properties['DistributionConfig'];
  assert.match(flat(behaviour.ResponseHeadersPolicyId), /^<PicturesHeaders/);
  assert.match(flat(behaviour.CachePolicyId), /^<PicturesCaching/);
});

test('every bucket is encrypted and outlives its stack', () => {
  for (const { Properties, DeletionPolicy } of ofType('AWS::S3::Bucket')) {
    assert.ok(Properties['BucketEncryption'].ServerSideEncryptionConfiguration.length > 0);
    assert.equal(DeletionPolicy, 'Retain');
  }
});

test('secrets are made by Secrets Manager; no template holds one', () => {
  for (const { Properties } of ofType('AWS::SecretsManager::Secret')) {
    assert.equal(Properties['SecretString'], undefined);
    const { PasswordLength, ExcludePunctuation } = Properties['GenerateSecretString'];
    assert.ok(PasswordLength >= 32);
    assert.equal(ExcludePunctuation, true);
  }
  const { MasterUserPassword } = only('AWS::RDS::DBInstance').Properties;
  assert.match(flat(MasterUserPassword), /^\{\{resolve:secretsmanager:<SecretsDatabase/);
  const { UserData } = only('AWS::EC2::LaunchTemplate').Properties['LaunchTemplateData'];
  assert.doesNotMatch(flat(UserData), /resolve:/);
});

test('every log group forgets after the days that were set', () => {
  const groups = ofType('AWS::Logs::LogGroup', { logDays: '30' });
  assert.equal(groups.length, 5);
  for (const { Properties } of groups) assert.equal(Properties['RetentionInDays'], 30);
});

test('RDS writes into the log groups that were made for it', () => {
  const { DBInstanceIdentifier: name, EnableCloudwatchLogsExports: logs } =
    only('AWS::RDS::DBInstance').Properties;
  const names = new Set(
    ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties['LogGroupName']),
  );
  assert.deepEqual(logs, ['error', 'slowquery']);
  for (const log of logs) assert.ok(names.has(`/aws/rds/instance/${name}/${log}`));
});
