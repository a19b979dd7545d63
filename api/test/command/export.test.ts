/** `minitter export` as a process of its own, beside a server that goes on. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { startAppWith, testConfig } from '../kit/app.ts';
import { describeOnEngines, type Engine, freshDatabase } from '../kit/engines.ts';
import { formOf, pngOf } from '../kit/http-pictures.ts';
import { runMinitter } from '../kit/server-process.ts';
import { tempFolder } from '../kit/temp.ts';
import { unzip } from '../kit/unzip.ts';

/** A server with somebody who has a picture and a tweet. */
async function place(t: TestContext, engine: Engine) {
  const database = await freshDatabase(t, engine);
  const url = database.engine === 'mysql' ? database.url : `sqlite:${database.file}`;
  const folder = tempFolder(t);
  const env = { DATABASE_URL: url, MINITTER_DATA_DIR: folder };
  const { join, tweet, call } = await startAppWith(t, testConfig(t, env));
  const ada = await join('Ada');
  await tweet(ada, '안녕하세요');
  await call('POST /profile-picture', {
    as: ada,
    raw: formOf(['profile-pic', await pngOf('red')]),
  });
  const run = (...args: string[]) => runMinitter(t, ['export', ...args], env);
  return { folder, run, file: `${folder}/ada.zip` };
}

describeOnEngines('minitter export', (engine) => {
  test('writes all that belongs to one person, while the server goes on', async (t) => {
    const { run, file } = await place(t, engine);
    const { status, stdout } = await run('ada', file, '--json');
    assert.equal(status, 0);
    const files = unzip(readFileSync(file));
    assert.deepEqual(JSON.parse(stdout), {
      file,
      username: 'ada',
      files: files.size,
      pictures: 1,
      complete: true,
    });
    const read = (name: string) => JSON.parse(String(files.get(name))) as Record<string, string>[];
    assert.equal(read('tweets.json')[0]?.['tweet'], '안녕하세요');
    const picture = read('user.json')[0]?.['profile_picture'] ?? '';
    assert.ok((files.get(picture)?.length ?? 0) > 100);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });
});

test('minitter export replaces a file only if it is told to', async (t) => {
  const { run, file } = await place(t, 'sqlite');
  writeFileSync(file, 'mine');
  const refused = await run('ada', file);
  assert.deepEqual([refused.status, readFileSync(file, 'utf8')], [1, 'mine']);
  assert.match(refused.stderr, /is there already.*--force/);
  assert.equal((await run('ada@example.com', file, '--force')).status, 0);
  assert.ok(unzip(readFileSync(file)).size > 10);
});

test('minitter export says what is wrong, also to scripts, and leaves nothing behind', async (t) => {
  const { folder, run, file } = await place(t, 'sqlite');
  const nobody = await run('nobody', file, '--json');
  assert.equal(nobody.status, 3);
  assert.equal((JSON.parse(nobody.stderr) as { error: string }).error, 'user_not_found');
  const nowhere = await run('ada', `${folder}/no/such/folder.zip`);
  assert.equal(nowhere.status, 1);
  assert.match(nowhere.stderr, /cannot be written: there is no such folder/);
  assert.ok(!existsSync(file));
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.part')),
    [],
  );
});
