/** Builds the model: the database at the newest schema, its clock, and the DAOs. */
import { signingKey } from '../adapter/signing-key.ts';
import type { Config } from '../config.ts';
import { makeDaos } from '../model/daos.ts';
import { migrate, migrationsUpTo, WAITING } from '../model/migrate.ts';
import { NodeLease } from '../model/node-lease.ts';
import { openStore } from '../model/open.ts';
import { SharedClock } from '../model/shared-clock.ts';
import { TimelineJournal } from '../model/timeline-journal.ts';
import { TweetIds } from '../model/tweet-ids.ts';
import { TweetDao } from '../model/tweets.ts';
import { formerNameHash } from '../service/former-names.ts';
import { SearchIndex } from '../service/search-index.ts';
import type { Instruments } from '../view/metrics/instruments.ts';
import type { Surroundings } from './surroundings.ts';

/** Names that an older release has stored, and that are forgotten in one unit. */
const NAMES_PER_UNIT = 500;

/**
 * Opens the database and brings it to the newest schema.
 *
 * @param instruments measure it, where somebody wants to know
 * @throws {Error} with a readable sentence when the database cannot be had
 */
export async function openModel(
  config: Config,
  { log, closers, overrides }: Surroundings,
  instruments: Instruments | undefined,
) {
  const store = await openStore(config.database, { lock: true, times: instruments?.database });
  closers.push(() => store.close());
  await migrate(store, migrationsUpTo(), () => log.warn({}, WAITING));
  const clock = await SharedClock.start(store);
  closers.push(() => clock.stop());
  const now = overrides.now ?? clock.now;
  const lease = await NodeLease.take(store, now);
  closers.push(() => lease.release());
  const ids = new TweetIds({ node: lease.node, above: await TweetDao.highestId(store), now });
  const journal = config.timelines.store === 'redis' ? new TimelineJournal(store) : undefined;
  const hashOf = formerNameHash(signingKey(config.secret, config.dataDir));
  const daos = makeDaos(store, ids, hashOf, journal);
  while ((await store.write((tx) => daos.formerUsers.forgetNames(tx, NAMES_PER_UNIT))) > 0);
  return {
    store,
    now,
    journal,
    ...daos,
    searchIndex: new SearchIndex(daos),
  };
}

/** The store, its clock, and every DAO. */
export type Model = Awaited<ReturnType<typeof openModel>>;
