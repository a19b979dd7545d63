/** What an instance may do: its role, and nothing that this file does not name. There are no keys. */
import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface PermissionsProps {
  readonly artefacts: s3.IBucket;
  readonly pictures: s3.IBucket;
  readonly secrets: readonly secretsmanager.ISecret[];
  readonly logGroups: readonly logs.ILogGroup[];
  /** The name of the auto-scaling group that the instances belong to. */
  readonly groupName: string;
}

/** What Session Manager needs; Amazon's own policy for it also reads every parameter of the account. */
const SESSION_ACTIONS = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

/** One thing that instances may do, and where; `because` is there when the where has a star in it. */
interface Grant {
  readonly actions: readonly string[];
  readonly on: readonly string[];
  readonly because?: string;
}

export class InstanceRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: PermissionsProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      description: 'What an instance of Minitter may do',
    });
    for (const grant of [...this.#own(props), ...this.#shared(props)]) this.#allow(grant);
  }

  /** What belongs to this deployment, by name. */
  #own({ pictures, secrets, logGroups }: PermissionsProps): Grant[] {
    return [
      // Without it S3 answers 403 instead of 404 for a picture that is not there.
      { actions: ['s3:ListBucket'], on: [pictures.bucketArn] },
      {
        actions: ['secretsmanager:GetSecretValue'],
        on: secrets.map((secret) => secret.secretArn),
      },
      {
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        on: logGroups.map((group) => group.logGroupArn),
      },
    ];
  }

  /** What cannot be named without a star. */
  #shared({ artefacts, pictures, groupName }: PermissionsProps): Grant[] {
    const stack = Stack.of(this);
    return [
      {
        actions: ['s3:GetObject'],
        on: [artefacts.arnForObjects('minitter-*.tgz')],
        because:
          'Any release, and nothing else in the bucket: while one replaces another, instances of ' +
          'both may start.',
      },
      {
        // What api/src/adapter/object-store/s3.ts calls.
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        on: [pictures.arnForObjects('*')],
        because: 'Every picture in the bucket is the servers’ own; their names are random.',
      },
      {
        actions: ['autoscaling:CompleteLifecycleAction'],
        on: [
          stack.formatArn({
            service: 'autoscaling',
            resource: 'autoScalingGroup',
            resourceName: `*:autoScalingGroupName/${groupName}`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
        because: 'The star is for the random part of the one group that the name picks out.',
      },
      {
        actions: ['ssm:UpdateInstanceInformation'],
        on: [stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' })],
        because: 'An instance says that it is there; its id is not known before it is.',
      },
      {
        actions: SESSION_ACTIONS,
        on: ['*'],
        because: 'The channels of Session Manager: these actions know no resources.',
      },
    ];
  }

  #allow({ actions, on, because }: Grant): void {
    this.role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...on] }));
    if (because === undefined) return;
    Validations.of(this.role).acknowledge(
      ...on.map((resource) => ({
        id: `AwsSolutions-IAM5[Resource::${flat(Stack.of(this).resolve(resource))}]`,
        reason: because,
      })),
    );
  }
}

/** A resolved ARN as cdk-nag writes it: references in angle brackets. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[key, inner]] = Object.entries(value as object) as [[string, unknown]];
  if (key === 'Ref') return `<${String(inner)}>`;
  if (key === 'Fn::GetAtt') return `<${(inner as string[]).join('.')}>`;
  const [separator, parts] = inner as [string, unknown[]];
  return parts.map(flat).join(separator);
}
