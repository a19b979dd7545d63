/** The balancer, the instances, and how a release replaces them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { DRAIN_SECONDS, IDLE_SECONDS } from '../src/balancer.ts';
import { SIZES } from '../src/sizes.ts';
import { flat, ofType, only, REPOSITORY, template } from './kit.ts';

/** A number that the server's source states, such as `const STOP_MS = 10_000;`. */
function numberOf(name: string, file: string): number {
  const source = readFileSync(path.join(REPOSITORY, file), 'utf8');
  const [, text] = new RegExp(`const ${name} = ([\\d_]+);`).exec(source) ?? [];
  assert.ok(text, `${file} states ${name}`);
  return Number(text.replaceAll('_', ''));
}

/** How long a stop of the server takes at most, unless it is set. */
function stopSeconds(): number {
  const config = readFileSync(path.join(REPOSITORY, 'api/src/config/settings.ts'), 'utf8');
  const [, seconds] = /SHUTDOWN_TIMEOUT_SECONDS: integer\(\s*(\d+),/.exec(config) ?? [];
  assert.ok(seconds, 'api/src/config/settings.ts states SHUTDOWN_TIMEOUT_SECONDS');
  return Number(seconds);
}

/** How a release replaces instances. */
function instanceRefresh(settings: Record<string, string> = {}): any {
  const { UpdatePolicy = {} } = only('AWS::AutoScaling::AutoScalingGroup', settings);
  return UpdatePolicy['AutoScalingInstanceRefresh'];
}

test('the balancer asks /ping on port 5000 and wants 200', () => {
  template().hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    Port: 5000,
    Protocol: 'HTTP',
    HealthCheckPath: '/ping',
    HealthCheckProtocol: 'HTTP',
    Matcher: { HttpCode: '200' },
  });
});

test('/ping and port 5000 are the server’s', () => {
  const routes = readFileSync(path.join(REPOSITORY, 'api/src/view/classic/routes.ts'), 'utf8');
  assert.match(routes, /app\.get\('\/ping'/);
  const config = readFileSync(path.join(REPOSITORY, 'api/src/config/settings.ts'), 'utf8');
  assert.match(config, /PORT: integer\(5000,/);
});

test('draining lasts as long as a request may, and longer than the server’s own stop', () => {
  template().hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    TargetGroupAttributes: Match.arrayWith([
      { Key: 'deregistration_delay.timeout_seconds', Value: String(DRAIN_SECONDS) },
    ]),
  });
  const drainMs = DRAIN_SECONDS * 1000;
  assert.ok(drainMs >= numberOf('REQUEST_TIMEOUT_MS', 'api/src/view/server.ts'));
  assert.ok(drainMs > stopSeconds() * 1000);
});

test('the balancer hangs up before the server does', () => {
  template().hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    LoadBalancerAttributes: Match.arrayWith([
      { Key: 'idle_timeout.timeout_seconds', Value: String(IDLE_SECONDS) },
    ]),
  });
  assert.ok(IDLE_SECONDS < numberOf('KEEP_ALIVE_SECONDS', 'api/src/view/server.ts'));
});

test('a stream beats before the balancer takes it for dead', () => {
  const beatMs = numberOf('BEAT_MS', 'api/src/view/mastodon/streaming/connections.ts');
  assert.ok(beatMs * 1.5 <= IDLE_SECONDS * 1000);
});

test('systemd waits longer than the server takes to stop', () => {
  const script = readFileSync(path.join(import.meta.dirname, '../user-data/install.sh'), 'utf8');
  const [, seconds] = /^readonly STOP_SECONDS=(\d+)$/m.exec(script) ?? [];
  assert.match(script, /^TimeoutStopSec=\$STOP_SECONDS$/m);
  assert.ok(Number(seconds) > stopSeconds());
});

test('HTTP is only ever sent on to HTTPS', () => {
  const listeners = ofType('AWS::ElasticLoadBalancingV2::Listener').map(
    ({ Properties }) => Properties,
  );
  assert.deepEqual(new Set(listeners.map(({ Port }) => Port)), new Set([443, 80]));
  const plain = listeners.find(({ Port }) => Port === 80);
  assert.deepEqual(plain?.['DefaultActions'], [
    {
      Type: 'redirect',
      RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
    },
  ]);
  const secure = listeners.find(({ Port }) => Port === 443);
  assert.equal(secure?.['Protocol'], 'HTTPS');
  assert.match(secure?.['SslPolicy'], /TLS13/);
  assert.match(flat(secure?.['Certificates'][0].CertificateArn), /^<DnsCertificate/);
});

