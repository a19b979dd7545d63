/** Bodies as clients really send them, and as nobody should. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { type CallOptions, startApp } from '../../kit/app.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

async function start(t: TestContext) {
  const app = await startApp(t);
  const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
  const send = async (request: `${string} /${string}`, options: CallOptions) => {
    const { status, body, text } = await app.call(request, { as: ada, ...options });
    return { status, body, text };
  };
  return { ...app, ada, bob, send };
}

describe('bodies of the Mastodon API', () => {
  test('may be nothing at all, whatever kind they are said to be', async (t) => {
    const { bob, send } = await start(t);
    const ways: CallOptions[] = [
      {},
      { headers: JSON_TYPE },
      { headers: JSON_TYPE, raw: ' \n' },
      { headers: FORM_TYPE },
      { json: null },
      { json: {} },
    ];
    for (const way of ways) {
      const { status, body, text } = await send(`POST /api/v1/accounts/${bob.id}/follow`, way);
      assert.deepEqual([status, body.following], [200, true], text);
      const { id } = (await send('POST /api/v1/lists', { json: { title: 'Friends' } })).body;
      const deleted = await send(`DELETE /api/v1/lists/${id}`, way);
      assert.deepEqual([deleted.status, deleted.body], [200, {}]);
    }
  });

  test('are refused where they cannot be read, in the words of this API', async (t) => {
    const { send } = await start(t);
    const ways: [CallOptions, number][] = [
      [{ headers: JSON_TYPE, raw: '{bad' }, 400],
      [{ headers: JSON_TYPE, raw: '{"status":"a","__proto__":{"x":1}}' }, 400],
      [{ headers: { 'content-type': 'text/plain' }, raw: 'status=a' }, 415],
      [{ json: ['a'] }, 422],
      [{ json: 'a' }, 422],
      [{ json: { status: 5 } }, 422],
      [{ json: { status: { a: 1 } } }, 422],
      [{ headers: FORM_TYPE, raw: 'status[a]=a' }, 422],
      [{ headers: FORM_TYPE, raw: '__proto__[status]=a' }, 422],
    ];
    for (const [way, status] of ways) {
      const answer = await send('POST /api/v1/statuses', way);
      assert.deepEqual([answer.status, Object.keys(answer.body)], [status, ['error']], answer.text);
    }
  });

  test('may have ids as numbers', async (t) => {
    const { bob, send } = await start(t);
    const { body } = await send('POST /api/v1/statuses', { json: { status: 'hello' } });
    const json = { status: 'again', in_reply_to_id: Number(body.id) };
    assert.equal((await send('POST /api/v1/statuses', { json })).body.in_reply_to_id, body.id);
    await send(`POST /api/v1/accounts/${bob.id}/follow`, {});
    const list = (await send('POST /api/v1/lists', { json: { title: 'Friends' } })).body;
    const members = `/api/v1/lists/${list.id}/accounts` as const;
    await send(`POST ${members}`, { json: { account_ids: [bob.id] } });
    assert.equal((await send(`GET ${members}`, {})).body.length, 1);
    await send(`DELETE ${members}`, { json: { account_ids: [bob.id] } });
    assert.equal((await send(`GET ${members}`, {})).body.length, 0);
    for (const id of [1.5, 1e300, true, {}, [7], 'x'.repeat(65)]) {
      const refused = await send('POST /api/v1/statuses', {
        json: { status: 'no', in_reply_to_id: id },
      });
      assert.equal(refused.status, 422, refused.text);
    }
  });

  test('may name the places of a list as they like', async (t) => {
    const { send } = await start(t);
    const raw =
      'fields_attributes[1764302400000][name]=b&fields_attributes[1764302400000][value]=2' +
      '&fields_attributes[7][name]=a&fields_attributes[7][value]=1';
    const places = await send('PATCH /api/v1/accounts/update_credentials', {
      headers: FORM_TYPE,
      raw,
    });
    const names = places.body.source.fields.map(({ name }: { name: string }) => name);
    assert.deepEqual(names, ['a', 'b']);
    const json = {
      title: 'No',
      context: ['home'],
      keywords_attributes: { new_1764302400000: { keyword: 'spoiler' } },
    };
    const { body } = await send('POST /api/v2/filters', { json });
    assert.equal(body.keywords[0].keyword, 'spoiler');
  });

  test('may have empty fields that are not meant, but not what would be lost', async (t) => {
    const { send } = await start(t);
    const { body: first } = await send('POST /api/v1/statuses', { json: { status: 'hello' } });
    const raw = 'status=a&in_reply_to_id=&scheduled_at=&quoted_status_id=&language=&spoiler_text=';
    const empty = await send('POST /api/v1/statuses', { headers: FORM_TYPE, raw });
    assert.deepEqual([empty.status, empty.body.content], [200, '<p>a</p>'], empty.text);
    for (const more of [
      { poll: { options: ['a', 'b'], expires_in: 60 } },
      { scheduled_at: '2027-01-01T00:00:00Z' },
      { quoted_status_id: first.id },
    ]) {
      const lost = await send('POST /api/v1/statuses', { json: { status: 'b', ...more } });
      assert.equal(lost.status, 422, lost.text);
    }
  });

  test('make a thing once that are sent twice with one Idempotency-Key', async (t) => {
    const { send } = await start(t);
    const filter = (
      await send('POST /api/v2/filters', { json: { title: 'No', context: ['home'] } })
    ).body;
    const things: [`POST /${string}`, object, object][] = [
      ['POST /api/v1/statuses', { status: 'hello' }, { status: 'other' }],
      ['POST /api/v1/lists', { title: 'Friends' }, { title: 'Others' }],
      [
        'POST /api/v2/filters',
        { title: 'a', context: ['home'] },
        { title: 'b', context: ['home'] },
      ],
      [`POST /api/v2/filters/${filter.id}/keywords`, { keyword: 'a' }, { keyword: 'b' }],
      [
        'POST /api/v1/filters',
        { phrase: 'a', context: ['home'] },
        { phrase: 'b', context: ['home'] },
      ],
    ];
    for (const [request, json, other] of things) {
      const headers = { 'idempotency-key': request.replaceAll(/\W/g, '-') };
      const [first, again] = [
        await send(request, { json, headers }),
        await send(request, { json, headers }),
      ];
      assert.equal(first.status, 200, first.text);
      assert.deepEqual(again.body.id, first.body.id, request);
      assert.equal((await send(request, { json: other, headers })).status, 422, request);
      assert.notEqual((await send(request, { json })).body.id, first.body.id, request);
    }
  });
});
