/** Timelines from pieces that lie ready are, byte for byte, what the database says at that moment. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FilterDao } from '../../../src/model/filters.ts';
import { FilterMatchers } from '../../../src/service/filter-matchers.ts';
import { ReadyPages } from '../../../src/service/ready-pages.ts';
import { ReadyTweets } from '../../../src/service/ready-tweets.ts';
import type { Viewer } from '../../../src/service/sessions.ts';
import { TOUCHED_KINDS, type TouchedKind } from '../../../src/model/touched-rows.ts';
import { presentStatus } from '../../../src/view/mastodon/present-status.ts';
import { statusWriting } from '../../../src/view/mastodon/ready-status.ts';
import { siteAt } from '../../../src/view/mastodon/site.ts';
import { type Person, startApp, type TestApp } from '../../kit/app.ts';

const NAMES = ['Ada', 'Bo', 'Cy', 'Di'];
const STEPS = 120;
const PAGE = { below: undefined, above: undefined, fromBelow: false, limit: 20 };
const HOUR_MS = 3_600_000;

const viewerOf = ({ id }: Person): Viewer => ({ userId: id, jti: '', scopes: '' });

/** What the home timeline of somebody is, straight from the database. */
async function plainly({ app: { services }, url }: TestApp, person: Person) {
  const ids = await services.feeds.home(viewerOf(person), PAGE);
  const views = await services.tweetViews.load(ids, person.id);
  return { ids, text: JSON.stringify(views.map((view) => presentStatus(view, siteAt(url)))) };
}

/** Numbers below `below`, the same ones each time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Something that people do, chosen by the dice; what is refused is no harm. */
async function doSomething(
  { call }: TestApp,
  people: readonly Person[],
  roll: ReturnType<typeof dice>,
) {
  const one = <T>(list: readonly T[]): T => list[roll(list.length)] as T;
  const [as, other] = [one(people), one(people)];
  const home = await call('GET /api/v1/timelines/home', { as });
  const status = home.body.length > 0 ? (one(home.body) as { id: string }) : { id: '1' };
  const mine = home.body.find(
    ({ account }: { account: { id: string } }) => Number(account.id) === as.id,
  );
  const own = (mine ?? status) as { id: string };
  const text = `${one(['Tea', 'Rain', '#bread'])} ${roll(1000)} @${other.name.toLowerCase()}`;
  const post = (json: object) => call('POST /api/v1/statuses', { as, json });
  const react = (what: string) => call(`POST /api/v1/statuses/${status.id}/${what}`, { as });
  await one([
    () => post({ status: text }),
    () => post({ status: text, in_reply_to_id: status.id }),
    () => post({ status: text, visibility: one(['unlisted', 'private']) }),
    () => call(`PUT /api/v1/statuses/${own.id}`, { as, json: { status: `${text}, rather` } }),
    () => call(`DELETE /api/v1/statuses/${own.id}`, { as }),
    () => react(one(['favourite', 'favourite', 'unfavourite'])),
    () => react(one(['reblog', 'reblog', 'unreblog'])),
    () => react(one(['bookmark', 'unbookmark', 'mute', 'unmute'])),
    () => call(`POST /api/v1/statuses/${own.id}/${one(['pin', 'unpin'])}`, { as }),
    () => toggleFilter(call, as),
    () =>
      call(`POST /api/v1/accounts/${other.id}/${one(['follow', 'follow', 'unfollow'])}`, { as }),
    () =>
      call('PATCH /api/v1/accounts/update_credentials', {
        as,
        json: { display_name: `${as.name} ${roll(1000)}`, note: text },
      }),
  ])();
}

/** Gives somebody a filter, or takes it away. */
async function toggleFilter(call: TestApp['call'], as: Person) {
  const { body } = await call('GET /api/v2/filters', { as });
  const [filter] = body as { id: string }[];
  if (filter) return call(`DELETE /api/v2/filters/${filter.id}`, { as });
  const json = { title: 'Tea', context: ['home'], keywords_attributes: [{ keyword: 'tea' }] };
  return call('POST /api/v2/filters', { as, json });
}

/** Lets people do many things, until a ready timeline is not what it should be. */
async function history(
  t: TestContext,
  isWrong: (app: TestApp, person: Person) => Promise<boolean>,
) {
  const app = await startApp(t);
  const people: Person[] = [];
  for (const name of NAMES) people.push(await app.join(name));
  const roll = dice(7);
  let wrong = 0;
  for (let step = 0; step < STEPS; step += 1) {
    await doSomething(app, people, roll);
    for (const person of people) if (await isWrong(app, person)) wrong += 1;
    if (wrong > 0) break;
  }
  return { app, people, wrong };
}

test('whatever people do, the answer is what the database says', async (t) => {
  const isWrong = async (app: TestApp, as: Person) => {
    const { text } = await app.call('GET /api/v1/timelines/home', { as });
    return text !== (await plainly(app, as)).text;
  };
  const { app, people, wrong } = await history(t, isWrong);
  assert.ok(app.app.services.readyPages, 'there is something to be tested');
  assert.equal(wrong, 0);

  // With a person goes what he has liked, said and followed.
  const gone = people[0] as Person;
  await app.app.store.write((tx) => tx.deleteFrom('users').where('id', '=', gone.id).execute());
  app.app.services.timelines.userChanged(gone.id);
  for (const person of people.slice(1)) {
    app.app.services.timelines.followsChanged(person.id);
    assert.equal(await isWrong(app, person), false, person.name);
  }
});

for (const forgetful of ['tweets', 'pages'] as const) {
  for (const kind of TOUCHED_KINDS) {
    test(`control: it is seen when ready ${forgetful} are not told of: ${kind}`, async (t) => {
      let pages: ReadyPages | undefined;
      const { wrong } = await history(t, async (app, person) => {
        pages ??= forgetting(app, forgetful, kind);
        const { ids, text } = await plainly(app, person);
        const page = await pages.page(ids, { viewerId: person.id, url: app.url, isFirst: true });
        return page !== undefined && page.json.toString() !== text;
      });
      assert.ok(wrong > 0);
    });
  }
}

/** Ready pages, when they or what they are made of are not told of one kind of rows. */
function forgetting(
  { app: { services, store } }: TestApp,
  forgetful: 'tweets' | 'pages',
  kind: TouchedKind,
): ReadyPages {
  const { tweetViews, userViews } = services;
  const filters = new FilterDao(store);
  const filterMatchers = new FilterMatchers({ filters, believeMs: HOUR_MS, now: Date.now });
  const parts = { tweetViews, userViews, filterMatchers, bytes: 2 ** 20 };
  const tweets = new ReadyTweets({ ...parts, writing: statusWriting });
  const pages = new ReadyPages({ readyTweets: tweets, bytes: 2 ** 20 });
  store.hearTouched((rows) => {
    const some = { ...rows, [kind]: new Set<number>() };
    tweets.touched(forgetful === 'tweets' ? some : rows);
    pages.touched(forgetful === 'pages' ? some : rows);
  });
  return pages;
}
