import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAppWith, testConfig } from '../kit/app.ts';
import { runMinitter } from '../kit/server-process.ts';
import { tempFolder } from '../kit/temp.ts';

test('minitter stats counts beside a server, for people and for scripts', async (t) => {
  const env = { MINITTER_DATA_DIR: tempFolder(t) };
  const { join, tweet } = await startAppWith(t, testConfig(t, env));
  const ada = await join('Ada');
  await join('Grace');
  await tweet(ada, 'Hello');
  await tweet(ada, 'Hello again');

  const json = await runMinitter(t, ['stats', '--json'], env);
  const stats = JSON.parse(json.stdout);
  assert.deepEqual([stats.people, stats.active.day, stats.follows], [2, 2, 0]);
  assert.equal(stats.tweets.at(-1).tweets + stats.tweets.at(-2).tweets, 2);

  const text = (await runMinitter(t, ['stats'], env)).stdout;
  assert.match(text, /^people +2$/m);
  assert.match(text, /^\d{4}-\d\d-\d\d +2 {2}█{30}$/m);
});
