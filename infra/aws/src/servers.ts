/** The instances: what each is made from, how many there are, and how a release replaces them. */
import { Duration, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, type IDependable } from 'constructs';
import { HEALTH } from './balancer.ts';
import type { Settings } from './settings.ts';
import { userData } from './user-data.ts';

/** How long `install.sh` may take before the instance is given up. It takes about two minutes. */
const INSTALL_MINUTES = 15;

/**
 * How long a new instance must stay healthy before the next old one goes, in seconds: several rounds
 * of health checks, so that what breaks under real requests shows while old instances still serve.
 */
export const WARMUP_SECONDS = 60;

/** How full the processors may be before another instance is started, in percent. */
const BUSY_PERCENT = 60;

/** The hook's name: the instance tells it when `/ping` answers. */
const HOOK = 'installed';

export interface ServersProps {
  readonly settings: Settings;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly role: iam.IRole;
  readonly targets: elbv2.IApplicationTargetGroup;
  /** The name that {@link groupName} gives. */
  readonly groupName: string;
  /** The inputs of `install.sh`, but for those of the group itself. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Told of every instance that comes or goes. */
  readonly notices: sns.ITopic;
  /** What must be there before the first instance starts. */
  readonly after: readonly IDependable[];
  /** Any of these going off while a release replaces instances ends it, and brings the old one back. */
  readonly releaseAlarms: readonly cloudwatch.IAlarm[];
}

/** The group's name, fixed so that the role of its instances can name it before it is there. */
export const groupName = ({ name }: Settings): string => `${name}-servers`;

export class Servers extends Construct {
  readonly group: autoscaling.AutoScalingGroup;
  readonly launchTemplate: ec2.LaunchTemplate;

  constructor(scope: Construct, id: string, props: ServersProps) {
    super(scope, id);
    this.launchTemplate = this.#launchTemplate(props);
    this.group = this.#group(props);
    this.group.attachToApplicationTargetGroup(props.targets);
    this.group.scaleOnCpuUtilization('Busy', { targetUtilizationPercent: BUSY_PERCENT });
    this.#holdUntilInstalled();
    this.group.node.addDependency(...props.after);
  }

  #launchTemplate({ settings, securityGroup, role, inputs, groupName }: ServersProps) {
    const { region } = Stack.of(this);
    return new ec2.LaunchTemplate(this, 'Template', {
      instanceType: new ec2.InstanceType(settings.size.servers.type),
      // Every deployment takes the newest image, and with it the system's security updates.
      machineImage: ec2.MachineImage.latestAmazonLinux2023({
        cpuType: ec2.AmazonLinuxCpuType.ARM_64,
      }),
      securityGroup,
      role,
      associatePublicIpAddress: false,
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      detailedMonitoring: true,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: ec2.BlockDeviceVolume.ebs(settings.size.servers.diskGb, {
            encrypted: true,
            volumeType: ec2.EbsDeviceVolumeType.GP3,
          }),
        },
      ],
      userData: ec2.UserData.custom(
        userData({
          ...inputs,
          AWS_DEFAULT_REGION: region,
          LIFECYCLE_GROUP: groupName,
          LIFECYCLE_HOOK: HOOK,
        }),
      ),
    });
  }

  #group({ settings, vpc, groupName, notices, releaseAlarms }: ServersProps) {
    const { min, max } = settings.size.servers;
    return new autoscaling.AutoScalingGroup(this, 'Group', {
      autoScalingGroupName: groupName,
      vpc,
      vpcSubnets: { subnetGroupName: 'servers' },
      launchTemplate: this.launchTemplate,
      minCapacity: min,
      maxCapacity: max,
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.seconds(WARMUP_SECONDS),
      }),
      defaultInstanceWarmup: Duration.seconds(WARMUP_SECONDS),
      // A new instance first, then an old one goes: also when one fails on an ordinary day.
      minHealthyPercentage: 100,
      maxHealthyPercentage: 150,
      updatePolicy: autoscaling.UpdatePolicy.instanceRefresh({
        strategy: autoscaling.InstanceRefreshStrategy.ROLLING,
        minHealthyPercentage: 100,
        maxHealthyPercentage: 150,
        instanceWarmup: Duration.seconds(WARMUP_SECONDS),
        bakeTime: Duration.minutes(5),
        skipMatching: true,
        ...(releaseAlarms.length > 0 ? { alarms: [...releaseAlarms] } : {}),
      }),
      notifications: [{ topic: notices }],
      groupMetrics: [autoscaling.GroupMetrics.all()],
    });
  }

  /** An instance gets no request, and replaces none, before `install.sh` has said that it serves. */
  #holdUntilInstalled(): void {
    const group = this.group.node.defaultChild as autoscaling.CfnAutoScalingGroup;
    // In the group itself, not beside it: the first instances start before anything beside it is made.
    group.lifecycleHookSpecificationList = [
      {
        lifecycleHookName: HOOK,
        lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        heartbeatTimeout: INSTALL_MINUTES * 60,
        defaultResult: 'ABANDON',
      },
    ];
  }
}

// A warm-up of fewer health checks than it takes to be believed would prove nothing.
if (WARMUP_SECONDS < HEALTH.intervalSeconds * HEALTH.unhealthyCount) {
  throw new Error('WARMUP_SECONDS is too short for the health checks');
}
