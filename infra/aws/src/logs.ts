/** Where the instances and the network write to, and for how long it is kept. */
import { RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export class Logs extends Construct {
  /** What the server logs. */
  readonly server: logs.LogGroup;
  /** What `install.sh` says while an instance starts. */
  readonly install: logs.LogGroup;
  /** Which connections the network let through, and which not. */
  readonly flow: logs.LogGroup;

  constructor(scope: Construct, id: string, { name, logDays }: Settings) {
    super(scope, id);
    const group = (what: string) =>
      new logs.LogGroup(this, what, {
        logGroupName: `/${name}/${what.toLowerCase()}`,
        retention: logDays,
        removalPolicy: RemovalPolicy.DESTROY,
      });
    this.server = group('Server');
    this.install = group('Install');
    this.flow = group('Flow');
  }
}
