/** What clients ask when they start. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startApp } from '../../kit/app.ts';
import { clientFor } from '../../kit/mastodon.ts';

const ENV = {
  MINITTER_PUBLIC_URL: 'https://minitter.example:8443',
  SITE_TITLE: '우리 동네',
  SITE_DESCRIPTION: 'Neighbours <3 talk.',
  SITE_RULES: 'Be kind. | 서로 존중합니다.',
  SITE_CONTACT: 'admin@minitter.example',
  REGISTRATIONS: 'approval',
};

describe('the server', () => {
  test('introduces itself', async (t) => {
    const app = await startApp(t, { env: ENV });
    const instance = await clientFor(app).v2.instance.fetch();
    assert.equal(instance.domain, 'minitter.example:8443');
    assert.equal(instance.title, '우리 동네');
    assert.match(instance.version, /^4\.5\.0 \(compatible; Minitter \d/);
    assert.equal(instance.configuration.statuses.maxCharacters, 300);
    assert.equal(instance.configuration.statuses.maxMediaAttachments, 4);
    assert.equal(instance.configuration.urls.streaming, 'wss://minitter.example:8443');
    assert.deepEqual(instance.languages, ['ko', 'en']);
    assert.deepEqual(
      [instance.registrations.enabled, instance.registrations.approvalRequired],
      [true, true],
    );
    assert.deepEqual(
      instance.rules.map(({ id, text }) => [id, text]),
      [
        ['1', 'Be kind.'],
        ['2', '서로 존중합니다.'],
      ],
    );
    assert.equal(instance.contact.email, 'admin@minitter.example');
    assert.ok(instance.configuration.mediaAttachments.supportedMimeTypes.includes('image/webp'));
  });

  test('introduces itself to older clients, by its bare domain', async (t) => {
    const app = await startApp(t, { env: { ...ENV, REGISTRATIONS: 'open' } });
    const ada = await app.join('Ada');
    await app.tweet(ada, 'Hello');
    const instance = await clientFor(app).v1.instance.fetch();
    assert.equal(instance.uri, 'minitter.example:8443');
    assert.equal(instance.urls.streamingApi, 'wss://minitter.example:8443');
    assert.deepEqual(instance.stats, { userCount: 1, statusCount: 1, domainCount: 0 });
  });

  test('counts once in an hour', async (t) => {
    let now = Date.UTC(2026, 10, 23, 12);
    const app = await startApp(t, { now: () => now });
    const ada = await app.join('Ada');
    const client = clientFor(app);
    const count = async () => (await client.v1.instance.fetch()).stats.statusCount;
    assert.equal(await count(), 0);
    await app.tweet(ada, 'Hello');
    assert.equal(await count(), 0);
    now += 3_600_000;
    assert.equal(await count(), 1);
    const weeks = await client.v1.instance.activity.list();
    assert.equal(weeks.length, 12);
    assert.deepEqual(
      { ...weeks[0] },
      {
        week: String(Date.UTC(2026, 10, 23) / 1000),
        statuses: '1',
        logins: '1',
        registrations: '1',
      },
    );
    assert.deepEqual([weeks[1]?.statuses, weeks[1]?.registrations], ['0', '0']);
  });

  test('says what it is to those who look at servers', async (t) => {
    const app = await startApp(t, { env: { ...ENV, MINITTER_PUBLIC_URL: '' } });
    const { body } = await app.call('GET /.well-known/nodeinfo');
    assert.equal(body.links[0].href, `${app.url}/nodeinfo/2.0`);
    const info = await app.call('GET /nodeinfo/2.0');
    assert.equal(info.body.software.name, 'minitter');
    assert.equal(info.body.openRegistrations, false);
  });

  test('tells its rules, its description and its policy as HTML that is safe', async (t) => {
    const app = await startApp(t, { env: ENV });
    const client = clientFor(app);
    const { content } = await client.v1.instance.extendedDescription.fetch();
    assert.equal(content, '<p>Neighbours &lt;3 talk.</p>');
    const policy = await app.call('GET /api/v1/instance/privacy_policy');
    assert.match(policy.body.content, /^<p>This server keeps/);
    const korean = { headers: { 'accept-language': 'ko' } };
    const { body } = await app.call('GET /api/v1/instance/privacy_policy', korean);
    assert.match(body.content, /보관합니다/);
    assert.equal((await app.call('GET /api/v1/instance/rules')).body.length, 2);
    const terms = await app.call('GET /api/v1/instance/terms_of_service');
    assert.equal(terms.status, 404);
    assert.deepEqual(Object.keys(terms.body), ['error']);
  });
});

describe('what is not here', () => {
  test('is an empty list where clients ask when they start', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const { v1, v2 } = clientFor(app, ada);
    for (const list of [
      v1.announcements.list(),
      v1.conversations.list(),
      v1.customEmojis.list(),
      v1.domainBlocks.list(),
      v1.featuredTags.list(),
      v1.instance.peers.list(),
      v1.notifications.requests.list(),
      v1.scheduledStatuses.list(),
      v1.trends.links.list(),
      v1.trends.statuses.list(),
      v1.trends.tags.list(),
      v2.suggestions.list(),
    ]) {
      assert.deepEqual(await list, []);
    }
    assert.deepEqual(await v1.instance.translationLanguages.list(), {});
    const policy = await v2.notifications.policy.fetch();
    assert.equal(policy.forNotFollowing, 'accept');
  });

  test('is not found otherwise', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const client = clientFor(app, ada);
    const missing = { statusCode: 404 };
    await assert.rejects(client.v1.polls.$select('1').fetch(), missing);
    await assert.rejects(client.v1.push.subscription.fetch(), missing);
    await assert.rejects(client.v1.scheduledStatuses.$select('1').fetch(), missing);
  });

  test('is no page, whatever the method', async (t) => {
    const { call } = await startApp(t);
    for (const request of [
      'GET /api/v1/nothing',
      'POST /api/v3/nothing',
      'DELETE /api/v1/instance',
      'GET /api/v2/admin/accounts',
    ] as const) {
      const { status, body } = await call(request);
      assert.equal(status, 404, request);
      assert.deepEqual(Object.keys(body), ['error'], request);
    }
  });
});

describe('requests', () => {
  test('are counted, and refused when they are too many', async (t) => {
    let now = Date.UTC(2026, 0, 1, 0, 1);
    const env = { RATE_LIMITS: 'on', REQUESTS_PER_USER: '3' };
    const app = await startApp(t, { env, now: () => now });
    const ada = await app.join('Ada');
    const bob = await app.join('Bob');
    const request = (as?: typeof ada) => app.call('GET /api/v1/instance/rules', { as });
    const home = (as: typeof ada) => app.call('GET /api/v1/timelines/home', { as });
    const left = async (answer: Promise<{ headers: Headers }>) =>
      (await answer).headers.get('x-ratelimit-remaining');
    assert.deepEqual([await left(home(ada)), await left(home(ada))], ['2', '1']);
    const last = await home(ada);
    assert.equal(last.headers.get('x-ratelimit-limit'), '3');
    assert.equal(last.headers.get('x-ratelimit-reset'), '2026-01-01T00:05:00.000Z');
    const refused = await home(ada);
    assert.deepEqual([refused.status, Object.keys(refused.body)], [429, ['error']]);
    assert.equal(refused.headers.get('retry-after'), '240');
    assert.equal(refused.headers.get('x-ratelimit-remaining'), '0');
    assert.equal(await left(home(bob)), '2', 'others are not concerned');
    assert.equal(await left(request()), '2', 'nor is who has not logged in');
    assert.equal((await app.call('GET /timeline', { as: ada })).status, 200);
    now += 240_000;
    assert.equal(await left(home(ada)), '2');
  });

  test('say nothing where there are no limits', async (t) => {
    const { call } = await startApp(t);
    const { headers } = await call('GET /api/v1/instance');
    assert.equal(headers.get('x-ratelimit-limit'), null);
  });
});
