/** Follows and unfollows, each with a look at the timeline: all that belongs there, and no more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { clientOf, type Person } from '../../api/test/kit/app.ts';
import { homeOf } from './checks.ts';

export interface StormResult {
  readonly looks: number;
  /** Timelines that missed a tweet, or had one of somebody who was not followed. */
  readonly wrong: number;
  /** Requests that were not answered with 200. */
  readonly failed: number;
}

interface StormOptions {
  /** Asked in turn. */
  readonly urls: readonly string[];
  readonly authors: readonly Person[];
  readonly readers: readonly Person[];
  /** For controls: people only believe that they have ended a follow. */
  readonly forgetsUnfollows?: boolean;
}

const TWEET_EVERY_MS = 40;

export class Storm {
  readonly #options: StormOptions;
  /** Acknowledged tweets by author. */
  readonly #stored = new Map<number, string[]>();
  readonly #run: string;
  #isOver = false;
  #looks = 0;
  #wrong = 0;
  #failed = 0;
  #running: Promise<unknown> | undefined;

  /** @param run tells this storm's tweets from those of others */
  constructor(run: string, options: StormOptions) {
    this.#run = run;
    this.#options = options;
  }

  start(): void {
    const { authors, readers } = this.#options;
    this.#running = Promise.all([
      ...authors.map((author) => this.#tweetOn(author)),
      ...readers.map((reader) => this.#wander(reader)),
    ]);
  }

  async stop(): Promise<StormResult> {
    this.#isOver = true;
    await this.#running;
    return { looks: this.#looks, wrong: this.#wrong, failed: this.#failed };
  }

  async #tweetOn(author: Person): Promise<void> {
    const texts: string[] = [];
    this.#stored.set(author.id, texts);
    for (let n = 0; !this.#isOver; n += 1) {
      const tweet = `${this.#run} ${author.id} says ${n}`;
      if (await this.#post(n, '/tweet', author, { tweet })) texts.push(tweet);
      await sleep(TWEET_EVERY_MS);
    }
  }

  async #wander(reader: Person): Promise<void> {
    const { authors, forgetsUnfollows } = this.#options;
    const followed = new Set<number>();
    for (let n = 0; !this.#isOver; n += 1) {
      const { id } = authors[n % authors.length] as Person;
      if (!followed.has(id)) {
        if (await this.#post(n, '/follow', reader, { follow: id })) followed.add(id);
      } else if (forgetsUnfollows || (await this.#post(n, '/unfollow', reader, { unfollow: id }))) {
        followed.delete(id);
      }
      await this.#look(n, reader, followed);
    }
  }

  async #look(n: number, reader: Person, followed: ReadonlySet<number>): Promise<void> {
    // Of each a few: the page is long enough for them and for what is tweeted meanwhile.
    const known = [...followed].flatMap((id) => this.#stored.get(id)?.slice(-20) ?? []);
    try {
      const shown = (await homeOf(this.#url(n + 1), reader, 100)).filter((text) =>
        text.startsWith(this.#run),
      );
      const isStrange = (text: string) => !followed.has(Number(text.split(' ')[1]));
      const there = new Set(shown);
      this.#looks += 1;
      if (shown.some(isStrange) || known.some((text) => !there.has(text))) this.#wrong += 1;
    } catch {
      this.#failed += 1;
    }
  }

  async #post(n: number, path: `/${string}`, as: Person, json: object): Promise<boolean> {
    try {
      const { status } = await clientOf(this.#url(n)).call(`POST ${path}`, { as, json });
      if (status === 200) return true;
    } catch {
      // Counted below.
    }
    this.#failed += 1;
    return false;
  }

  #url(n: number): string {
    const { urls } = this.#options;
    return urls[n % urls.length] as string;
  }
}
