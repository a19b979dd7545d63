import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { VISIBILITY } from '../../src/service/tweets.ts';
import { describeOnEngines, type Engine } from '../kit/engines.ts';
import { type Member, startServices, type TestServices } from '../kit/services.ts';

/** What everybody says, by a name of its own. */
const CORPUS = {
  hello: '안녕하세요! 처음 왔어요',
  bye: '그럼 안녕 ㅠㅠ',
  rice: '오늘 점심은 김밥, 저녁은 밥상 차리기',
  laugh: 'ㅋㅋㅋㅋ 진짜 웃기다 ㅋㅋㅠㅠ',
  mixed: '요즘 React를 배우는 중인데 TypeScript랑 잘 맞네요',
  old: '한국어 검색'.normalize('NFD'),
  cats: '私は猫が好きです。コーヒーも好き',
  half: 'ﾊﾝｶｸ ｶﾀｶﾅ',
  chinese: '我爱吃苹果',
  thai: 'สวัสดีครับ',
  shout: 'GOOD MORNING, Everybody',
  cafe: 'Un café crème à la Straße',
  reactive: 'reactive programming with C++ and C#',
  party: 'We won 🎉👍🏽 🇰🇷',
  tag: '#고양이사랑 하는 사람 모여라 #CatLovers',
  link: 'see https://example.com/docs/search?lang=ko for more',
  quote: "it’s a don't-care, 3.14 is snake_case",
  order: 'one two three',
  disorder: 'three two one',
  full: 'ＦＵＬＬ　ｗｉｄｔｈ',
} as const;
type Name = keyof typeof CORPUS;

/** Each search with the names of what it finds, newest first. */
const SEARCHES: readonly (readonly [text: string, found: readonly Name[], why: string])[] = [
  ['안녕', ['bye', 'hello'], 'two syllables'],
  ['안녕하', ['hello'], 'three'],
  ['녕하', ['hello'], 'within a word'],
  ['밥', ['rice'], 'one syllable, at either end of a word'],
  ['김', ['rice'], 'one at the beginning'],
  ['하', ['tag', 'hello'], 'one in the middle'],
  ['ㅋㅋ', ['laugh'], 'letters typed alone'],
  ['ㅠㅠ', ['laugh', 'bye'], 'behind others'],
  ['안녕'.normalize('NFD'), ['bye', 'hello'], 'typed decomposed'],
  ['검색', ['old'], 'stored decomposed'],
  ['react', ['mixed'], 'Latin letters with an ending in Hangul, not a longer word'],
  ['React를', ['mixed'], 'both scripts'],
  ['typescript 배우는', ['mixed'], 'two words anywhere'],
  ['猫', ['cats'], 'one character'],
  ['コーヒー', ['cats'], 'a long vowel'],
  ['ハンカク', ['half'], 'half width'],
  ['苹果', ['chinese'], 'Chinese'],
  ['สวัสดี', ['thai'], 'Thai'],
  ['good morning', ['shout'], 'small letters'],
  ['EVERYBODY', ['shout'], 'capitals'],
  ['cafe', ['cafe'], 'without its accent'],
  ['CRÈME', ['cafe'], 'with it'],
  ['strasse', ['cafe'], 'ß'],
  ['c++', ['reactive'], 'signs that belong to a word'],
  ['c#', ['reactive'], 'others'],
  ['program', [], 'words are whole'],
  ['🎉', ['party'], 'an emoji'],
  ['👍', ['party'], 'of any colour'],
  ['🇰🇷', ['party'], 'a flag'],
  ['#고양이사랑', ['tag'], 'a hashtag'],
  ['고양이', ['tag'], 'a part of one'],
  ['#catlovers', ['tag'], 'a hashtag in other letters'],
  ['https://example.com/docs/search?lang=ko', ['link'], 'an address'],
  ['example.com', ['link'], 'a part of one'],
  ["it's", ['quote'], 'an apostrophe of another kind'],
  ['3.14', ['quote'], 'a number'],
  ['snake', [], 'a part of a name'],
  ['one two', ['disorder', 'order'], 'in any order'],
  ['"one two"', ['order'], 'words that stand together'],
  ['one -"three two"', ['order'], 'but not those'],
  ['two -one', [], 'nor this'],
  ['안녕 -ㅠㅠ', ['hello'], 'without'],
  ['(안녕)', ['bye', 'hello'], 'punctuation around'],
  ['안녕 !!! - …', ['bye', 'hello'], 'signs alone'],
  ['"왔어요"', ['hello'], 'one word in quotes'],
  ['full width', ['full'], 'full width'],
  ['from:ada 안녕', ['bye', 'hello'], 'by her'],
  ['from:@ada full', ['full'], 'with her sign'],
  ['from:nobody 안녕', [], 'by nobody'],
  ['-안녕', [], 'nothing wanted'],
  ['!!!', [], 'nothing to look for'],
  ['   ', [], 'nothing'],
  ['없는말', [], 'what nobody said'],
  ['가'.repeat(60), [], 'more terms than are looked up'],
];

