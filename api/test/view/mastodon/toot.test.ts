/** A day with toot, the client of Debian's package, against a listening server. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { type Person, startApp, type TestApp } from '../../kit/app.ts';
import { jpegOf } from '../../kit/media.ts';
import { logInOnPage } from '../../kit/oauth.ts';
import { tempFolder } from '../../kit/temp.ts';
import { HAS_TOOT, Toot } from '../../kit/toot.ts';

/** What somebody does in the browser that toot sends him to. @returns the code that he is shown */
async function letIn(app: TestApp, person: Person, { pathname, searchParams }: URL) {
  assert.equal(pathname, '/oauth/authorize/');
  const page = await logInOnPage(app, person, Object.fromEntries(searchParams));
  assert.equal(page.status, 200, page.text);
  return /<input id="code" value="([^"]+)"/.exec(page.text)?.[1] ?? 'none';
}

/** Ada, who has logged in. */
async function startLoggedIn(t: TestContext) {
  const app = await startApp(t);
  const ada = await app.join('Ada');
  const toot = new Toot(t, app.url);
  await toot.logIn((address) => letIn(app, ada, address));
  return { app, ada, toot, run: toot.run.bind(toot) };
}

/** The id of what was posted, which stands at the end of its address. */
const idIn = (printed: string): string => /Toot posted: \S+\/(\d+)/.exec(printed)?.[1] ?? 'none';

if (HAS_TOOT) {
  describe('toot', () => {
    test('logs in with a browser, and is known then', async (t) => {
      const { app, toot, run } = await startLoggedIn(t);
      const { host } = new URL(app.url);
      assert.match(await run('auth'), new RegExp(`ada@${host}\\s+ACTIVE`));
      assert.match(await run('whoami'), /@ada/);
      await run('logout', `ada@${host}`);
      assert.match(await run('auth'), /not logged in/);
      await assert.rejects(toot.logIn(async () => 'guessed'));
    });

    test('logs in with a password where the server lets apps ask for it', async (t) => {
      const app = await startApp(t, { env: { OAUTH_PASSWORD_GRANT: 'true' } });
      const ada = await app.join('Ada');
      const toot = new Toot(t, app.url);
      await assert.rejects(toot.logInWithPassword(ada.email, 'not this one'));
      assert.match(await toot.logInWithPassword(ada.email, ada.password), /Successfully logged in/);
      assert.match(await toot.run('whoami'), /@ada/);
    });

    test('posts, with pictures and in every visibility, and deletes', async (t) => {
      const { app, ada, run } = await startLoggedIn(t);
      const picture = path.join(tempFolder(t), 'teal.jpg');
      writeFileSync(picture, await jpegOf('teal'));
      const withPicture = ['--media', picture, '--description', 'all teal'];
      const id = idIn(await run('post', '안녕하세요 toot', ...withPicture, '--language', 'ko'));
      const { body } = await app.call(`GET /api/v1/statuses/${id}`, { as: ada });
      assert.equal(body.content, '<p>안녕하세요 toot</p>');
      assert.equal(body.language, 'ko');
      assert.equal(body.media_attachments[0].description, 'all teal');
      for (const visibility of ['public', 'unlisted', 'private', 'direct']) {
        const posted = await run('post', `${visibility} words`, '--visibility', visibility);
        const status = await app.call(`GET /api/v1/statuses/${idIn(posted)}`, { as: ada });
        assert.equal(status.body.visibility, visibility);
      }
      assert.deepEqual(await app.timelineOf(ada), [
        'unlisted words',
        'public words',
        '안녕하세요 toot',
      ]);
      assert.match(await run('delete', id), /Status deleted/);
      assert.deepEqual(await app.timelineOf(ada), ['unlisted words', 'public words']);
      await assert.rejects(run('delete', id));
    });

    test('finds people, follows them and reads what they say', async (t) => {
      const { app, run } = await startLoggedIn(t);
      const grace = await app.join('Grace');
      await app.tweet(grace, 'ships are safe in #harbour');
      assert.match(await run('search', 'grace'), /@grace/);
      assert.doesNotMatch(await run('timeline'), /ships are safe/);
      assert.match(await run('follow', 'grace'), /now following grace/);
      assert.match(await run('following', 'ada'), /\bgrace\b/);
      assert.match(await run('timeline'), /ships are safe in #harbour/);
      assert.match(await run('timeline', '--tag', 'harbour'), /ships are safe/);
      assert.match(await run('unfollow', 'grace'), /no longer following grace/);
      assert.doesNotMatch(await run('timeline'), /ships are safe/);
      await assert.rejects(run('follow', 'nobody'));
    });

    test('favourites, reblogs and bookmarks, and takes it back', async (t) => {
      const { app, ada, run } = await startLoggedIn(t);
      const grace = await app.join('Grace');
      const posted = { status: 'hello @ada' };
      const { body } = await app.call('POST /api/v1/statuses', { as: grace, json: posted });
      const is = async (name: string) =>
        (await app.call(`GET /api/v1/statuses/${body.id}`, { as: ada })).body[name];
      for (const [deed, name] of [
        ['favourite', 'favourited'],
        ['reblog', 'reblogged'],
        ['bookmark', 'bookmarked'],
      ] as const) {
        assert.match(await run(deed, body.id), new RegExp(`Status ${name}`));
        assert.equal(await is(name), true);
        assert.match(await run(`un${deed}`, body.id), new RegExp(`Status un${name}`));
        assert.equal(await is(name), false);
      }
    });

    test('is told of things, mutes and blocks people, and follows hashtags', async (t) => {
      const { app, run } = await startLoggedIn(t);
      const grace = await app.join('Grace');
      await app.call('POST /api/v1/statuses', { as: grace, json: { status: 'hello @ada' } });
      assert.match(await run('notifications'), /grace.*mentioned you/i);
      assert.match(await run('mute', 'grace'), /muted grace/);
      assert.match(await run('unmute', 'grace'), /no longer muted/);
      assert.match(await run('block', 'grace'), /blocking grace/);
      assert.match(await run('unblock', 'grace'), /no longer blocked/);
      assert.match(await run('tags_follow', '#harbour'), /now following #harbour/);
      assert.match(await run('tags_followed'), /harbour/);
    });
  });
}
