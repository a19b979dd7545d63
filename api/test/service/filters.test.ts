import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  FILTER_KEYWORD_MAX,
  FILTER_KEYWORDS_MAX,
  FILTER_TITLE_MAX,
  FILTER_TWEETS_MAX,
  FILTER_WORDS_MAX,
  FILTERS_MAX,
} from '../../src/service/limits.ts';
import { refusal } from '../kit/domain-errors.ts';
import { describeOnEngines } from '../kit/engines.ts';
import { HOUR, MINUTE } from '../kit/fake-clock.ts';
import { type Member, startServices, type TestServices } from '../kit/services.ts';

const HOME = { title: 'Spoilers', contexts: ['home'] } as const;

/** The words of a member's filters that a text has. */
async function wordsIn({ filterMatchers }: TestServices, { user }: Member, tweet: string) {
  const matcher = await filterMatchers.of(user.id);
  const found = matcher.match({ id: 1, tweet, spoiler_text: '' }, []);
  return found.flatMap(({ words }) => words);
}

describeOnEngines('filters', (engine) => {
  test('are kept with their words, and changed', async (t) => {
    const services = await startServices(t, { engine });
    const { filters, clock } = services;
    const { viewer } = await services.join('Ada');
    const keywords = [{ keyword: 'snape' }, { keyword: 'dies', isWholeWord: true }];
    const made = await filters.create(viewer, { ...HOME, keywords, seconds: 3600 });
    assert.deepEqual(
      [made.title, made.contexts, made.action, made.expires_at, made.tweets],
      ['Spoilers', 'home', 'warn', clock.now() + HOUR, []],
    );
    const [snape, dies] = made.keywords;
    assert.ok(snape && dies);

    const changed = await filters.update(viewer, made.id, {
      title: 'Potter',
      contexts: ['public', 'home', 'public'],
      action: 'hide',
      seconds: 0,
      keywords: [
        { id: snape.id, isGone: true },
        { id: dies.id, keyword: 'lives' },
        { keyword: 'voldemort' },
        { keyword: 'nobody', isGone: true },
      ],
    });
    assert.deepEqual(
      [changed.title, changed.contexts, changed.action, changed.expires_at],
      ['Potter', 'public home', 'hide', null],
    );
    assert.deepEqual(
      changed.keywords.map(({ keyword, is_whole_word }) => [keyword, is_whole_word]),
      [
        ['lives', 1],
        ['voldemort', 0],
      ],
    );
    assert.deepEqual(await filters.all(viewer), [changed]);
    await filters.delete(viewer, made.id);
    assert.deepEqual(await filters.all(viewer), []);
  });

  test('are those of one person, and of nobody else', async (t) => {
    const services = await startServices(t, { engine });
    const { filters, tweets } = services;
    const [ada, bob] = [await services.join('Ada'), await services.join('Bob')];
    const tweetId = await tweets.post(ada.viewer, 'Hello');
    const { id } = await filters.create(ada.viewer, { ...HOME, keywords: [{ keyword: 'a' }] });
    const entry = await filters.addTweet(ada.viewer, id, tweetId);
    const [word] = (await filters.one(ada.viewer, id)).keywords;
    const wordId = word?.id ?? 0;
    const theirs = (await filters.create(bob.viewer, HOME)).id;

    for (const attempt of [
      () => filters.one(bob.viewer, id),
      () => filters.update(bob.viewer, id, { title: 'x' }),
      () => filters.update(bob.viewer, theirs, { keywords: [{ id: wordId, keyword: 'x' }] }),
      () => filters.delete(bob.viewer, id),
      () => filters.addKeyword(bob.viewer, id, { keyword: 'x' }),
      () => filters.keyword(bob.viewer, wordId),
      () => filters.updateKeyword(bob.viewer, wordId, { keyword: 'x' }),
      () => filters.deleteKeyword(bob.viewer, wordId),
      () => filters.addTweet(bob.viewer, id, tweetId),
      () => filters.tweet(bob.viewer, entry.id),
      () => filters.deleteTweet(bob.viewer, entry.id),
    ]) {
      await assert.rejects(attempt, refusal('filter_not_found'), attempt.toString());
    }
    assert.equal((await filters.one(ada.viewer, id)).keywords.length, 1);
  });

  test('are made once for one Idempotency-Key', async (t) => {
    const { filters, join } = await startServices(t, { engine });
    const { viewer } = await join('Ada');
    const first = await filters.create(viewer, HOME, 'key');
    assert.deepEqual(await filters.create(viewer, HOME, 'key'), first);
    const other = filters.create(viewer, { ...HOME, title: 'Other' }, 'key');
    await assert.rejects(other, refusal('idempotency_key_reused'));
  });

  test('name tweets that the viewer may see, until they are deleted', async (t) => {
    const services = await startServices(t, { engine });
    const { filters, tweets, tweetViews } = services;
    const [ada, bob] = [await services.join('Ada'), await services.join('Bob')];
    const { id } = await filters.create(bob.viewer, HOME);
    const secret = await tweets.publish(ada.viewer, { text: 'psst', visibility: 2 });
    await assert.rejects(filters.addTweet(bob.viewer, id, secret), refusal('tweet_not_found'));

    const tweetId = await tweets.post(ada.viewer, 'Hello');
    const entry = await filters.addTweet(bob.viewer, id, tweetId);
    assert.deepEqual(await filters.addTweet(bob.viewer, id, tweetId), entry);
    const [match] = (await tweetViews.one(tweetId, bob.user.id)).filtered;
    assert.deepEqual([match?.filter.id, match?.words, match?.tweetIds], [id, [], [tweetId]]);
    assert.deepEqual((await tweetViews.one(tweetId, ada.user.id)).filtered, []);
    assert.deepEqual((await tweetViews.one(tweetId, undefined)).filtered, []);

    await tweets.delete(ada.viewer, tweetId);
    assert.deepEqual((await filters.one(bob.viewer, id)).tweets, []);
  });
});

