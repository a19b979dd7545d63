import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test, type TestContext } from 'node:test';
import { MastoHttpError } from 'masto';
import sharp from 'sharp';
import { startApp, startAppWith, testConfig } from '../../kit/app.ts';
import { describeOnEngines, type Engine, freshDatabase } from '../../kit/engines.ts';
import { clientFor } from '../../kit/mastodon.ts';
import { fileOf, gifOf, jpegOf } from '../../kit/media.ts';
import { freshBucket, HAS_S3, s3Settings } from '../../kit/s3.ts';

/** A server with Ada and Bob, whose folder of pictures can be looked into. */
async function scene(t: TestContext, engine: Engine, env: Record<string, string> = {}) {
  const config = { ...testConfig(t, env), database: await freshDatabase(t, engine) };
  const app = await startAppWith(t, config);
  const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
  return {
    app,
    ada,
    bob,
    /** The client library knows no way to do so. */
    remove: async (id: string, as = ada) =>
      (await app.call(`DELETE /api/v1/media/${id}`, { as })).status,
    a: clientFor(app, ada),
    b: clientFor(app, bob),
    files: () => {
      try {
        return readdirSync(`${config.dataDir}/pictures`);
      } catch {
        return [];
      }
    },
  };
}

async function refused(promise: Promise<unknown>, status: number): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof MastoHttpError, String(error));
    assert.equal(error.statusCode, status, error.message);
    return true;
  });
}

const formWith = (bytes: Uint8Array, field = 'file', name = 'a.jpg') => {
  const form = new FormData();
  form.set(field, fileOf(bytes), name);
  return form;
};

