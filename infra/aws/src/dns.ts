/** The name: a certificate that Route 53 proves, and a record that points at the load balancer. */
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export class Dns extends Construct {
  readonly certificate: acm.Certificate;
  readonly #zone: route53.IHostedZone;
  readonly #domain: string;

  constructor(scope: Construct, id: string, { domain, zoneName, hostedZoneId }: Settings) {
    super(scope, id);
    this.#domain = domain;
    // By id, not looked up: a look-up would need credentials to synthesise.
    this.#zone = route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      zoneName,
      hostedZoneId,
    });
    this.certificate = new acm.Certificate(this, 'Certificate', {
      domainName: domain,
      validation: acm.CertificateValidation.fromDns(this.#zone),
    });
  }

  /** Lets the domain name stand for the load balancer. */
  pointTo(balancer: elbv2.ILoadBalancerV2): void {
    new route53.ARecord(this, 'Record', {
      zone: this.#zone,
      recordName: `${this.#domain}.`,
      target: route53.RecordTarget.fromAlias(new targets.LoadBalancerTarget(balancer)),
    });
  }
}
