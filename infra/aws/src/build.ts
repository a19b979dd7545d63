/** Both stacks in one app, under the eyes of cdk-nag. */
import { Annotations, type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ReleasesStack } from './releases.ts';
import { EXAMPLE_DOMAIN, loadSettings } from './settings.ts';
import { MinitterStack } from './stack.ts';

/**
 * Builds both stacks from the context of `app`.
 *
 * @throws {SettingsError} with one line per mistake
 */
export function build(app: App): { releases: ReleasesStack; minitter: MinitterStack } {
  const settings = loadSettings((name) => app.node.tryGetContext(name));
  const prefix = settings.name[0]?.toUpperCase() + settings.name.slice(1);
  const releases = new ReleasesStack(app, `${prefix}Releases`, settings);
  const minitter = new MinitterStack(app, prefix, settings);
  minitter.addStackDependency(releases, 'Instances install what is kept there.');
  if (settings.domain === EXAMPLE_DOMAIN) {
    Annotations.of(minitter).addWarningV2(
      'minitter:example-domain',
      `The domain is still ${EXAMPLE_DOMAIN}: put yours into cdk.json before you deploy.`,
    );
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { releases, minitter };
}
