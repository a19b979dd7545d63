/** The drills of `npm run drill` in a small form, each with its control. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DRILLS } from '../../scripts/cluster/drills.ts';
import { ENGINES } from './kit/engines.ts';
import { tempFolder } from './kit/temp.ts';

/** Little enough for a machine that has other things to do. */
const SMALL = { rate: 40, seconds: 1 };
/** Five programs start, and some of them again. */
const PATIENCE = { timeout: 300_000 };
const IN_CI = [
  'same-timelines',
  'redis-freeze',
  'rolling-restart',
  'kill-instance',
  'kill-database',
];

// Where there is MariaDB, the rest of the cluster is installed as well.
if (ENGINES.includes('mysql')) {
  for (const name of IN_CI) {
    test(`drill: ${name}`, PATIENCE, async (t) => {
      const { isGood, report } = await DRILLS[name]!(tempFolder(t), SMALL, false);
      assert.ok(isGood, report.join('\n'));
    });
  }

  test('drill: same-timelines sees a tweet of which no server knows', PATIENCE, async (t) => {
    const { isGood } = await DRILLS['same-timelines']!(tempFolder(t), SMALL, true);
    assert.ok(!isGood);
  });

  test(
    'drill: redis-freeze sees people who are followed against their will',
    PATIENCE,
    async (t) => {
      const { isGood } = await DRILLS['redis-freeze']!(tempFolder(t), SMALL, true);
      assert.ok(!isGood);
    },
  );
}
