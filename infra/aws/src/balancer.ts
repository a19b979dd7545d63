/** The Application Load Balancer: HTTPS for the world, plain HTTP to the instances inside the VPC. */
import { Duration } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { SERVER_PORT } from './network.ts';

/** What the balancer asks, and how often an answer must come before it believes it. */
export const HEALTH = {
  path: '/ping',
  intervalSeconds: 10,
  timeoutSeconds: 5,
  healthyCount: 2,
  unhealthyCount: 3,
} as const;

/**
 * How long the balancer waits for requests under way before an instance is stopped, in seconds: as long
 * as a client may take to send one (REQUEST_TIMEOUT_MS in api/src/view/server.ts). Streams end with it;
 * their apps connect again, to another instance. The server's own stop (SHUTDOWN_TIMEOUT_SECONDS)
 * comes after it and finds nothing to cut off.
 */
export const DRAIN_SECONDS = 60;

/**
 * Shorter than the 75 s for which the server keeps connections, so that the balancer hangs up first;
 * longer than the 30 s between the beats of a stream (api/src/view/mastodon/streaming).
 */
export const IDLE_SECONDS = 60;

export interface BalancerProps {
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly certificate: acm.ICertificate;
  readonly logs: s3.IBucket;
}

export class Balancer extends Construct {
  readonly balancer: elbv2.ApplicationLoadBalancer;
  readonly targets: elbv2.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, props: BalancerProps) {
    super(scope, id);
    const { vpc, securityGroup, certificate, logs } = props;
    this.balancer = new elbv2.ApplicationLoadBalancer(this, 'Alb', {
      vpc,
      vpcSubnets: { subnetGroupName: 'balancer' },
      internetFacing: true,
      securityGroup,
      dropInvalidHeaderFields: true,
      deletionProtection: true,
      idleTimeout: Duration.seconds(IDLE_SECONDS),
    });
    this.balancer.logAccessLogs(logs, 'balancer');
    this.targets = this.#targetGroup(vpc);
    this.balancer.addListener('Https', {
      port: 443,
      open: false,
      certificates: [certificate],
      sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
      defaultTargetGroups: [this.targets],
    });
    this.balancer.addListener('Http', {
      port: 80,
      open: false,
      defaultAction: elbv2.ListenerAction.redirect({
        protocol: 'HTTPS',
        port: '443',
        permanent: true,
      }),
    });
  }

  #targetGroup(vpc: ec2.IVpc): elbv2.ApplicationTargetGroup {
    return new elbv2.ApplicationTargetGroup(this, 'Servers', {
      vpc,
      port: SERVER_PORT,
      protocol: elbv2.ApplicationProtocol.HTTP,
      targetType: elbv2.TargetType.INSTANCE,
      deregistrationDelay: Duration.seconds(DRAIN_SECONDS),
      // Slow requests (pictures, password hashes) then do not pile up on one instance.
      loadBalancingAlgorithmType:
        elbv2.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
      healthCheck: {
        path: HEALTH.path,
        protocol: elbv2.Protocol.HTTP,
        healthyHttpCodes: '200',
        interval: Duration.seconds(HEALTH.intervalSeconds),
        timeout: Duration.seconds(HEALTH.timeoutSeconds),
        healthyThresholdCount: HEALTH.healthyCount,
        unhealthyThresholdCount: HEALTH.unhealthyCount,
      },
    });
  }
}
