import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { type Answer, type Person, startAppWith, type TestApp, testConfig } from '../../kit/app.ts';
import { freshDatabase } from '../../kit/engines.ts';
import { assertError } from '../../kit/errors.ts';
import { freshBucket, HAS_S3, s3Settings } from '../../kit/s3.ts';

const picture = (format: 'jpeg' | 'png' | 'webp' | 'gif', color = 'teal') =>
  sharp({ create: { width: 20, height: 10, channels: 3, background: color } })
    .toFormat(format)
    .toBuffer();

interface Upload {
  readonly field?: string;
  readonly type?: string;
  readonly name?: string;
}

function form(
  bytes: Uint8Array,
  { field = 'profile-pic', type = 'image/png', name = 'me' }: Upload = {},
) {
  const data = new FormData();
  data.append(field, new Blob([new Uint8Array(bytes)], { type }), name);
  return data;
}

/** A server together with a look into its folder of pictures. */
async function startWithFolder(t: TestContext, env: Record<string, string> = {}) {
  const config = { ...testConfig(t, env), database: await freshDatabase(t, 'sqlite') };
  const folder = path.join(config.dataDir, 'pictures');
  const files = () => (existsSync(folder) ? readdirSync(folder) : []);
  const app = await startAppWith(t, config);
  const upload = (as: Person, raw: FormData, address = '/profile-picture') =>
    app.call(`POST ${address as `/${string}`}`, { as, raw });
  return { ...app, config, files, upload };
}

const show = ({ call }: Pick<TestApp, 'call'>, { id }: Person, headers = {}): Promise<Answer> =>
  call(`GET /profile-picture/${id}`, { headers });

test('a picture goes up by either address and either field, and is there for anybody', async (t) => {
  const app = await startWithFolder(t);
  const ada = await app.join('Ada');

  for (const address of ['/profile-picture', '/profile-picture/s3']) {
    for (const field of ['profile-pic', 'profile_pic']) {
      const answer = await app.upload(ada, form(await picture('png'), { field }), address);
      assert.deepEqual([answer.status, answer.text], [200, '']);
    }
  }

  const shown = await show(app, ada);
  assert.equal(shown.status, 200);
  assert.equal(shown.headers.get('content-type'), 'image/png');
  assert.equal(shown.headers.get('cache-control'), 'public, max-age=60, must-revalidate');
  assert.equal(shown.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(app.files().length, 1, 'the old files are gone');
});

test('a picture that has not changed is not sent again', async (t) => {
  const app = await startWithFolder(t);
  const ada = await app.join('Ada');
  await app.upload(ada, form(await picture('png')));
  const etag = (await show(app, ada)).headers.get('etag') ?? '';

  const same = await show(app, ada, { 'if-none-match': etag });
  assert.deepEqual([same.status, same.text], [304, '']);

  await app.upload(ada, form(await picture('png', 'red')));
  const other = await show(app, ada, { 'if-none-match': etag });
  assert.equal(other.status, 200);
  assert.notEqual(other.headers.get('etag'), etag);
});

test('the address of a picture is absolute, and leads to it', async (t) => {
  const app = await startWithFolder(t);
  const ada = await app.join('Ada');
  await app.upload(ada, form(await picture('webp')));

  const asJson = await show(app, ada, { accept: 'application/json' });
  const byS3 = await app.call(`GET /profile-picture/s3/${ada.id}`);

  assert.deepEqual(Object.keys(asJson.body), ['img_url']);
  assert.deepEqual(byS3.body, asJson.body);
  assert.ok(asJson.body.img_url.startsWith(`${app.url}/profile-picture/${ada.id}?v=`));
  const response = await fetch(asJson.body.img_url);
  assert.equal((await sharp(await response.arrayBuffer()).metadata()).format, 'webp');

  const named = await startWithFolder(t, { MINITTER_PUBLIC_URL: 'https://minitter.example' });
  const grace = await named.join('Grace');
  await named.upload(grace, form(await picture('png')));
  const { body } = await show(named, grace, { accept: 'application/json' });
  assert.ok(body.img_url.startsWith(`https://minitter.example/profile-picture/${grace.id}`));
});

test('where there is no picture the answer is 404', async (t) => {
  const app = await startWithFolder(t);
  const ada = await app.join('Ada');
  assertError(await show(app, ada), 'picture_not_found');
  assertError(await app.call(`GET /profile-picture/s3/${ada.id}`), 'picture_not_found');
  assertError(await app.call('GET /profile-picture/999'), 'user_not_found');
  assertError(await app.call('GET /profile-picture/me'), 'invalid_input');
});

test('what a file is, its bytes say, and neither its name nor its declared type', async (t) => {
  const app = await startWithFolder(t);
  const ada = await app.join('Ada');
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');

  const lie = form(await picture('jpeg'), { type: 'text/plain', name: '../../etc/passwd.svg' });
  assert.equal((await app.upload(ada, lie)).status, 200);
  assert.equal((await show(app, ada)).headers.get('content-type'), 'image/jpeg');

  for (const bytes of [svg, await picture('gif'), Buffer.from('words')]) {
    assertError(await app.upload(ada, form(bytes, { name: 'me.png' })), 'picture_unsupported');
  }
  const broken = (await picture('png')).subarray(0, 60);
  assertError(await app.upload(ada, form(broken)), 'picture_broken');
  assert.equal(app.files().length, 1);
});

test('an upload that is none is refused', async (t) => {
  const app = await startWithFolder(t, { PICTURE_MAX_BYTES: '2000', PICTURE_MAX_PIXELS: '10000' });
  const ada = await app.join('Ada');
  const large = sharp({ create: { width: 200, height: 100, channels: 3, background: 'teal' } });
  const twoFiles = form(await picture('png'));
  twoFiles.append('more', new Blob(['x']), 'x');

  assertError(await app.upload(ada, form(Buffer.alloc(2001))), 'body_too_large');
  assertError(await app.upload(ada, form(await large.png().toBuffer())), 'picture_too_many_pixels');
  assertError(
    await app.upload(ada, form(await picture('png'), { field: 'other' })),
    'file_missing',
  );
  assertError(await app.upload(ada, form(Buffer.alloc(0))), 'file_missing');
  assertError(await app.upload(ada, new FormData()), 'file_missing');
  assertError(await app.upload(ada, twoFiles), 'malformed_request');
  const json = await app.call('POST /profile-picture', { as: ada, json: { 'profile-pic': 'x' } });
  assertError(json, 'unsupported_media_type');
  const none = await app.call('POST /profile-picture', { as: ada });
  assertError(none, 'unsupported_media_type');
  const boundary = { 'content-type': 'multipart/form-data' };
  const noBoundary = await app.call('POST /profile-picture', {
    as: ada,
    raw: 'x',
    headers: boundary,
  });
  assertError(noBoundary, 'malformed_request');
  assert.deepEqual(app.files(), []);
});

test('an upload that breaks off leaves nothing behind, and the server goes on', async (t) => {
  const app = await startWithFolder(t, { PICTURE_QUEUE: '2' });
  const ada = await app.join('Ada');

  // More than may go on at once: each must give its place back.
  for (let n = 0; n < 5; n += 1) await breakOff(app.url, ada);

  const answer = await until200(() => picture('png').then((bytes) => app.upload(ada, form(bytes))));
  assert.equal(answer.status, 200);
  assert.equal(app.files().length, 1);
  const doomed = await app.app.store.reader.selectFrom('doomed_objects').selectAll().execute();
  assert.deepEqual(doomed, []);
});

/** Sends the first half of an upload, and hangs up. */
async function breakOff(url: string, { token }: Person): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = [
    'POST /profile-picture HTTP/1.1',
    'Host: x',
    `Authorization: ${token}`,
    'Content-Type: multipart/form-data; boundary=b',
    'Content-Length: 100000',
    '',
    '--b\r\nContent-Disposition: form-data; name="profile-pic"; filename="a"\r\n\r\nhalf a pict',
  ];
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.write(head.join('\r\n'), () => setImmediate(() => socket.destroy()));
  });
}

