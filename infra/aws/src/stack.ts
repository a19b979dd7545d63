/** The whole system, put together from its parts. */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { Alarms, Notices } from './alarms.ts';
import { Balancer } from './balancer.ts';
import { logBucket } from './buckets.ts';
import { Cache } from './cache.ts';
import { Database, DATABASE_NAME } from './database.ts';
import { Dns } from './dns.ts';
import { Logs } from './logs.ts';
import { CACHE_PORT, DATABASE_PORT, Neighbours, Network, SERVER_PORT } from './network.ts';
import { InstanceRole } from './permissions.ts';
import { Pictures } from './pictures.ts';
import { artefactBucket } from './releases.ts';
import { Secrets } from './secrets.ts';
import { groupName, Servers } from './servers.ts';
import type { Settings } from './settings.ts';

/** mysql2 brings Amazon's certificates under this name (api/src/model/mysql/store.ts). */
const DATABASE_TLS = 'Amazon RDS';

export class MinitterStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      env: { region: settings.region },
      description: `Minitter at ${settings.domain}`,
      terminationProtection: true,
    });
    const artefacts = artefactBucket(this, settings);
    const logs = new Logs(this, 'Logs', settings);
    const accessLogs = logBucket(this, 'AccessLogs', settings.logDays);
    const network = new Network(this, 'Network', settings, logs.flow);
    const { vpc } = network;
    const { mail } = settings;
    const mailSecret =
      mail && secretsmanager.Secret.fromSecretCompleteArn(this, 'Mail', mail.smtpSecret);
    const mailPort = mail && Number(new URL(mail.smtpUrl).port);
    const neighbours = new Neighbours(this, 'Neighbours', vpc, mailPort);
    const secrets = new Secrets(this, 'Secrets', { withCache: settings.cache });
    const pictures = new Pictures(this, 'Pictures', settings, accessLogs);
    const database = new Database(this, 'Database', {
      settings,
      vpc,
      securityGroup: neighbours.database,
      secret: secrets.database,
    });
    const cache =
      secrets.cache &&
      new Cache(this, 'Cache', {
        settings,
        vpc,
        securityGroup: neighbours.cache,
        secret: secrets.cache,
      });
    const dns = new Dns(this, 'Dns', settings);
    const { balancer, targets } = new Balancer(this, 'Balancer', {
      vpc,
      securityGroup: neighbours.balancer,
      certificate: dns.certificate,
      logs: accessLogs,
    });
    dns.pointTo(balancer);
    const { topic } = new Notices(this, 'Notices', settings);
    const alarms = new Alarms(this, 'Alarms', {
      topic,
      balancer,
      targets,
      installLog: logs.install,
      database: database.instance,
      cache: cache?.group,
    });
    const { role } = new InstanceRole(this, 'Instances', {
      artefacts,
      pictures: pictures.bucket,
      secrets: [secrets.database, secrets.signingKey, secrets.cache, mailSecret].filter(
        (secret) => secret !== undefined,
      ),
      logGroups: [logs.server, logs.install],
      groupName: groupName(settings),
    });
    new Servers(this, 'Servers', {
      settings,
      vpc,
      securityGroup: neighbours.servers,
      role,
      targets,
      groupName: groupName(settings),
      notices: topic,
      // An instance calls out and reads its secrets in its first minute, and the balancer judges it.
      after: [vpc, neighbours, role, ...balancer.listeners],
      // AWS starts no release while one of its alarms is on, not even the one that would end the alarm.
      releaseAlarms: settings.stopOnAlarm ? alarms.release : [],
      inputs: {
        ARTEFACT: artefacts.s3UrlForObject(`minitter-${settings.version}.tgz`),
        ARTEFACT_SHA256: settings.artefactSha256,
        SIGNING_KEY_SECRET: secrets.signingKey.secretArn,
        DATABASE_HOST: database.instance.dbInstanceEndpointAddress,
        DATABASE_PORT: String(DATABASE_PORT),
        DATABASE_NAME,
        DATABASE_SECRET: secrets.database.secretArn,
        DATABASE_TLS,
        ...(cache && secrets.cache
          ? {
              CACHE_HOST: cache.host,
              CACHE_PORT: String(CACHE_PORT),
              CACHE_SECRET: secrets.cache.secretArn,
            }
          : {}),
        ...(mail && { SMTP_SERVER: mail.smtpUrl, SMTP_SECRET: mail.smtpSecret }),
        LOG_GROUP_SERVER: logs.server.logGroupName,
        LOG_GROUP_INSTALL: logs.install.logGroupName,
        SETTING_PORT: String(SERVER_PORT),
        SETTING_MINITTER_PUBLIC_URL: `https://${settings.domain}`,
        SETTING_S3_BUCKET: pictures.bucket.bucketName,
        SETTING_S3_REGION: this.region,
        SETTING_S3_PUBLIC_URL: pictures.publicUrl,
        SETTING_CORS_ORIGINS: settings.corsOrigins.join(','),
        // Whoever connects from there is the load balancer, so its X-Forwarded-For is believed.
        SETTING_TRUSTED_PROXIES: network.balancerCidrs.join(','),
        ...(mail && { SETTING_MAIL_FROM: mail.mailFrom }),
        ...Object.fromEntries(
          Object.entries(settings.server).map(([name, value]) => [`SETTING_${name}`, value]),
        ),
      },
    });
    new CfnOutput(this, 'Url', { value: `https://${settings.domain}` });
    new CfnOutput(this, 'Version', { value: settings.version });
    new CfnOutput(this, 'DatabaseHost', { value: database.instance.dbInstanceEndpointAddress });
    new CfnOutput(this, 'DatabaseSecret', { value: secrets.database.secretArn });
    new CfnOutput(this, 'SigningKeySecret', { value: secrets.signingKey.secretArn });
  }
}
