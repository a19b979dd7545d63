/** Oneself: what is shown, and changing it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FIELD_MAX, FIELDS_MAX, NAME_MAX, PROFILE_MAX } from '../../../src/service/limits.ts';
import { startApp } from '../../kit/app.ts';
import { ENGINES } from '../../kit/engines.ts';
import { clientFor } from '../../kit/mastodon.ts';

describe('credentials', () => {
  for (const engine of ENGINES) {
    test(`are what has been said of oneself (${engine})`, async (t) => {
      const app = await startApp(t, { engine });
      const client = clientFor(app, await app.join('Ada'));
      const before = await client.v1.accounts.verifyCredentials();
      assert.deepEqual(
        { ...before.source },
        {
          privacy: 'public',
          sensitive: false,
          language: null,
          note: '',
          fields: [],
          followRequestsCount: 0,
          hideCollections: false,
          discoverable: true,
          indexable: false,
          attributionDomains: [],
          quotePolicy: 'nobody',
        },
      );
      assert.equal(before.role.permissions, '0');

      const fields = [
        { name: '어디', value: '서울 <b>' },
        { name: 'Web', value: 'https://example.com/' },
      ];
      const after = await client.v1.accounts.updateCredentials({
        displayName: '에이다',
        note: 'Counts.\n\nAnd <sings>.',
        locked: true,
        bot: true,
        discoverable: false,
        hideCollections: true,
        source: { privacy: 'private', sensitive: true, language: 'ko' },
        fieldsAttributes: fields,
      });
      assert.equal(after.displayName, '에이다');
      assert.equal(after.note, '<p>Counts.</p><p>And &lt;sings&gt;.</p>');
      assert.deepEqual([after.locked, after.bot, after.discoverable], [true, true, false]);
      assert.equal(after.fields?.[0]?.value, '<p>서울 &lt;b&gt;</p>');
      assert.deepEqual(
        after.source.fields?.map(({ name, value }) => ({ name, value })),
        fields,
      );
      assert.deepEqual(
        [after.source.privacy, after.source.sensitive, after.source.language, after.source.note],
        ['private', true, 'ko', 'Counts.\n\nAnd <sings>.'],
      );
      assert.deepEqual(await client.v1.accounts.verifyCredentials(), after);

      const preferences = await client.v1.preferences.fetch();
      assert.equal(preferences['posting:default:visibility'], 'private');
      assert.equal(preferences['posting:default:sensitive'], true);
      assert.equal(preferences['posting:default:language'], 'ko');
      const status = await client.v1.statuses.create({ status: 'as usual' });
      assert.deepEqual(
        [status.visibility, status.sensitive, status.language],
        ['private', true, 'ko'],
      );

      const back = await client.v1.accounts.updateCredentials({
        displayName: '',
        source: { language: '' },
        locked: false,
      });
      assert.deepEqual([back.displayName, back.source.language], ['ada', null]);
      assert.equal(back.source.note, after.source.note);
    });
  }

  test('are taken as JSON and as a form, with fields as a list or by their places', async (t) => {
    const app = await startApp(t);
    const as = await app.join('Ada');
    const request = 'PATCH /api/v1/accounts/update_credentials';
    const fields = [
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
      { name: '', value: ' ' },
    ];
    const byPlace = { '10': fields[1], '2': fields[0] };
    const form = new URLSearchParams({
      'fields_attributes[0][name]': 'a',
      'fields_attributes[0][value]': '1',
      'fields_attributes[1][name]': 'b',
      'fields_attributes[1][value]': '2',
      'source[privacy]': 'unlisted',
      bot: 'on',
    });
    for (const body of [
      { json: { fields_attributes: fields } },
      { json: { fields_attributes: byPlace, avatar: '', header: null } },
      { raw: form },
    ]) {
      const answer = await app.call(request, { as, ...body });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(
        answer.body.source.fields.map(({ name, value }: Record<string, string>) => [name, value]),
        [
          ['a', '1'],
          ['b', '2'],
        ],
      );
    }
    const { body } = await app.call('GET /api/v1/accounts/verify_credentials', { as });
    assert.deepEqual([body.bot, body.source.privacy], [true, 'unlisted']);
  });

  test('are held to their limits', async (t) => {
    const app = await startApp(t);
    const as = await app.join('Ada');
    const change = async (json: object) =>
      (await app.call('PATCH /api/v1/accounts/update_credentials', { as, json })).status;
    const field = (name: string, value = 'v') => ({ name, value });
    const many = (n: number) => Array.from({ length: n }, (_, i) => field(`f${i}`));

    assert.equal(await change({ display_name: '가'.repeat(NAME_MAX) }), 200);
    assert.equal(await change({ display_name: '가'.repeat(NAME_MAX + 1) }), 422);
    assert.equal(await change({ note: 'a'.repeat(PROFILE_MAX) }), 200);
    assert.equal(await change({ note: 'a'.repeat(PROFILE_MAX + 1) }), 422);
    assert.equal(await change({ fields_attributes: many(FIELDS_MAX) }), 200);
    assert.equal(await change({ fields_attributes: many(FIELDS_MAX + 1) }), 422);
    const longest = field('n'.repeat(FIELD_MAX), '값'.repeat(FIELD_MAX));
    assert.equal(await change({ fields_attributes: Array(FIELDS_MAX).fill(longest) }), 200);
    assert.equal(await change({ fields_attributes: [field('n'.repeat(FIELD_MAX + 1))] }), 422);
    const quotes = field('"'.repeat(FIELD_MAX), '\\'.repeat(FIELD_MAX));
    assert.equal(await change({ fields_attributes: Array(FIELDS_MAX).fill(quotes) }), 422);
    assert.equal(await change({ source: { privacy: 'direct' } }), 422);
    assert.equal(await change({ source: { privacy: 'everyone' } }), 422);
    assert.equal(await change({ source: { language: 'Klingon' } }), 422);
    assert.equal(await change({ source: { language: `ko${'-abcdefgh'.repeat(2)}` } }), 422);
    assert.equal(await change({ locked: 'perhaps' }), 422);
    assert.equal(await change({ fields_attributes: 'none' }), 422);
  });
});
