/**
 * Adopting a course database: its people, follows and tweets come here with their ids, times and
 * passwords. What was taken stays, so it can be broken off and run again; then only what is new in
 * the source is added.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { OutsideChangeDao } from '../model/outside-changes.ts';
import type { SearchProgressDao } from '../model/search-progress.ts';
import type { LeaseDao } from '../model/leases.ts';
import type { TimelineJournal } from '../model/timeline-journal.ts';
import { takeFollows } from './adopted-follows.ts';
import type { AdoptionDeps, Outcome, RoundFacts, RowRemark } from './adopted-rows.ts';
import { takeTweets, withTwins } from './adopted-tweets.ts';
import { takeUsers } from './adopted-users.ts';
import type { PasswordHasher } from './passwords.ts';
import type { Clock, CourseDatabase } from './ports.ts';

export type { Change, Refusal } from './adopted-rows.ts';

/** What is being read. */
export type Part = 'users' | 'follows' | 'tweets';

/** A row of the source that was not taken, or not as it was. */
export interface Remark extends RowRemark {
  readonly part: Part;
}

/** Told how the work goes on. What it throws ends the work between two batches. */
export interface AdoptionWatcher {
  start(part: Part, total: number): void;
  advance(rows: number): void;
  finish(): void;
  remark(remark: Remark): void;
}

/** Rows of one part. */
export interface Tally {
  readonly taken: number;
  /** They were there already, or have been removed here since. */
  readonly known: number;
  readonly refused: number;
}

export type AdoptionReport = Readonly<Record<Part, Tally>>;

interface Dependencies extends AdoptionDeps {
  readonly outsideChanges: OutsideChangeDao;
  /** Where servers share timelines outside the database. */
  readonly journal: TimelineJournal;
  readonly searchProgress: SearchProgressDao;
  readonly leases: LeaseDao;
  readonly passwords: PasswordHasher;
  readonly now: Clock;
}

/** One reading of a source, from its first row to its last. */
interface Round extends RoundFacts {
  readonly newUsers: Set<number>;
  /** The newest time in the source so far, in epoch milliseconds. */
  newest: number;
  readonly renew: () => Promise<void>;
  readonly watcher: AdoptionWatcher;
}

/** The database cannot be adopted into; the message says why, for the administrator. */
export class AdoptionRefused extends Error {}

const LEASE = 'import';
const LEASE_MS = 60_000;
const RENEW_MS = 15_000;
/** The source may have stored rows a while after the time that stands in them. */
const OVERLAP_MS = 3_600_000;

export class AdoptionService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Takes all of `source` that is not here yet.
   *
   * @throws {AdoptionRefused} when people or tweets are here that do not come from it
   * @throws whatever `watcher` throws; what was taken until then stays
   */
  async run(source: CourseDatabase, watcher: AdoptionWatcher): Promise<AdoptionReport> {
    const { store, adoptions } = this.#deps;
    const lease = await this.#takeLease();
    try {
      await this.#refuseNative();
      const round = { ...(await this.#newRound()), renew: lease.renew, watcher };
      const report = {
        users: await this.#take('users', source, round),
        follows: await this.#take('follows', source, round),
        tweets: await this.#take('tweets', source, round),
      };
      await store.write((tx) => adoptions.note(tx, { complete_until: round.newest }));
      return report;
    } finally {
      await this.#tellServers();
      await lease.release();
    }
  }

  /** What servers keep of timelines is worth nothing now; and older tweets have come. */
  async #tellServers(): Promise<void> {
    const { store, outsideChanges, searchProgress, journal } = this.#deps;
    await store.write(async (tx) => {
      await searchProgress.startOver(tx);
      await outsideChanges.tell(tx);
    });
    await journal.renewEpoch(await journal.epoch(), randomBytes(16).toString('hex'));
  }

  async #newRound() {
    const { passwords, now } = this.#deps;
    return {
      unusable: await passwords.hash(randomUUID()),
      since: await this.#knownSince(),
      now: now(),
      newUsers: new Set<number>(),
      newest: 0,
    };
  }

  /** Takes one part of the source, batch by batch. */
  async #take(part: Part, source: CourseDatabase, round: Round): Promise<Tally> {
    const { store } = this.#deps;
    const { watcher } = round;
    const { table, batches, take } = PARTS[part];
    let tally = { taken: 0, known: 0, refused: 0 };
    watcher.start(part, await source.count(table));
    for await (const batch of batches(source)) {
      await round.renew();
      // The unit may run again: what it did is noted once it is stored.
      const outcome = await store.write((tx) => take(this.#deps, round, tx, batch as never));
      for (const id of outcome.newUsers ?? []) round.newUsers.add(id);
      for (const remark of outcome.remarks) watcher.remark({ part, ...remark });
      for (const { created_at } of batch) round.newest = Math.max(round.newest, created_at ?? 0);
      tally = added(tally, outcome);
      watcher.advance(batch.length);
    }
    watcher.finish();
    return tally;
  }

  /** Older rows have been looked at; epoch milliseconds. */
  async #knownSince(): Promise<number> {
    const until = (await this.#deps.adoptions.find())?.complete_until ?? null;
    return until === null ? Number.NEGATIVE_INFINITY : until - OVERLAP_MS;
  }

  /** @throws {AdoptionRefused} */
  async #refuseNative(): Promise<void> {
    const { adoptions } = this.#deps;
    const before = await adoptions.find();
    if (await adoptions.hasUsersAbove(before?.highest_user_id ?? 0)) {
      throw new AdoptionRefused(
        'People have signed up here already. Import into an empty database.',
      );
    }
    if (await adoptions.hasTweetsAbove(before?.highest_tweet_id ?? 0)) {
      throw new AdoptionRefused(
        'Tweets have been written here already. Import before people begin to use the server.',
      );
    }
  }

  /** @throws {AdoptionRefused} when another import is running */
  async #takeLease() {
    const { leases, now } = this.#deps;
    const holder = randomUUID();
    let renewAt = 0;
    const renew = async () => {
      if (now() < renewAt) return;
      if (!(await leases.acquire(LEASE, holder, now(), LEASE_MS))) {
        throw new AdoptionRefused(
          'Another import is running, or was cut off less than a minute ago. Try again then.',
        );
      }
      renewAt = now() + RENEW_MS;
    };
    await renew();
    return { renew, release: () => leases.release(LEASE, holder) };
  }
}

/** How each part is read and taken. */
const PARTS = {
  users: {
    table: 'users',
    batches: (source: CourseDatabase) => source.users(),
    take: takeUsers,
  },
  follows: {
    table: 'users_follow_list',
    batches: (source: CourseDatabase) => source.follows(),
    take: takeFollows,
  },
  tweets: {
    table: 'tweets',
    batches: (source: CourseDatabase) => withTwins(source.tweets()),
    take: takeTweets,
  },
} as const;

function added(tally: Tally, { taken, known, remarks }: Outcome): Tally {
  return {
    taken: tally.taken + taken,
    known: tally.known + known,
    refused: tally.refused + remarks.filter(({ refused }) => refused !== undefined).length,
  };
}
