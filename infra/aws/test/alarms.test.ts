/** Who is told of what. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { flat, ofType, only } from './kit.ts';

test('every alarm says what to look at, and tells the topic when it begins and ends', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm').filter(
    // Target tracking brings alarms of its own when it is deployed; these are ours.
    ({ Properties }) => Properties['AlarmDescription'] !== undefined,
  );
  assert.deepEqual(alarms.map(({ Properties }) => flat(Properties['MetricName'])).toSorted(), [
    'CPUUtilization',
    'DatabaseMemoryUsagePercentage',
    'FailedInstalls',
    'FreeStorageSpace',
    'FreeableMemory',
    'HTTPCode_ELB_5XX_Count',
    'HTTPCode_Target_5XX_Count',
    'TargetResponseTime',
    'UnHealthyHostCount',
  ]);
  for (const { Properties } of alarms) {
    assert.match(flat(Properties['AlarmActions'][0]), /^<NoticesTopic/);
    assert.match(flat(Properties['OKActions'][0]), /^<NoticesTopic/);
    assert.ok(Properties['AlarmDescription'].length > 20);
  }
});

test('alarms of this account may write to the topic, and nobody may without TLS', () => {
  const { Statement } = only('AWS::SNS::TopicPolicy').Properties['PolicyDocument'];
  const allowed = Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
  assert.equal(allowed.length, 1);
  assert.deepEqual(allowed[0].Principal, { Service: 'cloudwatch.amazonaws.com' });
  assert.equal(allowed[0].Action, 'sns:Publish');
  assert.match(flat(allowed[0].Condition.ArnLike['aws:SourceArn']), /:cloudwatch:.*:alarm:\*$/);
  assert.deepEqual(allowed[0].Condition.StringEquals, {
    'aws:SourceAccount': { Ref: 'AWS::AccountId' },
  });
  const denied = Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Deny');
  assert.deepEqual(
    denied.map(({ Condition }: { Condition: unknown }) => Condition),
    [{ Bool: { 'aws:SecureTransport': 'false' } }],
  );
});

test('an e-mail address is subscribed when it is set', () => {
  assert.deepEqual(ofType('AWS::SNS::Subscription'), []);
  const { Properties } = only('AWS::SNS::Subscription', { alarmEmail: 'ops@minitter.example' });
  assert.equal(Properties['Protocol'], 'email');
  assert.equal(Properties['Endpoint'], 'ops@minitter.example');
});

test('what install.sh says when it fails is what the alarm looks for', () => {
  const { FilterPattern, LogGroupName } = only('AWS::Logs::MetricFilter').Properties;
  const script = readFileSync(path.join(import.meta.dirname, '../user-data/install.sh'), 'utf8');
  assert.match(script, /^say\(\) \{ echo "minitter-install: \$\*"; \}$/m);
  assert.match(script, /^ {2}say "failed at line \$1: /m);
  assert.equal(FilterPattern, '"minitter-install: failed"');
  assert.match(flat(LogGroupName), /^<LogsInstall/);
});