const ALL = { limit: 40, viewerId: undefined } as const;

async function texts(services: TestServices, text: string, viewerId?: number): Promise<string[]> {
  const found = await services.search.tweets({ ...ALL, text, viewerId });
  return found.map(({ tweet }) => tweet.tweet);
}

async function say(services: TestServices, by: Member, text: string, visibility = 0) {
  services.clock.pass(1000);
  return services.tweets.publish(by.viewer, { text, visibility });
}

async function corpus(t: TestContext, engine: Engine) {
  const services = await startServices(t, { engine });
  const ada = await services.join('Ada');
  const names = new Map<number, Name>();
  for (const [name, text] of Object.entries(CORPUS)) {
    names.set(await say(services, ada, text), name as Name);
  }
  const find = async (text: string) =>
    (await services.search.tweets({ ...ALL, text })).map(({ tweet }) => names.get(tweet.id));
  return { services, ada, find };
}

describeOnEngines('a search for tweets', (engine) => {
  test('finds the same before the tweets are indexed, and after', async (t) => {
    const { services, find } = await corpus(t, engine);
    const compare = async (when: string) => {
      for (const [text, found, why] of SEARCHES) {
        assert.deepEqual(await find(text), found, `${text} (${why}), ${when}`);
      }
    };
    await compare('before');
    await services.searchIndexer.run();
    services.clock.pass(3_600_000);
    await services.searchIndexer.run();
    assert.deepEqual(await services.model.searchProgress.freshTweets(0, 10), []);
    await compare('after');
  });

  test('finds what a content warning says', async (t) => {
    const services = await startServices(t, { engine });
    const ada = await services.join('Ada');
    await services.tweets.publish(ada.viewer, { text: '범인은 집사', spoilerText: '영화 결말' });
    assert.deepEqual(await texts(services, '결말'), ['범인은 집사']);
  });

  test('follows edits and deletes at once, indexed or not', async (t) => {
    const services = await startServices(t, { engine });
    const ada = await services.join('Ada');
    for (const indexed of [false, true]) {
      const id = await say(services, ada, '첫눈이 왔다');
      if (indexed) await services.searchIndexer.run();
      await services.tweets.edit(ada.viewer, id, { text: '소나기가 왔다' });
      assert.deepEqual(await texts(services, '첫눈'), []);
      assert.deepEqual(await texts(services, '소나기'), ['소나기가 왔다']);
      await services.searchIndexer.run();
      assert.deepEqual(await texts(services, '소나기'), ['소나기가 왔다']);
      await services.tweets.delete(ada.viewer, id);
      assert.deepEqual(await texts(services, '왔다'), []);
      assert.equal(await services.model.searchTerms.count('tweets_terms', id), 0);
    }
  });

  test('leaves nothing of people who are deleted', async (t) => {
    const services = await startServices(t, { engine });
    const [ada, ben] = [await services.join('Ada'), await services.join('Ben')];
    const id = await say(services, ada, '비밀 이야기');
    await say(services, ben, '비밀 없음');
    services.clock.pass(3_600_000);
    await services.searchIndexer.run();
    await services.userAdmin.delete('@ada');
    assert.deepEqual(await texts(services, '비밀'), ['비밀 없음']);
    assert.equal(await services.model.searchTerms.count('tweets_terms', id), 0);
    assert.equal(await services.model.searchTerms.count('users_terms', ada.user.id), 0);
  });

  test('gives pages: by number, and between two tweets', async (t) => {
    const services = await startServices(t, { engine });
    const ada = await services.join('Ada');
    const ids: number[] = [];
    for (let n = 0; n < 90; n += 1) {
      ids.unshift(await say(services, ada, `고구마 ${n}`));
      if (n === 50) await services.searchIndexer.run();
    }
    const found = async (page: object) =>
      (await services.search.tweets({ ...ALL, text: '고구마', ...page })).map(
        ({ tweet }) => tweet.id,
      );
    assert.deepEqual(await found({ limit: 20 }), ids.slice(0, 20));
    assert.deepEqual(await found({ limit: 20, offset: 30 }), ids.slice(30, 50));
    assert.deepEqual(await found({ limit: 1000 }), ids.slice(0, 40), 'a page is no longer');
    assert.deepEqual(await found({ below: ids[79], limit: 40 }), ids.slice(80));
    assert.deepEqual(await found({ above: ids[10], limit: 40 }), ids.slice(0, 10));
    assert.deepEqual(await found({ offset: 1001 }), []);
  });

  test('looks behind what the viewer may not see', async (t) => {
    const services = await startServices(t, { engine });
    const [ada, ben] = [await services.join('Ada'), await services.join('Ben')];
    await say(services, ada, '감자');
    for (let n = 0; n < 60; n += 1) await say(services, ben, `감자 ${n}`, VISIBILITY.private);
    assert.deepEqual(await texts(services, '감자'), ['감자']);
    await services.searchIndexer.run();
    assert.deepEqual(await texts(services, '감자', ada.user.id), ['감자']);
  });

  test('is of one author where that is asked for', async (t) => {
    const services = await startServices(t, { engine });
    const [ada, ben] = [await services.join('Ada'), await services.join('Ben')];
    await say(services, ada, '감자 아다');
    await say(services, ben, '감자 벤');
    for (const indexed of [false, true]) {
      if (indexed) await services.searchIndexer.run();
      const by = async (authorId: number, text = '감자') =>
        (await services.search.tweets({ ...ALL, text, authorId })).map(({ tweet }) => tweet.tweet);
      assert.deepEqual(await by(ada.user.id), ['감자 아다']);
      assert.deepEqual(await by(ada.user.id, 'from:ben 감자'), []);
      assert.deepEqual(await texts(services, 'from:ben'), ['감자 벤']);
      assert.deepEqual(await texts(services, 'from:me 감자', ada.user.id), ['감자 아다']);
      assert.deepEqual(await texts(services, 'from:me 감자'), []);
    }
  });

  test('lets nobody find what is not for him', async (t) => {
    const services = await startServices(t, { engine });
    const author = await services.join('Author');
    const people = {
      nobody: undefined,
      stranger: await services.join('Stranger'),
      follower: await services.join('Follower'),
      mentioned: await services.join('Mentioned'),
      blocked: await services.join('Blocked'),
      blocking: await services.join('Blocking'),
      muting: await services.join('Muting'),
      author,
    };
    for (const { viewer } of [people.follower, people.blocking, people.muting]) {
      await services.follows.follow(viewer, author.user.id);
    }
    const row = (a: Member, b: Member) => ({ user_id: a.user.id, created_at: 1, b: b.user.id });
    await services.store.write(async (tx) => {
      for (const [by, whom] of [
        [author, people.blocked],
        [people.blocking, author],
      ] as const) {
        const { b: blocked_user_id, ...rest } = row(by, whom);
        await tx
          .insertInto('blocks')
          .values({ ...rest, blocked_user_id })
          .execute();
      }
      const { b: muted_user_id, ...rest } = row(people.muting, author);
      await tx
        .insertInto('mutes')
        .values({ ...rest, muted_user_id, hides_notifications: 1, expires_at: null })
        .execute();
    });
    for (const [name, visibility] of Object.entries(VISIBILITY)) {
      await say(services, author, `수박 ${name}`, visibility);
      await say(services, author, `@mentioned 수박 ${name}`, visibility);
    }

    const all = ['public', 'unlisted', 'private', 'direct'].flatMap((name) => [
      `수박 ${name}`,
      `@mentioned 수박 ${name}`,
    ]);
    const open = all.slice(0, 2);
    const expected = {
      nobody: open,
      stranger: open,
      follower: all.slice(0, 6),
      mentioned: [...open, all[3], all[5], all[7]],
      blocked: [],
      blocking: [],
      muting: [],
      author: all,
    } as const;
    const compare = async (when: string) => {
      for (const [name, person] of Object.entries(people)) {
        const found = await texts(services, '수박', person?.user.id);
        const wanted = [...expected[name as keyof typeof expected]].toReversed();
        assert.deepEqual(found, wanted, `${name}, ${when}`);
      }
    };
    await compare('before');
    await services.searchIndexer.run();
    await compare('after');
    await services.userAdmin.suspend('@author');
    assert.deepEqual(await texts(services, '수박'), []);
    assert.deepEqual(await texts(services, '수박', people.follower.user.id), []);
  });

  test('is refused when it is too long, or no text', async (t) => {
    const services = await startServices(t, { engine });
    await texts(services, '가'.repeat(200));
    for (const text of ['가'.repeat(201), '\ud83c\udf89'.repeat(201)]) {
      await assert.rejects(texts(services, text), { code: 'search_too_long' });
    }
    await assert.rejects(texts(services, 'a\0b'), { code: 'text_invalid' });
  });
});
