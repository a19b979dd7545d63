/**
 * The lists in Redis. A list's key names its epoch and its generation, so a tweet that comes late
 * lands in no list but the one it was meant for. Every script bears its epoch in its text, and is
 * given to a server once, by whoever began the epoch: a server that does not have it has been
 * started anew, or is another one, and nothing it says is believed. Why: docs/adr/0009.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { RedisLink } from '../../redis/link.ts';

/** Which list of a viewer is meant. */
export interface ListName {
  readonly epoch: string;
  readonly userId: number;
  readonly generation: number;
}

/** A tweet on a list. */
export interface ListEntry {
  readonly id: number;
  /** A value of `VISIBILITY`. */
  readonly visibility: number;
}

export interface TimelineList {
  /** In no order; some may be there twice. */
  readonly entries: readonly ListEntry[];
  /** All tweets from this id on are there: the list is complete since then. */
  readonly floor: number;
}

/** A list as it was read. */
export interface StoredList extends TimelineList {
  /** Its first and its length, to know it again. */
  readonly head: string;
  readonly length: number;
}

/** A tweet and a viewer whose list it belongs to. */
export interface Push {
  readonly userId: number;
  readonly generation: number;
  readonly entry: ListEntry;
}

/** A list that grew this long without being read is dropped: nobody reads it. */
const MOST_ENTRIES = 800;
/** How long a list is kept that is not read; whoever reads says so every hour. */
const KEEP_MS = 26 * 3_600_000;
/** How long somebody may take to build a list. */
const BUILD_MS = 10_000;
/** Keys with the same number share a slot of Redis Cluster, so that one script takes many. */
const SLOTS = 64;
/** Lists per script: a script keeps all others waiting. */
const KEYS_PER_SCRIPT = 250;
const PUSH_TIMEOUT_MS = 1000;
/** Scripts under way at once: each waits for those before it, and its time runs meanwhile. */
const PUSHES_AT_ONCE = 16;

/** Tail of a list that is complete, with its floor; and of one that is being built, with whose. */
const [COMPLETE, BUILDING] = ['c', 'b'] as const;

const SCRIPTS = {
  read: `return redis.call('LRANGE', KEYS[1], 0, -1)`,
  begin: `
    if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
    redis.call('RPUSH', KEYS[1], ARGV[1])
    redis.call('PEXPIRE', KEYS[1], ${BUILD_MS})
    return 1`,
  install: `
    if redis.call('LINDEX', KEYS[1], -1) ~= ARGV[1] then return 0 end
    redis.call('RPOP', KEYS[1])
    redis.call('RPUSH', KEYS[1], unpack(ARGV, 2))
    redis.call('PEXPIRE', KEYS[1], ${KEEP_MS})
    return 1`,
  replace: `
    if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
    if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[2] then return 0 end
    redis.call('DEL', KEYS[1])
    redis.call('RPUSH', KEYS[1], unpack(ARGV, 3))
    redis.call('PEXPIRE', KEYS[1], ${KEEP_MS})
    return 1`,
  keep: `return redis.call('PEXPIRE', KEYS[1], ${KEEP_MS})`,
  push: `
    for i, key in ipairs(KEYS) do
      if redis.call('LPUSHX', key, ARGV[i]) > ${MOST_ENTRIES} then redis.call('UNLINK', key) end
    end
    return #KEYS`,
} as const;

type ScriptName = keyof typeof SCRIPTS;

export class TimelineLists {
  readonly #link: RedisLink;
  /** Of the epoch that was used last. */
  #scripts = { epoch: '', sha1: new Map<ScriptName, string>() };

  constructor(link: RedisLink) {
    this.#link = link;
  }

  /**
   * Gives the scripts of a new epoch to Redis, before anybody else knows of it.
   *
   * @returns the epoch
   * @throws {RedisAway}
   */
  async prepareEpoch(): Promise<string> {
    const epoch = newEpoch();
    const texts = Object.values(SCRIPTS).map((script) => scriptText(epoch, script));
    await this.#link.loadScripts(texts);
    return epoch;
  }