/** The server notices a broken line a moment later; until then it may be busy. */
async function until200(attempt: () => Promise<Answer>): Promise<Answer> {
  for (let n = 0; n < 100; n += 1) {
    const answer = await attempt();
    if (answer.status !== 503) return answer;
    assertError(answer, 'busy');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the server stayed busy');
}

if (HAS_S3) {
  test('with a bucket pictures are there, and the old ones of the disk are still shown', async (t) => {
    const database = await freshDatabase(t, 'sqlite');
    const onDisk = { ...testConfig(t), database };
    const before = await startAppWith(t, onDisk);
    const [ada, grace] = [await before.join('Ada'), await before.join('Grace')];
    await before.call('POST /profile-picture', { as: ada, raw: form(await picture('png')) });
    await before.app.close();

    const bucket = s3Settings(await freshBucket(t));
    const inS3 = testConfig(t, { ...bucket, MINITTER_DATA_DIR: onDisk.dataDir });
    const after = await startAppWith(t, { ...inS3, database });
    await after.call('POST /profile-picture', { as: grace, raw: form(await picture('jpeg')) });

    assert.equal((await show(after, ada)).headers.get('content-type'), 'image/png');
    const redirect = await show(after, grace);
    assert.equal(redirect.status, 302);
    const fetched = await fetch(redirect.headers.get('location') ?? '');
    assert.equal(fetched.headers.get('content-type'), 'image/jpeg');
    assert.equal((await sharp(await fetched.arrayBuffer()).metadata()).width, 20);
    const { body } = await after.call(`GET /profile-picture/s3/${grace.id}`);
    assert.equal((await fetch(body.img_url)).status, 200);
  });

  test('with a public address of the bucket, that is where pictures are', async (t) => {
    const bucket = s3Settings(await freshBucket(t));
    const app = await startWithFolder(t, { ...bucket, S3_PUBLIC_URL: 'https://cdn.example/' });
    const ada = await app.join('Ada');
    await app.upload(ada, form(await picture('jpeg')));

    const { body } = await app.call(`GET /profile-picture/s3/${ada.id}`);
    assert.match(body.img_url, /^https:\/\/cdn\.example\/1-[0-9a-f]{32}\.jpg$/);
    assert.equal((await show(app, ada)).headers.get('location'), body.img_url);
    assert.deepEqual(app.files(), []);
  });
}

test('a client that has gone before its upload is looked at takes no place', async (t) => {
  const app = await startWithFolder(t);
  const ada = await app.join('Ada');
  const { sessions } = app.app.services;
  const authenticate = sessions.authenticate.bind(sessions);
  const { promise: known, resolve: know } = Promise.withResolvers<void>();
  sessions.recall = () => undefined;
  sessions.authenticate = async (token) => {
    await known;
    return authenticate(token);
  };
  // As many as one user may send at once.
  for (let n = 0; n < 2; n += 1) {
    const gone = once(app.app.server.server, 'request').then(([, reply]) => once(reply, 'close'));
    await breakOff(app.url, ada);
    await gone;
  }
  know();

  assert.equal((await app.upload(ada, form(await picture('png')))).status, 200);
});