test('the domain is proved by DNS and points at the balancer', () => {
  template().hasResourceProperties('AWS::CertificateManager::Certificate', {
    DomainName: 'minitter.example',
    ValidationMethod: 'DNS',
  });
  const record = only('AWS::Route53::RecordSet').Properties;
  assert.equal(record['Name'], 'minitter.example.');
  assert.equal(record['HostedZoneId'], 'Z0TEST');
  assert.match(flat(record['AliasTarget'].DNSName), /<BalancerAlb\w+\.DNSName>/);
});

test('two instances at least run, in two zones, and the balancer judges their health', () => {
  for (const size of Object.values(SIZES)) {
    const { Properties: group } = only('AWS::AutoScaling::AutoScalingGroup', { size: size.name });
    assert.ok(Number(group['MinSize']) >= 2);
    assert.equal(group['VPCZoneIdentifier'].length, 2);
    assert.equal(group['HealthCheckType'], 'ELB');
    assert.match(flat(group['TargetGroupARNs'][0]), /^<BalancerServers/);
  }
});

test('also in the middle of a release there are no more servers than node numbers', () => {
  const { Preferences } = instanceRefresh();
  const nodes = numberOf('NODES', 'api/src/model/tweet-ids.ts');
  for (const { servers } of Object.values(SIZES)) {
    assert.ok((servers.max * Preferences.MaxHealthyPercentage) / 100 <= nodes);
  }
});

test('a release never leaves fewer instances than before, and an alarm undoes it', () => {
  const { Strategy, Preferences } = instanceRefresh();
  assert.equal(Strategy, 'Rolling');
  assert.equal(Preferences.MinHealthyPercentage, 100);
  assert.ok(Preferences.MaxHealthyPercentage > 100);
  assert.ok(Preferences.BakeTime > 0);
  const alarms = Preferences.AlarmSpecification.Alarms.map(flat);
  for (const name of ['ServerErrors', 'Unhealthy', 'FailedInstalls']) {
    assert.ok(
      alarms.some((alarm: string) => alarm.startsWith(`<Alarms${name}`)),
      name,
    );
  }
});

test('a release that mends what an alarm is about may be told to go on', () => {
  const { Preferences } = instanceRefresh({ stopOnAlarm: 'false' });
  assert.equal(Preferences.AlarmSpecification, undefined);
  assert.equal(Preferences.MinHealthyPercentage, 100);
});

test('an instance that has not said that it serves is given up', () => {
  const { LifecycleHookSpecificationList } = only('AWS::AutoScaling::AutoScalingGroup').Properties;
  assert.deepEqual(LifecycleHookSpecificationList, [
    {
      LifecycleHookName: 'installed',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      HeartbeatTimeout: 900,
      DefaultResult: 'ABANDON',
    },
  ]);
});

test('instances start after what they need: their permissions, the network and the listeners', () => {
  const { DependsOn = [] } = only('AWS::AutoScaling::AutoScalingGroup');
  for (const needed of [
    /^InstancesRoleDefaultPolicy/,
    /^NetworkVpcserversSubnet1DefaultRoute/,
    /^NetworkVpcserversSubnet2DefaultRoute/,
    /^NeighboursDatabasefrom/,
    /^BalancerAlbHttps/,
  ]) {
    assert.ok(
      DependsOn.some((id) => needed.test(id)),
      String(needed),
    );
  }
});

test('instances are arm64 Amazon Linux 2023, with an encrypted disk and IMDSv2 only', () => {
  const { LaunchTemplateData: data } = only('AWS::EC2::LaunchTemplate').Properties;
  assert.match(flat(data.ImageId), /al2023ami.*arm64/);
  assert.equal(data.MetadataOptions.HttpTokens, 'required');
  assert.equal(data.MetadataOptions.HttpPutResponseHopLimit, 1);
  for (const { Ebs } of data.BlockDeviceMappings) assert.equal(Ebs.Encrypted, true);
  for (const { servers } of Object.values(SIZES)) assert.match(servers.type, /^[a-z]+\d+gd?\./);
});

test('every change of version is a new launch template, and so a release', () => {
  const launchedBy = (version: string) =>
    flat(only('AWS::EC2::LaunchTemplate', { version }).Properties['LaunchTemplateData'].UserData);
  assert.match(launchedBy('1.2.3'), /^export ARTEFACT='s3:\/\/.*\/minitter-1\.2\.3\.tgz'$/m);
  assert.notEqual(launchedBy('1.2.3'), launchedBy('1.2.4'));
  const group = only('AWS::AutoScaling::AutoScalingGroup').Properties;
  assert.match(flat(group['LaunchTemplate'].Version), /LatestVersionNumber/);
});