describe('the limits of filters', () => {
  test('hold for texts', async (t) => {
    const { filters, join } = await startServices(t);
    const { viewer } = await join('Ada');
    const titled = (title: string) => filters.create(viewer, { ...HOME, title });
    const worded = (keyword: string) =>
      filters.create(viewer, { ...HOME, keywords: [{ keyword }] });
    await titled('가'.repeat(FILTER_TITLE_MAX));
    await worded('가'.repeat(FILTER_KEYWORD_MAX));
    for (const title of ['', ' \u200b ', 'a'.repeat(FILTER_TITLE_MAX + 1)]) {
      await assert.rejects(titled(title), refusal('filter_title_invalid'));
    }
    for (const keyword of ['', ' \u200b ', 'a'.repeat(FILTER_KEYWORD_MAX + 1)]) {
      await assert.rejects(worded(keyword), refusal('filter_keyword_invalid'));
    }
    const nowhere = filters.create(viewer, { title: 'x', contexts: [] });
    await assert.rejects(nowhere, refusal('filter_contexts_missing'));
  });

  test('hold for words and tweets of a filter', async (t) => {
    const { filters, join, tweets } = await startServices(t);
    const { viewer } = await join('Ada');
    const words = (n: number) => Array.from({ length: n }, (_, i) => ({ keyword: `w${i}` }));
    const create = (n: number) => filters.create(viewer, { ...HOME, keywords: words(n) });
    await assert.rejects(create(FILTER_KEYWORDS_MAX + 1), refusal('filter_full'));
    const { id, keywords } = await create(FILTER_KEYWORDS_MAX);
    const full = refusal('filter_full');
    await assert.rejects(filters.addKeyword(viewer, id, { keyword: 'x' }), full);
    await assert.rejects(filters.update(viewer, id, { keywords: [{ keyword: 'x' }] }), full);
    const gone = { id: keywords[0]?.id, isGone: true };
    await filters.update(viewer, id, { keywords: [gone, { keyword: 'x' }] });
    assert.equal((await filters.one(viewer, id)).keywords.length, FILTER_KEYWORDS_MAX);

    for (let n = 0; n < FILTER_TWEETS_MAX; n += 1) {
      await filters.addTweet(viewer, id, await tweets.post(viewer, `${n}`));
    }
    await assert.rejects(filters.addTweet(viewer, id, await tweets.post(viewer, 'x')), full);
  });

  test('hold for all filters of a person', async (t) => {
    const { filters, join } = await startServices(t);
    const { viewer } = await join('Ada');
    for (let n = 0; n < FILTERS_MAX; n += 1) await filters.create(viewer, HOME);
    await assert.rejects(filters.create(viewer, HOME), refusal('filters_too_many'));
  });

  test('hold for the words of all filters together', async (t) => {
    const { filters, join } = await startServices(t);
    const { viewer } = await join('Ada');
    const keywords = Array.from({ length: FILTER_KEYWORDS_MAX }, (_, n) => ({ keyword: `${n}` }));
    for (let words = 0; words < FILTER_WORDS_MAX; words += FILTER_KEYWORDS_MAX) {
      await filters.create(viewer, { ...HOME, keywords });
    }
    const { id } = await filters.create(viewer, HOME);
    const full = refusal('filter_full');
    await assert.rejects(filters.addKeyword(viewer, id, { keyword: 'x' }), full);
    await assert.rejects(filters.create(viewer, { ...HOME, keywords: [{ keyword: 'x' }] }), full);
    assert.deepEqual((await filters.one(viewer, id)).keywords, []);
  });
});

