/** What somebody should be told of. Some of it also stops a release. */
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

const MINUTE = Duration.minutes(1);
const GB = 1e9;

/** When something is too much. */
const LIMITS = {
  /** Answers of 5xx in a minute. */
  serverErrors: 5,
  /** The slowest hundredth of answers, in seconds. */
  p99Seconds: 1,
  databaseCpuPercent: 80,
  databaseFreeBytes: 5 * GB,
  databaseFreeMemoryBytes: 0.1 * GB,
  cacheMemoryPercent: 85,
} as const;

/** One alarm: a metric of the last minutes and the line that it must not cross. */
interface Rule {
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** `above` unless said. */
  readonly when?: 'above' | 'below';
  /** For how many minutes in a row; 3 unless said. */
  readonly minutes?: number;
  readonly description: string;
}

/** The topic that alarms and notices go to. */
export class Notices extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { domain, alarmEmail }: Settings) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: `Minitter at ${domain}`,
      enforceSSL: true,
    });
    if (alarmEmail) this.topic.addSubscription(new subscriptions.EmailSubscription(alarmEmail));
    this.#letAlarmsPublish();
  }

  /** A topic with a policy of its own (TLS only) loses the one that lets every service in. */
  #letAlarmsPublish(): void {
    const stack = Stack.of(this);
    const alarms = stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          ArnLike: { 'aws:SourceArn': alarms },
          StringEquals: { 'aws:SourceAccount': stack.account },
        },
      }),
    );
  }
}

export interface AlarmsProps {
  readonly topic: sns.ITopic;
  readonly balancer: elbv2.ApplicationLoadBalancer;
  readonly targets: elbv2.ApplicationTargetGroup;
  readonly installLog: logs.LogGroup;
  readonly database: rds.IDatabaseInstance;
  readonly cache: elasticache.CfnReplicationGroup | undefined;
}

export class Alarms extends Construct {
  /** Those that end a release and bring the old one back. */
  readonly release: readonly cloudwatch.Alarm[];
  readonly #topic: sns.ITopic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#topic = props.topic;
    this.release = [this.#serverErrors(props), this.#unhealthy(props), this.#failedInstalls(props)];
    this.#slow(props);
    this.#balancerErrors(props);
    this.#database(props.database);
    if (props.cache) this.#cache(props.cache);
  }

  #serverErrors({ targets }: AlarmsProps) {
    return this.#alarm('ServerErrors', {
      metric: targets.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT, {
        period: MINUTE,
        statistic: 'Sum',
      }),
      threshold: LIMITS.serverErrors,
      minutes: 2,
      description: 'The server answers with errors of its own (5xx): look at its log.',
    });
  }

  #unhealthy({ targets }: AlarmsProps) {
    return this.#alarm('Unhealthy', {
      metric: targets.metrics.unhealthyHostCount({ period: MINUTE, statistic: 'Maximum' }),
      threshold: 0,
      minutes: 2,
      description: 'An instance does not answer /ping. It is replaced by itself; find out why.',
    });
  }

  /** `install.sh` says one such line before it gives up; the release must not try for an hour. */
  #failedInstalls({ installLog }: AlarmsProps) {
    const filter = new logs.MetricFilter(this, 'FailedInstallsFilter', {
      logGroup: installLog,
      filterPattern: logs.FilterPattern.literal('"minitter-install: failed"'),
      metricNamespace: `Minitter/${installLog.node.path.split('/')[0]}`,
      metricName: 'FailedInstalls',
      metricValue: '1',
      defaultValue: 0,
    });
    return this.#alarm('FailedInstalls', {
      metric: filter.metric({ period: MINUTE, statistic: 'Sum' }),
      threshold: 0,
      minutes: 1,
      description: 'A new instance could not be made: the install log says at which line.',
    });
  }

  #slow({ targets }: AlarmsProps) {
    return this.#alarm('Slow', {
      metric: targets.metrics.targetResponseTime({ period: MINUTE, statistic: 'p99' }),
      threshold: LIMITS.p99Seconds,
      minutes: 5,
      description: 'One answer in a hundred takes over a second.',
    });
  }

  #balancerErrors({ balancer }: AlarmsProps) {
    return this.#alarm('BalancerErrors', {
      metric: balancer.metrics.httpCodeElb(elbv2.HttpCodeElb.ELB_5XX_COUNT, {
        period: MINUTE,
        statistic: 'Sum',
      }),
      threshold: LIMITS.serverErrors,
      description: 'The load balancer found no instance to ask (502, 503, 504).',
    });
  }

  #database(database: rds.IDatabaseInstance) {
    this.#alarm('DatabaseCpu', {
      metric: database.metricCPUUtilization({ period: MINUTE }),
      threshold: LIMITS.databaseCpuPercent,
      minutes: 10,
      description:
        'The database computes at its limit: look at the slow queries, then a larger size.',
    });
    this.#alarm('DatabaseSpace', {
      metric: database.metricFreeStorageSpace({ period: MINUTE, statistic: 'Minimum' }),
      threshold: LIMITS.databaseFreeBytes,
      when: 'below',
      description: 'The disk of the database is nearly full and has not grown by itself.',
    });
    this.#alarm('DatabaseMemory', {
      metric: database.metricFreeableMemory({ period: MINUTE, statistic: 'Minimum' }),
      threshold: LIMITS.databaseFreeMemoryBytes,
      when: 'below',
      minutes: 10,
      description: 'The database has hardly any memory left.',
    });
  }

  #cache(cache: elasticache.CfnReplicationGroup) {
    this.#alarm('CacheMemory', {
      metric: new cloudwatch.Metric({
        namespace: 'AWS/ElastiCache',
        metricName: 'DatabaseMemoryUsagePercentage',
        // The metrics are those of nodes, which are named after their group.
        dimensionsMap: { CacheClusterId: `${cache.ref}-001` },
        period: MINUTE,
        statistic: 'Maximum',
      }),
      threshold: LIMITS.cacheMemoryPercent,
      minutes: 10,
      description: 'The cache is nearly full and will drop timelines that are in use.',
    });
  }

  #alarm(id: string, { metric, threshold, when, minutes = 3, description }: Rule) {
    const alarm = new cloudwatch.Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: minutes,
      comparisonOperator:
        when === 'below'
          ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
          : cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      // No requests, no answers, no data: that is a quiet night.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: description,
    });
    alarm.addAlarmAction(new actions.SnsAction(this.#topic));
    alarm.addOkAction(new actions.SnsAction(this.#topic));
    return alarm;
  }
}
