/** What `cdk synth` and `cdk deploy` run. */
import { App } from 'aws-cdk-lib';
import { build } from './build.ts';
import { SettingsError } from './settings.ts';

const app = new App();
try {
  build(app);
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
