/** cdk-nag: clean in every size, and each exception is about something and says why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { makeApp } from './kit.ts';

/** The deployments that are checked: each size, and what the settings turn on and off. */
const DEPLOYMENTS: readonly Record<string, string>[] = [
  { size: 'small' },
  { size: 'standard' },
  { size: 'large' },
  { size: 'small', cache: 'false', multiAz: 'true' },
  { size: 'standard', restoreSnapshot: 'rds:minitter-database-2026-01-02-18-05' },
];

/** The checks, blind to what was acknowledged. */
class Unforgiving extends AwsSolutionsChecks {}
Object.defineProperty(Unforgiving.prototype, 'isAcknowledged', { value: () => false });

/** One exception: what was acknowledged, where, and why. */
interface Exception {
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

function exceptions(scope: IConstruct): Exception[] {
  return scope.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({
        path: node.path,
        rule: id.replace(/^annotation::/i, ''),
        reason,
      }))
      // CDK itself acknowledges what its own validation finds in its own constructs.
      .filter(({ rule }) => rule.startsWith('AwsSolutions-')),
  );
}

for (const settings of DEPLOYMENTS) {
  const named = JSON.stringify(settings);

  test(`nothing is left for cdk-nag to find: ${named}`, () => {
    const { violations } = new AwsSolutionsChecks().validateScope(makeApp(settings).app);
    assert.deepEqual(violations, []);
  });

  test(`every exception is about something that cdk-nag would find: ${named}`, () => {
    const { app } = makeApp(settings);
    const found = new Unforgiving().validateScope(app).violations;
    const all = exceptions(app);
    assert.ok(found.length > 0 && all.length > 0);
    const needless = all.filter(
      ({ path, rule }) =>
        !found.some(
          ({ ruleName, violatingResources }) =>
            ruleName === rule &&
            violatingResources.some(({ constructPath }) =>
              `${constructPath}/`.startsWith(`${path}/`),
            ),
        ),
    );
    assert.deepEqual(needless, []);
  });
}

test('every exception gives a reason, in place', () => {
  for (const { rule, reason } of exceptions(makeApp().app)) {
    assert.ok(reason.length > 30, `${rule}: ${reason}`);
  }
});
