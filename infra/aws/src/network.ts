/** The network: two zones, three kinds of subnets, and who may speak to whom. */
import { Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** Where the server listens on each instance. */
export const SERVER_PORT = 5000;
export const DATABASE_PORT = 3306;
export const CACHE_PORT = 6379;

const CIDR = '10.20.0.0/16';

/**
 * A VPC over two zones. Its subnets: `balancer` has addresses of the internet, `servers` can only call
 * out, `data` can do neither.
 */
export class Network extends Construct {
  readonly vpc: ec2.Vpc;
  /** The networks that the load balancer's addresses are from. */
  readonly balancerCidrs: readonly string[];

  constructor(scope: Construct, id: string, settings: Settings, flowLog: logs.ILogGroup) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(CIDR),
      availabilityZones: [...settings.zones],
      natGateways: settings.size.natGateways,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        {
          name: 'balancer',
          subnetType: ec2.SubnetType.PUBLIC,
          cidrMask: 24,
          mapPublicIpOnLaunch: false,
        },
        { name: 'servers', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
        { name: 'data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      flowLogs: {
        All: { destination: ec2.FlowLogDestination.toCloudWatchLogs(flowLog) },
      },
      // Pictures and artefacts then do not pass, and pay for, the NAT gateway.
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    });
    this.balancerCidrs = this.vpc
      .selectSubnets({ subnetGroupName: 'balancer' })
      .subnets.map((subnet) => subnet.ipv4CidrBlock);
  }
}

/**
 * The security groups: each lets in its neighbour alone. The world reaches the balancer, the balancer
 * the servers, the servers the database and the cache. There is no SSH anywhere.
 */
export class Neighbours extends Construct {
  readonly balancer: ec2.SecurityGroup;
  readonly servers: ec2.SecurityGroup;
  readonly database: ec2.SecurityGroup;
  readonly cache: ec2.SecurityGroup;

  /** @param mailPort where mails are handed over, if they are */
  constructor(scope: Construct, id: string, vpc: ec2.IVpc, mailPort: number | undefined) {
    super(scope, id);
    const group = (name: string, description: string) =>
      new ec2.SecurityGroup(this, name, { vpc, description, allowAllOutbound: false });
    this.balancer = group('Balancer', 'Minitter load balancer: the only one the world reaches');
    this.servers = group('Servers', 'Minitter instances');
    this.database = group('Database', 'Minitter MySQL');
    this.cache = group('Cache', 'Minitter Valkey');

    const { balancer, servers, database, cache } = this;
    balancer.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS from everybody');
    balancer.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(80), 'HTTP, sent on to HTTPS');
    connect(balancer, servers, SERVER_PORT);
    connect(servers, database, DATABASE_PORT);
    connect(servers, cache, CACHE_PORT);
    servers.addEgressRule(
      ec2.Peer.anyIpv4(),
      ec2.Port.tcp(443),
      'AWS services, system packages and the npm registry',
    );
    if (mailPort !== undefined) {
      servers.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(mailPort), 'The mail server');
    }
    Validations.of(balancer).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'This is the front door: a public service answers everybody, on 443 and 80 only.',
    });
  }
}

/** Lets `from` open connections to one TCP port of `to`. */
function connect(from: ec2.SecurityGroup, to: ec2.SecurityGroup, port: number): void {
  const { stackName } = Stack.of(from);
  const description = `${stackName} ${from.node.id} to ${to.node.id}`;
  from.addEgressRule(to, ec2.Port.tcp(port), description);
  to.addIngressRule(from, ec2.Port.tcp(port), description);
}
