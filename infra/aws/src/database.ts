/** RDS for MySQL 8.4: encrypted, backed up, reachable by the instances alone. */
import { createHash } from 'node:crypto';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { DATABASE_PORT } from './network.ts';
import { DATABASE_USER } from './secrets.ts';
import type { Settings } from './settings.ts';

export const DATABASE_NAME = 'minitter';

/** The patch to begin with; RDS keeps it new by itself (`autoMinorVersionUpgrade`). */
const ENGINE = rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_4_10 });

/** What differs from Amazon's defaults. */
const PARAMETERS: Readonly<Record<string, string>> = {
  // The course's utf8 holds three bytes a character, and so no emoji; utf8mb4 holds all of Unicode.
  character_set_server: 'utf8mb4',
  // As the tables of the migrations are: the server compares folded keys byte by byte.
  collation_server: 'utf8mb4_bin',
  require_secure_transport: '1',
  // A 200 means that it is on disk: both are what RDS has anyway, and must not be changed.
  innodb_flush_log_at_trx_commit: '1',
  sync_binlog: '1',
  slow_query_log: '1',
  long_query_time: '1',
  log_output: 'FILE',
};

const EXPORTED_LOGS = ['error', 'slowquery'] as const;

export interface DatabaseProps {
  readonly settings: Settings;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly secret: secretsmanager.ISecret;
}

export class Database extends Construct {
  readonly instance: rds.DatabaseInstance | rds.DatabaseInstanceFromSnapshot;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { settings, secret } = props;
    const name = identifier(settings);
    const common = this.#common(name, props);
    const password = secret.secretValueFromJson('password');
    const snapshot = settings.restoreSnapshot;
    // A restored database is a new one with a name of its own; what was there before stays beside
    // it until somebody deletes it.
    this.instance =
      snapshot === undefined
        ? new rds.DatabaseInstance(this, 'MySql', {
            ...common,
            credentials: rds.Credentials.fromPassword(DATABASE_USER, password),
            databaseName: DATABASE_NAME,
            storageEncrypted: true,
          })
        : new rds.DatabaseInstanceFromSnapshot(this, `MySql${generation(snapshot)}`, {
            ...common,
            snapshotIdentifier: snapshot,
            credentials: rds.SnapshotCredentials.fromPassword(password),
          });
    for (const log of this.#logGroups(name, settings.logDays))
      this.instance.node.addDependency(log);
    this.#explain(settings);
  }

  #common(
    name: string,
    { settings, vpc, securityGroup }: DatabaseProps,
  ): rds.DatabaseInstanceSourceProps {
    const { type, storageGb, maxStorageGb, backupDays } = settings.size.database;
    return {
      engine: ENGINE,
      instanceIdentifier: name,
      instanceType: new ec2.InstanceType(type),
      vpc,
      subnetGroup: this.#subnets(vpc),
      securityGroups: [securityGroup],
      port: DATABASE_PORT,
      publiclyAccessible: false,
      multiAz: settings.multiAz,
      storageType: rds.StorageType.GP3,
      allocatedStorage: storageGb,
      maxAllocatedStorage: maxStorageGb,
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine: ENGINE,
        description: 'utf8mb4, TLS only, slow queries logged',
        parameters: { ...PARAMETERS },
      }),
      backupRetention: Duration.days(backupDays),
      // 03:00 to 04:00 in Seoul, then maintenance: both when Korea sleeps.
      preferredBackupWindow: '18:00-19:00',
      preferredMaintenanceWindow: 'sun:19:30-sun:20:30',
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      deletionProtection: true,
      deleteAutomatedBackups: false,
      removalPolicy: RemovalPolicy.RETAIN,
      cloudwatchLogsExports: [...EXPORTED_LOGS],
    };
  }

  /** Apart from the instance, so that an old and a restored one can share it. */
  #subnets(vpc: ec2.IVpc): rds.SubnetGroup {
    return new rds.SubnetGroup(this, 'Subnets', {
      vpc,
      vpcSubnets: { subnetGroupName: 'data' },
      description: 'The data subnets of Minitter',
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** Made before RDS would make them, so that they do not keep everything for ever. */
  #logGroups(name: string, days: number): logs.LogGroup[] {
    return EXPORTED_LOGS.map(
      (log) =>
        new logs.LogGroup(this, `Log-${log}-${name}`, {
          logGroupName: `/aws/rds/instance/${name}/${log}`,
          retention: days,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
    );
  }

  #explain(settings: Settings): void {
    const validations = Validations.of(this.instance);
    validations.acknowledge({
      id: 'AwsSolutions-RDS11',
      reason:
        'Another port hides nothing from who is inside the VPC, and nobody else reaches it: the ' +
        'security group lets in the instances alone.',
    });
    if (settings.restoreSnapshot !== undefined) {
      validations.acknowledge({
        id: 'AwsSolutions-RDS2',
        reason: 'A restored database is encrypted as its snapshot is, and ours are.',
      });
    }
    if (settings.multiAz) return;
    validations.acknowledge({
      id: 'AwsSolutions-RDS3',
      reason:
        'The small size has no standby, to cost half: when its zone fails it is restored from its ' +
        'backups. -c multiAz=true adds one.',
    });
  }
}

/** The database's name: fixed, so that its log groups are known before it is there. */
function identifier({ name, restoreSnapshot }: Settings): string {
  return restoreSnapshot === undefined
    ? `${name}-database`
    : `${name}-database-${generation(restoreSnapshot)}`;
}

const generation = (snapshot: string) =>
  createHash('sha256').update(snapshot).digest('hex').slice(0, 8);