describeOnEngines('media', (engine) => {
  test('are uploaded, described, posted, and shown with their status', async (t) => {
    const { app, a } = await scene(t, engine);
    const media = await a.v2.media.create({
      file: fileOf(await jpegOf('teal', 1600, 900)),
      description: '청록색 사진',
      focus: '0.25,-0.5',
    });
    assert.equal(media.type, 'image');
    assert.equal(media.description, '청록색 사진');
    assert.match(media.blurhash ?? '', /^[\w#$%*+,\-.:;=?@[\]^{|}~]{36}$/);
    assert.deepEqual(media.meta?.original, {
      width: 1600,
      height: 900,
      size: '1600x900',
      aspect: 1600 / 900,
    });
    assert.deepEqual([media.meta?.small?.width, media.meta?.small?.height], [640, 360]);
    assert.deepEqual(media.meta?.focus, { x: 0.25, y: -0.5 });
    assert.equal((await a.v1.media.$select(media.id).fetch()).id, media.id);

    const changed = await a.v1.media.$select(media.id).update({ description: 'teal' });
    assert.equal(changed.description, 'teal');
    const status = await a.v1.statuses.create({ mediaIds: [media.id] });
    assert.deepEqual(
      status.mediaAttachments.map(({ id, description }) => [id, description]),
      [[media.id, 'teal']],
    );

    for (const [url, width] of [
      [media.url, 1600],
      [media.previewUrl, 640],
    ] as const) {
      const answer = await fetch(url ?? '');
      assert.equal(answer.headers.get('content-type'), 'image/jpeg');
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
      assert.match(
        answer.headers.get('content-security-policy') ?? '',
        /^default-src 'none'.*sandbox/,
      );
      const bytes = Buffer.from(await answer.arrayBuffer());
      assert.equal((await sharp(bytes).metadata()).width, width);
      const etag = answer.headers.get('etag') ?? '';
      const again = await fetch(url ?? '', { headers: { 'if-none-match': etag } });
      assert.equal(again.status, 304);
    }
    const list = await a.v1.accounts.$select(status.account.id).fetch();
    assert.equal(list.statusesCount, 1);
    assert.equal((await app.call('GET /media/1-00000000000000000000000000000000.jpg')).status, 404);
  });

  test('are only their owner’s to see, change, post and delete', async (t) => {
    const { a, b, bob, remove } = await scene(t, engine);
    const media = await a.v2.media.create({ file: fileOf(await jpegOf('red')) });
    const seenByB = b.v1.media.$select(media.id);
    await refused(seenByB.fetch(), 404);
    await refused(seenByB.update({ description: 'mine' }), 404);
    assert.equal(await remove(media.id, bob), 404);
    await refused(b.v1.statuses.create({ mediaIds: [media.id] }), 422);
    await refused(a.v1.media.$select('no-number').fetch(), 404);
    assert.equal((await a.v1.media.$select(media.id).fetch()).description, null);
  });

  test('belong to one status, and are left to it', async (t) => {
    const { a, remove } = await scene(t, engine);
    const media = await a.v2.media.create({ file: fileOf(await jpegOf('red')) });
    await a.v1.statuses.create({ status: 'first', mediaIds: [media.id] });
    await refused(a.v1.statuses.create({ status: 'second', mediaIds: [media.id] }), 422);
    assert.equal(await remove(media.id), 422);
    await refused(a.v1.media.$select(media.id).update({ description: 'late' }), 422);
  });

  test('are deleted with their files', async (t) => {
    const { a, files, remove } = await scene(t, engine);
    const media = await a.v2.media.create({ file: fileOf(await jpegOf('red')) });
    assert.equal(files().length, 2);
    assert.equal(await remove(media.id), 200);
    assert.deepEqual(files(), []);
    assert.equal((await fetch(media.url ?? '')).status, 404);
    await refused(a.v1.media.$select(media.id).fetch(), 404);
  });

  test('are changed, described and taken away by an edit, which is remembered', async (t) => {
    const { a } = await scene(t, engine);
    const create = async (color: string) =>
      a.v2.media.create({ file: fileOf(await jpegOf(color)), description: color });
    const [red, blue] = [await create('red'), await create('blue')];
    const { id } = await a.v1.statuses.create({ status: 'two', mediaIds: [red.id, blue.id] });

    const edited = await a.v1.statuses.$select(id).update({
      status: 'two',
      mediaIds: [blue.id, red.id],
      mediaAttributes: [{ id: red.id, description: '빨강', focus: '1,1' }],
    });
    assert.deepEqual(
      edited.mediaAttachments.map(({ id, description }) => [id, description]),
      [
        [blue.id, 'blue'],
        [red.id, '빨강'],
      ],
    );
    assert.ok(edited.editedAt);
    const last = await a.v1.statuses.$select(id).update({ status: 'two', mediaIds: [blue.id] });
    assert.equal(last.mediaAttachments.length, 1);
    assert.equal((await a.v1.statuses.$select(id).history.list()).length, 3);
    // What was taken away waits again.
    await a.v1.statuses.create({ mediaIds: [red.id] });
  });

  test('come back with a status that is deleted, to be posted anew', async (t) => {
    const { a } = await scene(t, engine);
    const media = await a.v2.media.create({ file: fileOf(await jpegOf('red')) });
    const { id } = await a.v1.statuses.create({ status: 'tpyo', mediaIds: [media.id] });
    const gone = await a.v1.statuses.$select(id).remove();
    assert.equal(gone.text, 'tpyo');
    assert.deepEqual(
      gone.mediaAttachments.map((one) => one.id),
      [media.id],
    );
    const again = await a.v1.statuses.create({ status: 'typo', mediaIds: [media.id] });
    assert.equal(again.mediaAttachments[0]?.url, media.url);
  });
});

describe('an upload', () => {
  test('may be an animation, which goes on moving', async (t) => {
    const { a } = await scene(t, 'sqlite');
    const file = fileOf(await gifOf(['red', 'blue', 'green'], 900, 600), 'image/gif');
    const media = await a.v2.media.create({ file });
    assert.deepEqual([media.meta?.original?.width, media.meta?.original?.height], [900, 600]);
    for (const url of [media.url, media.previewUrl]) {
      const answer = await fetch(url ?? '');
      assert.equal(answer.headers.get('content-type'), 'image/gif');
      const bytes = Buffer.from(await answer.arrayBuffer());
      const { pages, delay } = await sharp(bytes, { animated: true }).metadata();
      assert.deepEqual([pages, delay], [3, [200, 200, 200]]);
    }
  });

  test('is refused when it is no picture, and leaves nothing behind', async (t) => {
    const { app, ada, files } = await scene(t, 'sqlite', { PICTURE_MAX_BYTES: '20000' });
    const jpeg = await jpegOf('red', 100, 100);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
    for (const [what, bytes, status] of [
      ['nothing', Buffer.alloc(0), 422],
      ['half a picture', jpeg.subarray(0, 200), 422],
      ['a drawing', svg, 422],
      ['a page', Buffer.from('<html><script>alert(1)</script></html>'), 422],
      ['a film', Buffer.from('\0\0\0\x18ftypmp42'), 422],
      ['a picture that is too large', Buffer.concat([jpeg, Buffer.alloc(30_000)]), 413],
    ] as const) {
      for (const version of ['v1', 'v2']) {
        const request = { as: ada, raw: formWith(bytes) };
        const answer = await app.call(`POST /api/${version}/media`, request);
        assert.equal(answer.status, status, what);
        assert.deepEqual(Object.keys(answer.body), ['error'], what);
      }
    }
    assert.deepEqual(files(), []);
  });

  test('with something behind the picture is the picture alone', async (t) => {
    const { a } = await scene(t, 'sqlite');
    const polyglot = Buffer.concat([
      await jpegOf('red'),
      Buffer.from('<script>alert("hello")</script>PK\x03\x04'),
    ]);
    const { url } = await a.v2.media.create({ file: fileOf(polyglot) });
    const bytes = Buffer.from(await (await fetch(url ?? '')).arrayBuffer());
    assert.ok(!bytes.includes('alert'));
  });

  test('needs a file in its field, good words, and somebody with the right to send it', async (t) => {
    const { app, ada, a } = await scene(t, 'sqlite');
    const jpeg = await jpegOf('red');
    const post = (raw: FormData | string, as?: typeof ada) =>
      app.call('POST /api/v2/media', { as, raw });
    assert.equal((await post(formWith(jpeg, 'picture'), ada)).status, 422);
    assert.equal((await app.call('POST /api/v2/media', { as: ada, json: {} })).status, 422);
    assert.equal((await app.call('POST /api/v2/media', { as: ada })).status, 422);
    assert.equal((await post(formWith(jpeg))).status, 401);
    const file = fileOf(jpeg);
    await refused(a.v2.media.create({ file, description: 'x'.repeat(1501) }), 422);
    await refused(a.v2.media.create({ file, focus: '2,0' }), 422);
    await refused(a.v2.media.create({ file, focus: 'middle' }), 422);
    const media = await a.v2.media.create({ file, description: '가'.repeat(1500) });
    assert.equal(media.description?.length, 1500);
  });

  test('that breaks off takes no place for ever', async (t) => {
    const { app, ada, files } = await scene(t, 'sqlite', { PICTURE_QUEUE: '1' });
    const broken = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc';
    for (let i = 0; i < 3; i++) {
      const { status } = await app.call('POST /api/v2/media', {
        as: ada,
        raw: broken,
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      });
      assert.equal(status, 400);
    }
    const { status } = await app.call('POST /api/v2/media', {
      as: ada,
      raw: formWith(await jpegOf('red')),
    });
    assert.deepEqual([status, files().length], [200, 2]);
  });
});

test('files that a route does not ask for are passed over', async (t) => {
  const app = await startApp(t);
  const ada = await app.join('Ada');
  const form = formWith(Buffer.alloc(100_000), 'status_file');
  form.set('status', 'with a stray file');
  const { status, text } = await app.call('POST /api/v1/statuses', { as: ada, raw: form });
  assert.equal(status, 200, text);
  assert.deepEqual(await app.timelineOf(ada), ['with a stray file']);
});

test('people without pictures are shown with ours', async (t) => {
  const { app, ada, a } = await scene(t, 'sqlite');
  const account = await a.v1.accounts.$select(String(ada.id)).fetch();
  assert.equal(account.avatar, `${app.url}/avatars/missing.png`);
  for (const url of [account.avatar, account.header]) {
    const answer = await fetch(url);
    assert.equal(answer.headers.get('content-type'), 'image/png');
    const { format } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    assert.equal(format, 'png');
  }
});

if (HAS_S3) {
  test('media in a bucket are there for browsers, and go with their status’s picture', async (t) => {
    const env = s3Settings(await freshBucket(t));
    const { a, files, remove } = await scene(t, 'sqlite', env);
    const media = await a.v2.media.create({ file: fileOf(await jpegOf('red')) });
    assert.deepEqual(files(), []);
    const first = await fetch(media.url ?? '', { redirect: 'manual' });
    assert.equal(first.status, 302);
    assert.equal(first.headers.get('cache-control'), 'public, max-age=600');
    const there = await fetch(media.url ?? '');
    assert.equal(there.headers.get('content-type'), 'image/jpeg');
    assert.equal((await sharp(Buffer.from(await there.arrayBuffer())).metadata()).width, 60);
    assert.equal(await remove(media.id), 200);
    assert.equal((await fetch(media.url ?? '')).status, 404);
  });
}
