import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { startAppWith, testConfig } from '../../kit/app.ts';
import { describeOnEngines, type Engine, freshDatabase } from '../../kit/engines.ts';
import { clientFor } from '../../kit/mastodon.ts';
import { fileOf, jpegOf } from '../../kit/media.ts';

async function scene(t: TestContext, engine: Engine) {
  const config = { ...testConfig(t), database: await freshDatabase(t, engine) };
  const folder = `${config.dataDir}/pictures`;
  const app = await startAppWith(t, config);
  const ada = await app.join('Ada');
  return {
    app,
    ada,
    a: clientFor(app, ada),
    files: () => (existsSync(folder) ? readdirSync(folder) : []),
    sizeAt: async (url: string) => {
      const answer = await fetch(url);
      assert.equal(answer.status, 200);
      const { width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
      return [width, height];
    },
  };
}

describeOnEngines('avatars and headers', (engine) => {
  test('are set together with the rest of a profile, and shown with what one posts', async (t) => {
    const { a, files, sizeAt } = await scene(t, engine);
    const account = await a.v1.accounts.updateCredentials({
      displayName: '에이다',
      avatar: fileOf(await jpegOf('red', 800, 800)),
      header: fileOf(await jpegOf('blue', 3000, 1000)),
    });
    assert.equal(account.displayName, '에이다');
    assert.deepEqual(await sizeAt(account.avatar), [512, 512]);
    assert.deepEqual(await sizeAt(account.headerStatic), [1500, 500]);
    assert.equal(files().length, 2);

    const status = await a.v1.statuses.create({ status: 'with a face' });
    assert.equal(status.account.avatar, account.avatar);
    const changed = await a.v1.accounts.updateCredentials({
      avatar: fileOf(await jpegOf('green')),
    });
    assert.notEqual(changed.avatar, account.avatar);
    assert.equal(changed.header, account.header);
    assert.equal((await fetch(account.avatar)).status, 404);
    assert.equal(files().length, 2);
  });

  test('are taken away', async (t) => {
    const { app, ada, a, files } = await scene(t, engine);
    const picture = fileOf(await jpegOf('red'));
    await a.v1.accounts.updateCredentials({ avatar: picture, header: picture });
    const avatar = await app.call('DELETE /api/v1/profile/avatar', { as: ada });
    assert.equal(avatar.body.avatar, `${app.url}/avatars/missing.png`);
    assert.ok(!avatar.body.header.includes('missing'));
    const header = await app.call('DELETE /api/v1/profile/header', { as: ada });
    assert.equal(header.body.header, `${app.url}/headers/missing.png`);
    assert.equal(header.body.source.privacy, 'public');
    assert.equal((await app.call('DELETE /api/v1/profile/header', { as: ada })).status, 200);
    assert.deepEqual(files(), []);
  });

  test('that are no pictures are refused, and the old ones stay', async (t) => {
    const { app, ada, a, files } = await scene(t, engine);
    const { avatar } = await a.v1.accounts.updateCredentials({
      avatar: fileOf(await jpegOf('red')),
    });
    const raw = new FormData();
    raw.set('avatar', fileOf(Buffer.from('<svg/>'), 'image/png'), 'a.png');
    const request = 'PATCH /api/v1/accounts/update_credentials';
    assert.equal((await app.call(request, { as: ada, raw })).status, 422);
    assert.equal((await a.v1.accounts.verifyCredentials()).avatar, avatar);
    assert.equal(files().length, 1);
  });
});
