/** How much this server is used, in numbers. */
import type { ActivityDao } from '../model/activity.ts';
import type { FollowDao } from '../model/follows.ts';
import { TweetDao } from '../model/tweets.ts';
import type { UserDao } from '../model/users.ts';
import type { Store } from '../model/database.ts';
import type { Clock } from './ports.ts';

export interface Stats {
  readonly people: number;
  /** People who were here in the last day, 7 days, 30 days; to within an hour. */
  readonly active: { readonly day: number; readonly week: number; readonly month: number };
  readonly follows: number;
  /** Tweets by day in UTC, without reblogs, the oldest day first; today's so far. */
  readonly tweets: readonly { readonly day: string; readonly tweets: number }[];
}

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly follows: FollowDao;
  readonly activity: ActivityDao;
  readonly now: Clock;
}

const DAY_MS = 24 * 3_600_000;
const DAYS_OF_TWEETS = 14;

export class StatsService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** Counts. It reads indexes and the tweets of two weeks: docs/people.md says what that costs. */
  async read(): Promise<Stats> {
    const { users, follows } = this.#deps;
    return {
      people: await users.count(),
      active: {
        day: await this.#activeFor(1),
        week: await this.#activeFor(7),
        month: await this.#activeFor(30),
      },
      follows: await follows.count(),
      tweets: await this.#tweetsByDay(),
    };
  }

  #activeFor(days: number): Promise<number> {
    const { activity, now } = this.#deps;
    return activity.countSince(now() - days * DAY_MS);
  }

  async #tweetsByDay(): Promise<Stats['tweets']> {
    const { store, now } = this.#deps;
    const today = Math.floor(now() / DAY_MS) * DAY_MS;
    const days = [];
    for (let ago = DAYS_OF_TWEETS - 1; ago >= 0; ago -= 1) {
      const from = today - ago * DAY_MS;
      const tweets = await TweetDao.countBetween(store, from, from + DAY_MS);
      days.push({ day: new Date(from).toISOString().slice(0, 10), tweets });
    }
    return days;
  }
}
