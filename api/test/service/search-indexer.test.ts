import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeaseDao } from '../../src/model/leases.ts';
import { tweetIdAt } from '../../src/model/tweet-ids.ts';
import { VISIBILITY } from '../../src/service/tweets.ts';
import { SearchIndexer } from '../../src/service/search-indexer.ts';
import { describeOnEngines } from '../kit/engines.ts';
import { HOUR, MINUTE, SECOND } from '../kit/fake-clock.ts';
import { startServices, type TestServices } from '../kit/services.ts';

/** Stores tweets as if they had been there for long, one a second until an hour ago. */
async function older(services: TestServices, userId: number, count: number): Promise<number[]> {
  const { model, clock } = services;
  const first = clock.now() - HOUR - count * SECOND;
  const rows = Array.from({ length: count }, (_, n) => ({
    id: tweetIdAt(first + n * SECOND),
    user_id: userId,
    tweet: `고구마 ${n}`,
    visibility: 0,
    reply_to_id: null,
    reblog_of_id: null,
    created_at: first + n * SECOND,
  }));
  await model.store.write(async (tx) => {
    for (let from = 0; from < count; from += 100) {
      await tx
        .insertInto('tweets')
        .values(rows.slice(from, from + 100))
        .execute();
    }
  });
  return rows.map(({ id }) => id);
}

const another = ({ model }: TestServices) =>
  new SearchIndexer({
    ...model,
    leases: new LeaseDao(model.store),
    log: { warn: () => {}, error: () => {} },
  });

async function indexed({ model }: TestServices, ids: readonly number[]): Promise<number[]> {
  return model.searchTerms.among('고', ids);
}

describeOnEngines('the index of the search', (engine) => {
  test('takes on what was there before, the newest first, and goes on where it was stopped', async (t) => {
    const services = await startServices(t, { engine });
    const ada = await services.join('Ada');
    const ids = await older(services, ada.user.id, 450);
    const first = another(services);
    const running = first.run();
    await first.stop();
    await running;
    // People came first; now tweets do.
    const second = another(services);
    const again = second.run();
    await second.stop();
    await again;
    const some = await indexed(services, ids);
    assert.ok(some.length < ids.length, 'it was stopped');
    assert.deepEqual(some, ids.slice(ids.length - some.length), 'the newest');

    await services.searchIndexer.run();
    assert.deepEqual(await indexed(services, ids), ids);
    const search = { text: '고구마 7', viewerId: undefined, limit: 10 };
    assert.deepEqual(
      (await services.search.tweets(search)).map(({ tweet }) => tweet.tweet),
      ['고구마 7'],
    );
  });

  test('is made by one server at a time', async (t) => {
    const services = await startServices(t, { engine });
    const ada = await services.join('Ada');
    await services.searchIndexer.run();
    const ids = await older(services, ada.user.id, 1);
    await services.store.write((tx) => services.model.searchProgress.startOver(tx));
    await another(services).run();
    assert.deepEqual(await indexed(services, ids), []);
    // That server is gone, it seems.
    services.clock.pass(2 * MINUTE);
    await another(services).run();
    assert.deepEqual(await indexed(services, ids), ids);
  });

  test('looks at everything again when older tweets have come', async (t) => {
    const services = await startServices(t, { engine });
    const ada = await services.join('Ada');
    const id = await services.tweets.publish(ada.viewer, { text: '고구마' });
    await services.searchIndexer.run();
    const ids = await older(services, ada.user.id, 3);
    await services.searchIndexer.run();
    assert.deepEqual(await indexed(services, ids), []);
    await services.store.write((tx) => services.model.searchProgress.startOver(tx));
    await services.searchIndexer.run();
    assert.deepEqual(await indexed(services, [...ids, id]), [...ids, id]);
  });

  test('lets a few new tweets wait for more, not for long', async (t) => {
    const services = await startServices(t, { engine });
    const ada = await services.join('Ada');
    await services.searchIndexer.run();
    services.clock.pass(SECOND);
    const id = await services.tweets.publish(ada.viewer, { text: '고구마' });
    await services.searchIndexer.run(true);
    assert.deepEqual(await indexed(services, [id]), []);
    services.clock.pass(2 * MINUTE);
    await services.searchIndexer.run(true);
    assert.deepEqual(await indexed(services, [id]), [id]);
  });

  test('leaves reblogs out', async (t) => {
    const services = await startServices(t, { engine });
    const [ada, ben] = [await services.join('Ada'), await services.join('Ben')];
    const id = await services.tweets.publish(ada.viewer, { text: '고구마' });
    await services.reactions.reblog(ben.viewer, id, VISIBILITY.public);
    const find = async () =>
      (await services.search.tweets({ text: '고구마', viewerId: undefined, limit: 9 })).map(
        ({ tweet }) => tweet.id,
      );
    assert.deepEqual(await find(), [id]);
    await services.searchIndexer.run();
    assert.deepEqual(await find(), [id]);
  });

  if (engine === 'mysql') {
    test('gets what was committed late', async (t) => {
      const services = await startServices(t, { engine });
      const ada = await services.join('Ada');
      await services.tweets.publish(ada.viewer, { text: '감자' });
      await services.searchIndexer.run();
      // Its id was given before the other tweet's.
      const time = services.clock.now() - 5 * SECOND;
      await services.store.write((tx) =>
        tx
          .insertInto('tweets')
          .values({
            id: tweetIdAt(time),
            user_id: ada.user.id,
            tweet: '고구마',
            visibility: 0,
            reply_to_id: null,
            reblog_of_id: null,
            created_at: time,
          })
          .execute(),
      );
      const search = { text: '고구마', viewerId: undefined, limit: 9 };
      assert.equal((await services.search.tweets(search)).length, 1, 'before it is indexed');
      await services.searchIndexer.run();
      assert.deepEqual(await indexed(services, [tweetIdAt(time)]), [tweetIdAt(time)]);
      assert.equal((await services.search.tweets(search)).length, 1, 'and after');
    });
  }
});
