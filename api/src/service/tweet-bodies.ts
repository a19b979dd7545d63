/** Tweets as ready-made JSON: a page is put together from bytes, not from objects. */
import type { TweetDao, TweetText } from '../model/tweets.ts';
import type { BytesById } from './ports.ts';
import { Slabs } from './slabs.ts';

interface Dependencies {
  readonly tweets: TweetDao;
  /** One tweet as a JSON object. */
  readonly encode: (tweet: TweetText) => Uint8Array;
  /** Where encoded tweets are kept; without one each page is encoded anew. */
  readonly cache: BytesById | undefined;
}

/** What stands around a list of tweets, in ASCII. */
export interface Frame {
  readonly start: string;
  readonly end: string;
}

/** A list of tweets in its frame. */
export interface TweetList {
  readonly json: Buffer;
  /** False when some of the tweets are not there any more. */
  readonly isWhole: boolean;
}

const [OPEN, COMMA, CLOSE] = ['[', ',', ']'].map((sign) => sign.charCodeAt(0)) as [
  number,
  number,
  number,
];

export class TweetBodies {
  readonly #deps: Dependencies;
  /** Cache handles of the page that is being put together. */
  readonly #handles: number[] = [];
  readonly #slabs = new Slabs();
  /** How many bodies were taken away: what was read before is not put back behind it. */
  #removals = 0;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * The tweets in this order as a JSON array between `start` and `end`, which are ASCII; undefined
   * when some must be loaded first.
   */
  ready(ids: readonly number[], { start, end }: Frame): Buffer | undefined {
    const { cache } = this.#deps;
    if (!cache) return undefined;
    const handles = this.#handles;
    let length = start.length + Math.max(2, ids.length + 1) + end.length;
    for (let i = 0; i < ids.length; i += 1) {
      const handle = cache.find(ids[i] as number);
      if (handle < 0) return undefined;
      handles[i] = handle;
      length += cache.length(handle);
    }
    const json = this.#slabs.allocate(length);
    let at = json.write(start, 'latin1');
    json[at++] = OPEN;
    for (let i = 0; i < ids.length; i += 1) {
      if (i > 0) json[at++] = COMMA;
      at += cache.copy(handles[i] as number, json, at);
    }
    json[at++] = CLOSE;
    json.write(end, at, 'latin1');
    return json;
  }

  /** The same, with those that are not ready read from the database. */
  async load(ids: readonly number[], { start, end }: Frame): Promise<TweetList> {
    const { tweets, encode, cache } = this.#deps;
    const bodies = ids.map((id) => this.#cached(id));
    const missing = ids.filter((_, i) => !bodies[i]);
    const loaded = new Map<number, Uint8Array>();
    const removals = this.#removals;
    for (const tweet of missing.length > 0 ? await tweets.findTexts(missing) : []) {
      const body = encode(tweet);
      loaded.set(tweet.id, body);
      if (removals === this.#removals) cache?.put(tweet.id, body);
    }
    const there = ids.flatMap((id, i) => bodies[i] ?? loaded.get(id) ?? []);
    const parts = there.flatMap((body, i) => (i === 0 ? [body] : [Buffer.of(COMMA), body]));
    return {
      json: Buffer.concat([Buffer.from(`${start}[`), ...parts, Buffer.from(`]${end}`)]),
      isWhole: there.length === ids.length,
    };
  }

  /** A tweet has just been stored; it will soon be read. */
  added(tweet: TweetText): void {
    this.#deps.cache?.put(tweet.id, this.#deps.encode(tweet));
  }

  removed(id: number): void {
    this.#removals += 1;
    this.#deps.cache?.delete(id);
  }

  #cached(id: number): Uint8Array | undefined {
    const { cache } = this.#deps;
    const handle = cache?.find(id) ?? -1;
    if (!cache || handle < 0) return undefined;
    const body = Buffer.allocUnsafe(cache.length(handle));
    cache.copy(handle, body, 0);
    return body;
  }
}
