import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MastoHttpError } from 'masto';
import { type Person, startApp, type TestApp } from '../../kit/app.ts';
import { type Client, clientFor } from '../../kit/mastodon.ts';
import { describeOnEngines } from '../../kit/engines.ts';

/** A server with Ada, Bob and a stranger. */
async function scene(t: Parameters<typeof startApp>[0], engine: 'sqlite' | 'mysql') {
  const app = await startApp(t, { engine });
  const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
  return { app, ada, bob, a: clientFor(app, ada), b: clientFor(app, bob), nobody: clientFor(app) };
}

/** The promise must fail with this status, and an error that people can read. */
async function refused(promise: Promise<unknown>, status: number): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof MastoHttpError, String(error));
    assert.equal(error.statusCode, status);
    assert.ok(error.message.length > 0);
    return true;
  });
}

const follow = (app: TestApp, as: Person, whom: Person) =>
  app.call('POST /follow', { as, json: { follow: whom.id } });

const textsOf = (statuses: readonly { content: string }[]) =>
  statuses.map(({ content }) => content.replaceAll(/<[^>]+>/g, ''));

describeOnEngines('statuses', (engine) => {
  test('are written with everything that belongs to them', async (t) => {
    const { a, ada, bob } = await scene(t, engine);
    const status = await a.v1.statuses.create({
      status: '안녕하세요 @bob! #한글 https://example.com/?a=1&b=2\n\n<script>',
      spoilerText: '경고',
      sensitive: true,
      visibility: 'unlisted',
      language: 'ko',
    });
    assert.equal(status.account.id, String(ada.id));
    assert.equal(status.visibility, 'unlisted');
    assert.equal(status.spoilerText, '경고');
    assert.equal(status.sensitive, true);
    assert.equal(status.language, 'ko');
    assert.deepEqual(
      status.mentions.map(({ id, acct }) => [id, acct]),
      [[String(bob.id), 'bob']],
    );
    assert.deepEqual(
      status.tags.map(({ name }) => name),
      ['한글'],
    );
    assert.match(status.content, /<span>bob<\/span>/);
    assert.match(status.content, /href="https:\/\/example\.com\/\?a=1&amp;b=2"/);
    assert.match(status.content, /<\/p><p>&lt;script&gt;<\/p>$/);
  });

  test('are sent once for each Idempotency-Key', async (t) => {
    const { app, ada } = await scene(t, engine);
    const post = () =>
      app.call('POST /api/v1/statuses', {
        as: ada,
        json: { status: 'Once' },
        headers: { 'idempotency-key': 'k' },
      });
    const [first, second] = [await post(), await post()];
    assert.equal(first.body.id, second.body.id);
    assert.deepEqual(await app.timelineOf(ada), ['Once']);
  });

  test('are refused where they break a rule', async (t) => {
    const { app, ada, a } = await scene(t, engine);
    await refused(a.v1.statuses.create({ status: 'x'.repeat(301) }), 422);
    await refused(a.v1.statuses.create({ status: 'x'.repeat(295), spoilerText: 'too long' }), 422);
    await refused(a.v1.statuses.create({ status: ' ' }), 422);
    await refused(a.v1.statuses.create({ status: 'Hi', inReplyToId: '12345' }), 404);
    await refused(a.v1.statuses.create({ status: 'Hi', mediaIds: ['99'] }), 422);
    for (const json of [
      { status: 'Hi', visibility: 'everybody' },
      { status: 'Hi', poll: { options: ['a', 'b'], expires_in: 300 } },
      { status: 'Hi', scheduled_at: '2030-01-01T00:00:00Z' },
      { status: { a: 1 } },
    ]) {
      const { status, body } = await app.call('POST /api/v1/statuses', { as: ada, json });
      assert.ok(status === 422 || status === 400, `${status} for ${JSON.stringify(json)}`);
      assert.deepEqual(Object.keys(body), ['error']);
    }
    assert.deepEqual(await app.timelineOf(ada), []);
  });

  test('are seen by those whom they are for', async (t) => {
    const { app, ada, bob, a, b, nobody } = await scene(t, engine);
    const carol = await app.join('Carol');
    const c = clientFor(app, carol);
    await follow(app, carol, ada);
    const clients: readonly (readonly [string, Client])[] = [
      ['the author', a],
      ['who is mentioned', b],
      ['a follower', c],
      ['nobody', nobody],
    ];
    const expected = {
      public: [true, true, true, true],
      unlisted: [true, true, true, true],
      private: [true, true, true, false],
      direct: [true, true, false, false],
    };
    for (const [visibility, seen] of Object.entries(expected)) {
      const { id } = await a.v1.statuses.create({
        status: 'Hello @bob',
        visibility: visibility as keyof typeof expected,
      });
      for (const [index, [who, client]] of clients.entries()) {
        const found = await client.v1.statuses
          .$select(id)
          .fetch()
          .then(
            () => true,
            (error: MastoHttpError) => (assert.equal(error.statusCode, 404), false),
          );
        assert.equal(found, seen[index], `${visibility} for ${who}`);
      }
    }
    assert.deepEqual(await app.timelineOf(ada), ['Hello @bob', 'Hello @bob']);
    const { body } = await app.call('GET /timeline', { as: bob });
    assert.deepEqual(body.timeline, []);
  });

  test('are edited, and remember what they said', async (t) => {
    const { app, ada, a, b, nobody } = await scene(t, engine);
    const { id } = await a.v1.statuses.create({ status: 'Frist', language: 'en' });
    const edited = await a.v1.statuses.$select(id).update({ status: 'First #post' });
    assert.equal(edited.content.replaceAll(/<[^>]+>/g, ''), 'First #post');
    assert.equal(edited.language, 'en');
    assert.ok(edited.editedAt);
    await a.v1.statuses.$select(id).update({ status: 'First', spoilerText: 'CW' });

    const history = await nobody.v1.statuses.$select(id).history.list();
    assert.deepEqual(textsOf(history), ['Frist', 'First #post', 'First']);
    assert.deepEqual(
      history.map(({ spoilerText }) => spoilerText),
      ['', '', 'CW'],
    );
    const times = history.map(({ createdAt }) => createdAt);
    assert.deepEqual(times, times.toSorted());
    const source = await a.v1.statuses.$select(id).source.fetch();
    assert.deepEqual(source, { id, text: 'First', spoilerText: 'CW' });
    await refused(b.v1.statuses.$select(id).source.fetch(), 404);
    await refused(b.v1.statuses.$select(id).update({ status: 'Mine' }), 404);
    assert.deepEqual(await app.timelineOf(ada), ['First']);
    const tags = (await nobody.v1.statuses.$select(id).fetch()).tags;
    assert.deepEqual(tags, []);
  });

  test('are edited in vain when nothing changes', async (t) => {
    const { a } = await scene(t, engine);
    const { id } = await a.v1.statuses.create({ status: 'Same' });
    const same = await a.v1.statuses.$select(id).update({ status: 'Same' });
    assert.equal(same.editedAt, null);
  });

  test('are deleted with all their reblogs, and come back as they were written', async (t) => {
    const { app, ada, a, b } = await scene(t, engine);
    const { id } = await a.v1.statuses.create({ status: 'Hi @bob', spoilerText: 'CW' });
    const reblog = await b.v1.statuses.$select(id).reblog();
    await refused(b.v1.statuses.$select(id).remove(), 404);

    const gone = await a.v1.statuses.$select(id).remove();
    assert.deepEqual([gone.id, gone.text, gone.spoilerText], [id, 'Hi @bob', 'CW']);
    await refused(a.v1.statuses.$select(id).fetch(), 404);
    await refused(b.v1.statuses.$select(reblog.id).fetch(), 404);
    await refused(a.v1.statuses.$select(id).remove(), 404);
    assert.deepEqual(await app.timelineOf(ada), []);
  });

  test('are asked for many at once', async (t) => {
    const { a, nobody } = await scene(t, engine);
    const one = await a.v1.statuses.create({ status: 'One' });
    const hidden = await a.v1.statuses.create({ status: 'Mine', visibility: 'private' });
    const two = await a.v1.statuses.create({ status: 'Two' });
    const ids = [two.id, hidden.id, 'nonsense', one.id, two.id];
    assert.deepEqual(textsOf(await nobody.v1.statuses.fetch({ id: ids })), ['Two', 'One']);
  });

  test('stand in a conversation', async (t) => {
    const { a, b, nobody } = await scene(t, engine);
    const say = async (client: Client, status: string, parent?: string, visibility = 'public') =>
      (
        await client.v1.statuses.create({
          status,
          ...(parent && { inReplyToId: parent }),
          visibility: visibility as 'public',
        })
      ).id;
    const root = await say(a, 'root');
    const one = await say(b, 'one', root);
    const two = await say(a, 'two', root);
    await say(a, 'one-one', one);
    await say(b, 'two-one', two);
    await say(a, 'for me alone', root, 'direct');

    const seen = await nobody.v1.statuses.$select(root).context.fetch();
    assert.deepEqual(textsOf(seen.descendants), ['one', 'one-one', 'two', 'two-one']);
    const mine = await a.v1.statuses.$select(root).context.fetch();
    assert.equal(mine.descendants.length, 5);
    const around = await nobody.v1.statuses.$select(one).context.fetch();
    assert.deepEqual(textsOf(around.ancestors), ['root']);
    assert.deepEqual(textsOf(around.descendants), ['one-one']);
    assert.equal((await a.v1.statuses.$select(root).fetch()).repliesCount, 2);
    assert.equal((await a.v1.statuses.$select(one).fetch()).inReplyToId, root);
  });
});