  /**
   * The list, when it is there and complete.
   *
   * @throws {RedisAway}
   * @throws {ScriptUnknown} when this Redis is not of the epoch; as all that follow
   */
  async read(name: ListName): Promise<StoredList | undefined> {
    const items = (await this.#run('read', name.epoch, [keyOf(name)])) as string[];
    const tail = items.at(-1);
    if (tail === undefined || !tail.startsWith(COMPLETE)) return undefined;
    return {
      entries: items.slice(0, -1).map(decode),
      floor: Number(tail.slice(1)),
      head: items[0] ?? '',
      length: items.length,
    };
  }

  /**
   * Begins a list: what is pushed from now on is kept in it, though it can't be read yet.
   *
   * @returns what to install it with; undefined when somebody else builds it
   */
  async begin(name: ListName): Promise<string | undefined> {
    const token = `${BUILDING}${randomBytes(9).toString('base64url')}`;
    const isOurs = await this.#run('begin', name.epoch, [keyOf(name)], [token]);
    return isOurs === 1 ? token : undefined;
  }

  /** Completes a list with what stood in the tables after its beginning, unless it is gone. */
  async install(name: ListName, token: string, list: TimelineList): Promise<void> {
    await this.#run('install', name.epoch, [keyOf(name)], [token, ...itemsOf(list)]);
  }

  /** Puts a shorter list in the place of one, unless that has changed since it was read. */
  async replace(name: ListName, old: StoredList, list: TimelineList): Promise<void> {
    const known = [String(old.length), old.head];
    await this.#run('replace', name.epoch, [keyOf(name)], [...known, ...itemsOf(list)]);
  }

  /** Says that somebody reads the list. */
  async keep(name: ListName): Promise<void> {
    await this.#run('keep', name.epoch, [keyOf(name)]);
  }

  /** Adds tweets to those lists that are there; all of them are, when this returns. */
  async push(epoch: string, pushes: readonly Push[]): Promise<void> {
    const parts = partsOf(pushes);
    const work = async () => {
      for (const part of parts) {
        const keys = part.map(({ userId, generation }) => keyOf({ epoch, userId, generation }));
        const items = part.map(({ entry }) => encode(entry));
        await this.#run('push', epoch, keys, items, PUSH_TIMEOUT_MS);
      }
    };
    const results = await Promise.allSettled(Array.from({ length: PUSHES_AT_ONCE }, work));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** Deletes the lists of somebody, also those that are dead, of whichever epoch. */
  async deleteAllOf(userId: number): Promise<void> {
    await this.#link.deleteMatching(`${prefixOf(userId)}*`);
  }

  #run(
    script: ScriptName,
    epoch: string,
    keys: readonly string[],
    args: readonly string[] = [],
    timeoutMs?: number,
  ): Promise<unknown> {
    const sha1 = this.#sha1(script, epoch);
    return this.#link.run(
      (client) => client.evalsha(sha1, keys.length, ...keys, ...args),
      timeoutMs,
    );
  }

  #sha1(script: ScriptName, epoch: string): string {
    if (this.#scripts.epoch !== epoch) this.#scripts = { epoch, sha1: sha1Of(epoch) };
    return this.#scripts.sha1.get(script) ?? '';
  }
}

/** Parts that one script takes. Several may take from this at once, each its own parts. */
function* partsOf(pushes: readonly Push[]): Generator<readonly Push[]> {
  const bySlot = Map.groupBy(pushes, ({ userId }) => userId % SLOTS);
  for (const some of bySlot.values()) {
    for (let at = 0; at < some.length; at += KEYS_PER_SCRIPT) {
      yield some.slice(at, at + KEYS_PER_SCRIPT);
    }
  }
}

/** A new epoch, never had before. */
export const newEpoch = () => randomBytes(12).toString('base64url');

const scriptText = (epoch: string, script: string) => `-- ${epoch}\n${script}`;

function sha1Of(epoch: string): Map<ScriptName, string> {
  return new Map(
    Object.entries(SCRIPTS).map(([name, script]) => [
      name as ScriptName,
      createHash('sha1').update(scriptText(epoch, script)).digest('hex'),
    ]),
  );
}

const prefixOf = (userId: number) => `minitter:{t${userId % SLOTS}}:${userId}:`;
const keyOf = ({ epoch, userId, generation }: ListName) =>
  `${prefixOf(userId)}${epoch}:${generation}`;

/** The id, and the visibility as its last digit: a number that Redis keeps in eight bytes. */
const encode = ({ id, visibility }: ListEntry) => `${id}${visibility}`;

const decode = (item: string): ListEntry => ({
  id: Number(item.slice(0, -1)),
  visibility: Number(item.slice(-1)),
});

const itemsOf = ({ entries, floor }: TimelineList) => [
  ...entries.map(encode),
  `${COMPLETE}${floor}`,
];
