/** Profile pictures: a private bucket that the world reads through CloudFront alone. */
import { Duration, Validations } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { logBucket, privateBucket } from './buckets.ts';
import type { Settings } from './settings.ts';

/** How long one may undo the deletion of a picture; then it is gone for good. */
const UNDO_DAYS = 7;
/** How long an edge of CloudFront may go on showing a picture that was deleted. */
const EDGE_TTL = Duration.days(1);

export class Pictures extends Construct {
  readonly bucket: s3.Bucket;
  readonly distribution: cloudfront.Distribution;
  /** Where the world reads pictures: the server's S3_PUBLIC_URL. */
  readonly publicUrl: string;

  constructor(scope: Construct, id: string, settings: Settings, logs: s3.IBucket) {
    super(scope, id);
    this.bucket = privateBucket(this, 'Pictures', logs, {
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(UNDO_DAYS) }],
      cors: [
        {
          allowedMethods: [s3.HttpMethods.GET, s3.HttpMethods.HEAD],
          allowedOrigins: [...settings.corsOrigins],
          allowedHeaders: ['*'],
          maxAge: Duration.days(1).toSeconds(),
        },
      ],
    });
    const viewerLogs = logBucket(this, 'DistributionLogs', settings.logDays, { allowAcl: true });
    Validations.of(viewerLogs).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds access logs; a log of the log would log itself without end.',
    });
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `Pictures of ${settings.domain}`,
      defaultBehavior: {
        origin: origins.S3BucketOrigin.withOriginAccessControl(this.bucket),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: this.#headers(settings),
        cachePolicy: this.#caching(),
      },
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      // Includes Seoul; the cheapest class has edges in America and Europe only.
      priceClass: cloudfront.PriceClass.PRICE_CLASS_200,
      logBucket: viewerLogs,
    });
    this.publicUrl = `https://${this.distribution.distributionDomainName}`;
    this.#explain();
  }

  /**
   * CORS is answered at the edge, by the same rule as the bucket's: an answer that was kept for somebody
   * who sent no `Origin` would be of no use to a web page.
   */
  #headers({ corsOrigins }: Settings): cloudfront.ResponseHeadersPolicy {
    return new cloudfront.ResponseHeadersPolicy(this, 'Headers', {
      corsBehavior: {
        accessControlAllowOrigins: [...corsOrigins],
        accessControlAllowMethods: ['GET', 'HEAD'],
        accessControlAllowHeaders: ['*'],
        accessControlAllowCredentials: false,
        originOverride: true,
      },
      securityHeadersBehavior: {
        contentTypeOptions: { override: true },
        contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'", override: true },
      },
    });
  }

  /** Pictures never change under their name, but they are deleted, and then the edges must forget. */
  #caching(): cloudfront.CachePolicy {
    return new cloudfront.CachePolicy(this, 'Caching', {
      comment: 'Pictures: a day at most',
      minTtl: Duration.seconds(0),
      defaultTtl: EDGE_TTL,
      maxTtl: EDGE_TTL,
    });
  }

  #explain(): void {
    Validations.of(this.distribution).acknowledge(
      {
        id: 'AwsSolutions-CFR1',
        reason: 'Profile pictures are for readers in every country.',
      },
      {
        id: 'AwsSolutions-CFR2',
        reason:
          'Static files, no query that reaches code: there is nothing for a firewall to guard.',
      },
      {
        id: 'AwsSolutions-CFR4',
        reason:
          'CloudFront sets the TLS version of its own domain name, and allows no other. A name of ' +
          "one's own would need a certificate in another region; the pictures are public.",
      },
    );
  }
}
