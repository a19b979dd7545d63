/** What this server says of itself, and how many people use it. */
import type { SiteConfig } from '../config.ts';
import type { ActivityDao } from '../model/activity.ts';
import type { Store } from '../model/database.ts';
import { TweetDao } from '../model/tweets.ts';
import type { UserDao } from '../model/users.ts';
import type { Clock } from './ports.ts';

/** What does not change while the server runs. */
export interface Facts {
  readonly site: SiteConfig;
  readonly version: string;
  readonly registrations: 'open' | 'approval' | 'closed';
  /** The largest picture that can be uploaded. */
  readonly pictures: { readonly maxBytes: number; readonly maxPixels: number };
}

export interface Usage {
  readonly people: number;
  readonly activeMonth: number;
  readonly activeHalfYear: number;
  /** Without reblogs. */
  readonly tweets: number;
}

/** One week, from Monday in UTC. */
export interface Week {
  /** Epoch milliseconds. */
  readonly begins: number;
  readonly tweets: number;
  /** People who were here then, and have not been here since. */
  readonly logIns: number;
  readonly signUps: number;
}

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly activity: ActivityDao;
  readonly facts: Facts;
  readonly now: Clock;
}

const DAY_MS = 24 * 3_600_000;
const WEEK_MS = 7 * DAY_MS;
const WEEKS = 12;
/** The epoch began on a Thursday. */
const MONDAY_MS = 4 * DAY_MS;
/** All tweets are counted for it: not more often than that. */
const COUNT_EVERY_MS = 3_600_000;

export class InstanceService {
  readonly facts: Facts;
  readonly #deps: Dependencies;
  readonly #usage: () => Promise<Usage>;
  readonly #weeks: () => Promise<readonly Week[]>;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
    this.facts = dependencies.facts;
    this.#usage = hourly(dependencies.now, () => this.#countUsage());
    this.#weeks = hourly(dependencies.now, () => this.#countWeeks());
  }

  /** Up to an hour old. */
  usage(): Promise<Usage> {
    return this.#usage();
  }

  /** The last twelve weeks, this one first; up to an hour old. */
  weeks(): Promise<readonly Week[]> {
    return this.#weeks();
  }

  async #countUsage(): Promise<Usage> {
    const { store, users, activity, now } = this.#deps;
    return {
      people: await users.count(),
      activeMonth: await activity.countSince(now() - 30 * DAY_MS),
      activeHalfYear: await activity.countSince(now() - 180 * DAY_MS),
      tweets: await TweetDao.countBetween(store, 0, now()),
    };
  }

  async #countWeeks(): Promise<Week[]> {
    const { store, users, activity, now } = this.#deps;
    const thisWeek = Math.floor((now() - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS;
    const weeks: Week[] = [];
    for (let ago = 0; ago < WEEKS; ago += 1) {
      const begins = thisWeek - ago * WEEK_MS;
      const ends = begins + WEEK_MS;
      const tweets = await TweetDao.countBetween(store, begins, ends);
      const here = await activity.countSince(begins);
      const logIns = here - (await activity.countSince(ends));
      weeks.push({ begins, tweets, logIns, signUps: await users.countNew(begins, ends) });
    }
    return weeks;
  }
}

/** Makes a value anew when it is an hour old; those who ask meanwhile wait for the same one. */
function hourly<T>(now: Clock, make: () => Promise<T>): () => Promise<T> {
  let madeAt = -Infinity;
  let made: Promise<T> | undefined;
  return () => {
    if (made && now() - madeAt < COUNT_EVERY_MS) return made;
    madeAt = now();
    made = make();
    made.catch(() => {
      made = undefined;
    });
    return made;
  };
}
