/** How the web client is served: its pages, its files, and what they say without JavaScript. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startApp, type TestApp } from '../../kit/app.ts';
import { fileOf, jpegOf } from '../../kit/media.ts';
import { tempFolder } from '../../kit/temp.ts';
import { builtClient, CODE, SCRIPT } from '../../kit/web-client.ts';

const start = (t: TestContext) => startApp(t, { webFolder: builtClient(t) });
const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

async function latestTweet({ call }: TestApp): Promise<number> {
  const { body } = await call('GET /api/v1/timelines/public');
  return Number(body[0].id);
}

for (const page of ['/', '/home', '/join', '/settings/sessions', '/lists/7', '/tags/%EC%B0%A8']) {
  test(`a browser is shown the client at ${page}`, async (t) => {
    const { call } = await start(t);
    const { status, headers, text } = await call(`GET ${page as '/'}`, asBrowser);
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(headers.get('cache-control'), 'no-cache');
    assert.match(text, /<title>Minitter<\/title>/);
  });
}

test('pages run their own scripts only, and nothing that is written into them', async (t) => {
  const { call } = await start(t);
  const { headers } = await call('GET /', asBrowser);
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self' 'sha256-[\w+/]+=*';/);
  assert.doesNotMatch(policy, /unsafe/);
});

test('the worker may ask this server and nobody else', async (t) => {
  const { call } = await start(t);
  const { headers } = await call('GET /service-worker.js');
  assert.equal(headers.get('content-security-policy'), "default-src 'none'; connect-src 'self'");
});

test('an unknown address is 404: a page for browsers, JSON for programs', async (t) => {
  const { call } = await start(t);
  const page = await call('GET /nowhere', asBrowser);
  assert.equal(page.status, 404);
  assert.match(page.text, /<!doctype html>/);
  const json = await call('GET /nowhere');
  assert.equal(json.status, 404);
  assert.equal(json.body.error, 'not_found');
  const api = await call('GET /api/v1/nowhere', asBrowser);
  assert.equal(api.headers.get('content-type'), 'application/json; charset=utf-8');
});

test('files are sent as small as the browser takes them, and hashed ones for good', async (t) => {
  const { url } = await start(t);
  for (const [accepted, used] of [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, identity', null],
  ] as const) {
    const response = await fetch(url + CODE, { headers: { 'accept-encoding': accepted } });
    assert.equal(response.headers.get('content-encoding'), used);
    assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.match(response.headers.get('cache-control') ?? '', /immutable/);
    assert.equal(await response.text(), SCRIPT);
  }
});

test('other files are asked for again, and not sent again', async (t) => {
  const { call } = await start(t);
  const first = await call('GET /icon.svg');
  assert.equal(first.headers.get('cache-control'), 'no-cache');
  const etag = first.headers.get('etag') ?? '';
  const again = await call('GET /icon.svg', { headers: { 'if-none-match': etag } });
  assert.equal(again.status, 304);
  assert.equal(again.text, '');
});

test('a profile is text without JavaScript, and unfurls', async (t) => {
  const { call, join } = await start(t);
  await join('Ada');
  const { status, text } = await call('GET /@Ada', asBrowser);
  assert.equal(status, 200);
  assert.match(text, /<meta property="og:title" content="Ada \(@/);
  assert.match(text, /<noscript>.*<h1>Ada /s);
  assert.equal((await call('GET /@nobody', asBrowser)).status, 404);
});

test('a public tweet is escaped text, and unfurls', async (t) => {
  const server = await start(t);
  const ada = await server.join('Ada');
  await server.tweet(ada, 'Tea <script>alert(1)</script> & "cake"\n차');
  const id = await latestTweet(server);
  const { status, text } = await server.call(`GET /@ada/${id}`, asBrowser);
  assert.equal(status, 200);
  assert.doesNotMatch(text, /<script>alert/);
  assert.match(text, /<p>Tea &lt;script&gt;alert\(1\)&lt;\/script&gt; &amp; &quot;cake&quot;<\/p>/);
  assert.match(text, /<p>차<\/p>/);
  assert.match(text, /<meta property="og:type" content="article">/);
  assert.equal((await server.call(`GET /@grace/${id}`, asBrowser)).status, 404);
  assert.equal((await server.call(`GET /@ada/${id + 1}`, asBrowser)).status, 404);
  assert.equal((await server.call('GET /@ada/followers', asBrowser)).status, 200);
});

test('a tweet with pictures unfurls with the first of them, large, unless it is sensitive', async (t) => {
  const { call, join } = await start(t);
  const ada = await join('Ada');
  const post = async (more: object) => {
    const raw = new FormData();
    raw.set('file', fileOf(await jpegOf('teal', 640, 360)), 'a.jpg');
    raw.set('description', 'A "teal" field');
    const { body: media } = await call('POST /api/v2/media', { as: ada, raw });
    const json = { status: 'Look', media_ids: [media.id], ...more };
    const { body } = await call('POST /api/v1/statuses', { as: ada, json });
    const { text } = await call(`GET /@ada/${body.id}`, asBrowser);
    return { media, text };
  };
  const { media, text } = await post({});
  assert.ok(text.includes(`<meta property="og:image" content="${media.url}">`), text);
  assert.match(text, /<meta name="twitter:card" content="summary_large_image">/);
  assert.match(text, /<meta property="og:image:width" content="640">/);
  assert.match(text, /<meta property="og:image:height" content="360">/);
  assert.match(text, /<meta property="og:image:alt" content="A &quot;teal&quot; field">/);
  const { media: hidden, text: careful } = await post({ sensitive: true });
  assert.doesNotMatch(careful, new RegExp(String(hidden.url)));
  assert.match(careful, /<meta name="twitter:card" content="summary">/);
  assert.doesNotMatch(careful, /og:image:alt/);
});

test('a server without the built client serves all the same', async (t) => {
  const { call } = await startApp(t, { webFolder: tempFolder(t) });
  assert.equal((await call('GET /ping')).status, 200);
  const { status, body } = await call('GET /', asBrowser);
  assert.equal(status, 404);
  assert.equal(body.error, 'not_found');
});