describe('a filter matches', () => {
  const MATCHES: readonly [word: string, isWhole: boolean, text: string, matches: boolean][] = [
    ['cat', false, 'A CATALOGUE', true],
    ['cat', true, 'A catalogue', false],
    ['cat', true, 'the cat.', true],
    ['cat', true, 'the cat_', false],
    ['cat', true, '#Cat', true],
    ['사과', false, '풋사과를', true],
    ['사과', true, '풋사과를', false],
    ['사과', true, '사과!', true],
    ['C++', true, 'I like C++.', true],
    ['C++', true, 'I like TC++.', false],
    ['a.c', false, 'abc', false],
    ['(x|y)*$', false, 'what is (x|y)*$ here', true],
    ['é', false, 'CAFÉ', true],
    ['ß', false, 'STRASSE', false],
    ['two words', false, 'just two words here', true],
    ['😀', true, 'ha😀ha', true],
  ];
  for (const [keyword, isWholeWord, text, matches] of MATCHES) {
    const how = isWholeWord ? 'as a whole word' : 'anywhere';
    test(`${JSON.stringify(keyword)} ${how} in ${JSON.stringify(text)}: ${matches}`, async (t) => {
      const services = await startServices(t);
      const ada = await services.join('Ada');
      const keywords = [{ keyword: 'never there' }, { keyword, isWholeWord }];
      await services.filters.create(ada.viewer, { ...HOME, keywords });
      const found = await wordsIn(services, ada, text);
      const folded = found.map((word) => word.toLowerCase());
      assert.deepEqual(folded, matches ? [keyword.toLowerCase()] : []);
    });
  }

  test('several words at once, each once, as they stand there', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    const keywords = [
      { keyword: 'cat', isWholeWord: true },
      { keyword: 'dog' },
      { keyword: '🐈' },
      { keyword: 'dog' },
    ];
    await services.filters.create(ada.viewer, { ...HOME, keywords });
    const text = 'A Cat, cats, hotdogs, a dog and 🐈, Cat';
    assert.deepEqual(await wordsIn(services, ada, text), ['Cat', 'dog', '🐈']);
  });

  test('the warning and the descriptions of pictures, too', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    await services.filters.create(ada.viewer, { ...HOME, keywords: [{ keyword: 'spider' }] });
    const matcher = await services.filterMatchers.of(ada.user.id);
    const tweet = { id: 1, tweet: '', spoiler_text: '' };
    assert.equal(matcher.match({ ...tweet, spoiler_text: 'Spiders' }, []).length, 1);
    assert.equal(matcher.match(tweet, ['a leaf', 'a spider']).length, 1);
    assert.equal(matcher.match(tweet, ['a leaf']).length, 0);
  });

  test('as long as it holds, and as it was changed last', async (t) => {
    const services = await startServices(t, { believeMs: HOUR });
    const { filters, clock } = services;
    const ada = await services.join('Ada');
    const draft = { ...HOME, keywords: [{ keyword: 'snape' }], seconds: 120 };
    assert.deepEqual(await wordsIn(services, ada, 'snape'), []);
    const { id } = await filters.create(ada.viewer, draft);
    assert.deepEqual(await wordsIn(services, ada, 'snape'), ['snape']);
    clock.pass(2 * MINUTE);
    assert.deepEqual(await wordsIn(services, ada, 'snape'), []);
    await filters.update(ada.viewer, id, { seconds: 0 });
    assert.deepEqual(await wordsIn(services, ada, 'snape'), ['snape']);
    await filters.delete(ada.viewer, id);
    assert.deepEqual(await wordsIn(services, ada, 'snape'), []);
  });

  test('where it applies', async (t) => {
    const services = await startServices(t);
    const ada = await services.join('Ada');
    await services.filters.create(ada.viewer, { ...HOME, keywords: [{ keyword: 'snape' }] });
    const matcher = await services.filterMatchers.of(ada.user.id);
    assert.equal(matcher.isEmpty, false);
    assert.equal(matcher.within('home').isEmpty, false);
    assert.equal(matcher.within('notifications').isEmpty, true);
  });
});
