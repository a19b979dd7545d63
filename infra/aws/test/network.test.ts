/** Who can reach whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allResources, flat, list, MAIL, type Resource, ofType, only } from './kit.ts';

/** One way through a security group. */
interface Rule {
  readonly group: string;
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly ports: string;
}

/** What CDK writes into a group that may call nobody. */
const NOBODY = '255.255.255.255/32';

/** Logical ids are long; the tests name groups by their construct. */
const short = (reference: string) =>
  /Neighbours(Balancer|Servers|Database|Cache)/.exec(reference)?.[1];

/** Every rule of every security group, those inside the group and those beside it. */
function rules(settings: Record<string, string> = {}): Rule[] {
  const found: Rule[] = [];
  const add = (group: string, direction: 'in' | 'out', rule: any) => {
    const peer =
      rule.CidrIp ??
      rule.CidrIpv6 ??
      short(flat(rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId)) ??
      'unknown';
    if (peer !== NOBODY) found.push({ group, direction, peer, ports: portsOf(rule) });
  };
  for (const [id, { Type, Properties }] of allResources(settings)) {
    const group = short(
      Type === 'AWS::EC2::SecurityGroup' ? id : flat(Properties['GroupId'] ?? ''),
    );
    if (Type === 'AWS::EC2::SecurityGroup') {
      for (const rule of list(Properties['SecurityGroupIngress'])) add(group ?? id, 'in', rule);
      for (const rule of list(Properties['SecurityGroupEgress'])) add(group ?? id, 'out', rule);
    } else if (Type === 'AWS::EC2::SecurityGroupIngress') {
      add(group ?? id, 'in', Properties);
    } else if (Type === 'AWS::EC2::SecurityGroupEgress') {
      add(group ?? id, 'out', Properties);
    }
  }
  return found;
}

const portsOf = ({ IpProtocol, FromPort, ToPort }: any) =>
  FromPort === ToPort ? `${IpProtocol}/${FromPort}` : `${IpProtocol}/${FromPort}-${ToPort}`;

const told = ({ group, direction, peer, ports }: Rule) => `${group} ${direction} ${peer} ${ports}`;

test('the security groups let in neighbours alone: these rules and no others', () => {
  assert.deepEqual(rules().map(told).toSorted(), [
    'Balancer in 0.0.0.0/0 tcp/443',
    'Balancer in 0.0.0.0/0 tcp/80',
    'Balancer out Servers tcp/5000',
    'Cache in Servers tcp/6379',
    'Database in Servers tcp/3306',
    'Servers in Balancer tcp/5000',
    'Servers out 0.0.0.0/0 tcp/443',
    'Servers out Cache tcp/6379',
    'Servers out Database tcp/3306',
  ]);
});

test('with mails, servers also reach the mail server’s port, and nothing else changes', () => {
  const before = new Set(rules().map(told));
  const more = rules(MAIL).map(told);
  assert.equal(more.length, before.size + 1);
  assert.deepEqual(
    more.filter((rule) => !before.has(rule)),
    ['Servers out 0.0.0.0/0 tcp/587'],
  );
});

test('no instance has a key pair: people come in by Session Manager', () => {
  assert.equal(JSON.stringify(allResources()).includes('KeyName'), false);
});

/** The subnets that a resource is in, by the name of their kind. */
function subnetKinds(references: readonly unknown[]): string[] {
  const kinds = references.map(
    (one) => /(balancer|servers|data)Subnet/.exec(flat(one))?.[1] ?? '?',
  );
  return [...new Set(kinds)];
}

test('database and cache are in subnets without a way to or from the internet', () => {
  const { SubnetIds: database } = only('AWS::RDS::DBSubnetGroup').Properties;
  const { SubnetIds: cache } = only('AWS::ElastiCache::SubnetGroup').Properties;
  assert.deepEqual(subnetKinds(database), ['data']);
  assert.deepEqual(subnetKinds(cache), ['data']);
  const routed = ofType('AWS::EC2::Route').map(({ Properties }) =>
    flat(Properties['RouteTableId']),
  );
  assert.ok(routed.length > 0);
  assert.equal(
    routed.some((table) => table.includes('data')),
    false,
  );
});

test('instances are in private subnets and have no public address', () => {
  const group = only('AWS::AutoScaling::AutoScalingGroup').Properties;
  assert.deepEqual(subnetKinds(group['VPCZoneIdentifier']), ['servers']);
  const [nic] = only('AWS::EC2::LaunchTemplate').Properties['LaunchTemplateData'].NetworkInterfaces;
  assert.equal(nic.AssociatePublicIpAddress, false);
  for (const { Properties } of ofType('AWS::EC2::Subnet')) {
    assert.equal(Properties['MapPublicIpOnLaunch'], false);
  }
});

test('the load balancer and CloudFront are all that the world reaches', () => {
  const isPublic = ({ Type, Properties }: Resource) =>
    Type === 'AWS::CloudFront::Distribution' ||
    (Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' &&
      Properties['Scheme'] === 'internet-facing') ||
    Properties?.['PubliclyAccessible'] === true;
  const open = allResources().filter(([, resource]) => isPublic(resource));
  assert.deepEqual(open.map(([, { Type }]) => Type).toSorted(), [
    'AWS::CloudFront::Distribution',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
  ]);
  assert.equal(only('AWS::RDS::DBInstance').Properties['PubliclyAccessible'], false);
});

test('each kind of subnet is in both zones', () => {
  const zones = ofType('AWS::EC2::Subnet').map(({ Properties }) =>
    flat(Properties['AvailabilityZone']),
  );
  assert.deepEqual(zones.toSorted(), [
    ...Array.from({ length: 3 }, () => 'ap-northeast-2a'),
    ...Array.from({ length: 3 }, () => 'ap-northeast-2c'),
  ]);
  const elsewhere = ofType('AWS::EC2::Subnet', {
    region: 'eu-central-1',
    zones: 'eu-central-1a,eu-central-1b',
  });
  assert.deepEqual(
    new Set(elsewhere.map(({ Properties }) => Properties['AvailabilityZone'])),
    new Set(['eu-central-1a', 'eu-central-1b']),
  );
});

test('the standard size has a way out in each zone, the small one shares it', () => {
  assert.equal(ofType('AWS::EC2::NatGateway', { size: 'small' }).length, 1);
  assert.equal(ofType('AWS::EC2::NatGateway', { size: 'standard' }).length, 2);
});

test('the network logs every connection', () => {
  assert.equal(only('AWS::EC2::FlowLog').Properties['TrafficType'], 'ALL');
});
