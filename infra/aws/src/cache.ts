/** ElastiCache for Valkey: what is kept here can be rebuilt, so it has no backups. */
import { Validations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CACHE_PORT } from './network.ts';
import type { Settings } from './settings.ts';

const ENGINE_VERSION = '8.0';

export interface CacheProps {
  readonly settings: Settings;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  /** The AUTH token. */
  readonly secret: secretsmanager.ISecret;
}

export class Cache extends Construct {
  readonly group: elasticache.CfnReplicationGroup;
  /** The host name of the node that takes writes. */
  readonly host: string;

  constructor(scope: Construct, id: string, { settings, vpc, securityGroup, secret }: CacheProps) {
    super(scope, id);
    const { type, nodes } = settings.size.cache;
    const subnets = new elasticache.CfnSubnetGroup(this, 'Subnets', {
      description: 'The data subnets of Minitter',
      subnetIds: vpc.selectSubnets({ subnetGroupName: 'data' }).subnetIds,
    });
    this.group = new elasticache.CfnReplicationGroup(this, 'Valkey', {
      replicationGroupDescription: 'Timelines and counters of Minitter; all of it can be rebuilt',
      engine: 'valkey',
      engineVersion: ENGINE_VERSION,
      cacheNodeType: `cache.${type}`,
      numCacheClusters: nodes,
      automaticFailoverEnabled: nodes > 1,
      multiAzEnabled: nodes > 1,
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [securityGroup.securityGroupId],
      port: CACHE_PORT,
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: true,
      // A reference that CloudFormation resolves when it deploys; the template does not hold the token.
      authToken: secret.secretValue.unsafeUnwrap(),
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: 0,
    });
    this.host = this.group.attrPrimaryEndPointAddress;
    if (nodes > 1) return;
    Validations.of(this.group).acknowledge({
      id: 'AwsSolutions-AEC4',
      reason:
        'The small size has one node. Nothing is kept in it that cannot be rebuilt: without it the ' +
        'server is slower, not wrong.',
    });
  }
}
