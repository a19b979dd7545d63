/**
 * Brings stored tweets into the lists they belong to. A tweet stands in the outbox from its own
 * transaction on until that is done; readers add what stands there, so nobody has to wait, and what
 * a server leaves undone another finds.
 */
import type { Log, TimelineEntry } from '../../../service/ports.ts';
import { ScriptUnknown } from '../../redis/link.ts';
import { newEpoch, type Push, type TimelineLists } from './lists.ts';

/** A tweet's audience, one of it. */
export interface Listener {
  readonly author: number;
  readonly viewer: number;
  readonly generation: number;
}

/** The outbox, and who is to get what is in it. */
export interface Outbox {
  epoch(): Promise<string>;
  /** Ends the epoch `from`; tweets up to `upTo`, if given, leave the outbox with it. */
  renewEpoch(from: string, to: string, upTo?: number): Promise<void>;
  /** Those to whom the tweets of these authors belong now, in parts of `limit` at most. */
  listeners(authors: readonly number[], limit: number): AsyncIterable<readonly Listener[]>;
  /** The oldest tweets that are in it, below an id. */
  unpushed(below: number, limit: number): Promise<readonly TimelineEntry[]>;
  /** Which of these tweets are in it still. */
  stillUnpushed(tweetIds: readonly number[]): Promise<ReadonlySet<number>>;
  pushed(tweetIds: readonly number[]): Promise<void>;
}

export interface PusherParts {
  readonly lists: TimelineLists;
  readonly outbox: Outbox;
  /** Begins another epoch in place of `from`. */
  readonly renewEpoch: (from: string) => Promise<void>;
  /** The id that a tweet would have that was written at this time, in epoch milliseconds. */
  readonly idAt: (time: number) => number;
  readonly now: () => number;
  readonly log: Log;
}

/** Tweets pushed together. */
const BATCH = 200;
const LISTENERS = 10_000;
const SWEEP_MS = 1000;
/** A tweet that has been in the outbox for so long was left there by somebody. */
const OVERDUE_MS = 2000;
/** With so many in the outbox that cannot be pushed, all lists are given up instead. */
const MOST_UNPUSHED = 1000;

export class Pusher {
  readonly #parts: PusherParts;
  readonly #queue: TimelineEntry[] = [];
  #draining: Promise<void> | undefined;
  #sweeping: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(parts: PusherParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.sweep().finally(() => (this.#sweeping = undefined));
    }, SWEEP_MS);
    this.#timer.unref();
  }

  /** A tweet has been stored. */
  add(entry: TimelineEntry): void {
    this.#queue.push(entry);
    this.#draining ??= this.#drain().finally(() => (this.#draining = undefined));
  }

  /** Pushes what was left in the outbox, by whomever; what fails is tried again next time. */
  async sweep(): Promise<void> {
    const { outbox, now, idAt, log } = this.#parts;
    try {
      const overdue = await outbox.unpushed(idAt(now() - OVERDUE_MS), MOST_UNPUSHED);
      for (let at = 0; at < overdue.length; at += BATCH) {
        const isDone = await this.#push(overdue.slice(at, at + BATCH));
        if (isDone) continue;
        if (overdue.length === MOST_UNPUSHED) await this.#giveUp(overdue.at(-1)?.id ?? 0);
        return;
      }
    } catch (error) {
      log.warn({ err: error }, 'the outbox of timelines was not looked through');
    }
  }

  /** Ends what is under way; what waits is left to others. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#draining;
    await this.#sweeping;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) await this.#push(this.#queue.splice(0, BATCH));
  }

  /** @returns whether they are in all lists now, and out of the outbox */
  async #push(entries: readonly TimelineEntry[]): Promise<boolean> {
    try {
      await this.#pushToAll(entries);
      await this.#parts.outbox.pushed(entries.map(({ id }) => id));
      return true;
    } catch {
      // They stay in the outbox: readers look there, and the next sweep finds them.
      return false;
    }
  }

  async #pushToAll(entries: readonly TimelineEntry[]): Promise<void> {
    const { lists, outbox } = this.#parts;
    const ids = entries.map(({ id }) => id);
    const authors = [...new Set(entries.map(({ user_id }) => user_id))].toSorted((a, b) => a - b);
    // After the tweets were committed: a list of a later epoch or generation has them from the tables.
    const epoch = await outbox.epoch();
    try {
      for await (const listeners of outbox.listeners(authors, LISTENERS)) {
        // After the generations were read: who deletes one of the tweets from now on raises them.
        const there = await outbox.stillUnpushed(ids);
        await lists.push(
          epoch,
          pushesOf(
            entries.filter(({ id }) => there.has(id)),
            listeners,
          ),
        );
      }
    } catch (error) {
      if (error instanceof ScriptUnknown) await this.#parts.renewEpoch(epoch);
      throw error;
    }
  }

  /** Redis has been away for long: no list shall be believed, and the outbox be short again. */
  async #giveUp(upTo: number): Promise<void> {
    const { outbox } = this.#parts;
    await outbox.renewEpoch(await outbox.epoch(), newEpoch(), upTo);
  }
}

function pushesOf(entries: readonly TimelineEntry[], listeners: readonly Listener[]): Push[] {
  const byAuthor = Map.groupBy(entries, ({ user_id }) => user_id);
  return listeners.flatMap(({ author, viewer, generation }) =>
    (byAuthor.get(author) ?? []).map((entry) => ({ userId: viewer, generation, entry })),
  );
}
