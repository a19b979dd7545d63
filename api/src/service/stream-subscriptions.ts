/** Who is connected, and what for. */
import type { NotificationView } from './notifications.ts';
import type { TweetView } from './tweet-views.ts';

/** What somebody can listen to. */
export type Channel =
  /** His home timeline, and what is of interest to him alone. */
  | { readonly kind: 'home'; readonly withNotifications: boolean }
  | { readonly kind: 'notifications' }
  /** Direct messages, his own and those to him. */
  | { readonly kind: 'direct' }
  /** What everybody says to everybody. */
  | { readonly kind: 'public'; readonly withMedia: boolean }
  /** @see foldKey */
  | { readonly kind: 'hashtag'; readonly key: string }
  | { readonly kind: 'list'; readonly listId: number }
  /** What comes from other servers: there are none. */
  | { readonly kind: 'nothing' };

/** What a listener hears. Many may be told of the very same object, so it can be rendered once. */
export type StreamEvent =
  | { readonly kind: 'tweet posted' | 'tweet edited'; readonly view: TweetView }
  | { readonly kind: 'tweet deleted'; readonly id: number }
  | { readonly kind: 'notified'; readonly view: NotificationView }
  | { readonly kind: 'filters changed' };

export interface Subscription {
  readonly userId: number;
  readonly channel: Channel;
  readonly deliver: (event: StreamEvent) => void;
}

type Key = number | string;
type ByKey = ReadonlyMap<Key, ReadonlySet<Subscription>>;
/** Those that are found by who listens. */
type OwnKind = 'home' | 'notifications' | 'direct';

const NOBODY: ByKey = new Map();
const NONE: ReadonlySet<Subscription> = new Set();

export class Subscriptions {
  readonly #byKind = new Map<Channel['kind'], Map<Key, Set<Subscription>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(subscription: Subscription): void {
    const { kind } = subscription.channel;
    const byKey = this.#byKind.get(kind) ?? new Map<Key, Set<Subscription>>();
    const key = keyOf(subscription);
    const known = byKey.get(key) ?? new Set();
    this.#byKind.set(kind, byKey.set(key, known.add(subscription)));
    this.#size += 1;
  }

  /** Once for each that was added. */
  delete(subscription: Subscription): void {
    const { kind } = subscription.channel;
    const byKey = this.#byKind.get(kind);
    const key = keyOf(subscription);
    const known = byKey?.get(key);
    if (!known?.delete(subscription)) return;
    this.#size -= 1;
    if (known.size === 0) byKey?.delete(key);
  }

  /** Those of a person. */
  of(kind: OwnKind, userId: number): ReadonlySet<Subscription> {
    return this.#byKind.get(kind)?.get(userId) ?? NONE;
  }

  /** Who listens, by person. */
  people(kind: OwnKind): ReadonlyMap<number, ReadonlySet<Subscription>> {
    return this.#keys(kind) as ReadonlyMap<number, ReadonlySet<Subscription>>;
  }

  /** Who listens to what everybody says; those who want pictures alone apart. */
  everybody(withMedia: boolean): ReadonlySet<Subscription> {
    return this.#keys('public').get(withMedia ? 1 : 0) ?? NONE;
  }

  /** Who listens to a hashtag. */
  hashtag(key: string): ReadonlySet<Subscription> {
    return this.#keys('hashtag').get(key) ?? NONE;
  }

  /** Who listens to lists, by list. */
  get lists(): ReadonlyMap<number, ReadonlySet<Subscription>> {
    return this.#keys('list') as ReadonlyMap<number, ReadonlySet<Subscription>>;
  }

  /** Everybody who listens to anything of these kinds. */
  *all(kinds: readonly Channel['kind'][]): Iterable<Subscription> {
    for (const kind of kinds) for (const some of this.#keys(kind).values()) yield* some;
  }

  #keys(kind: Channel['kind']): ByKey {
    return this.#byKind.get(kind) ?? NOBODY;
  }
}

function keyOf({ userId, channel }: Subscription): Key {
  if (channel.kind === 'public') return channel.withMedia ? 1 : 0;
  if (channel.kind === 'hashtag') return channel.key;
  if (channel.kind === 'list') return channel.listId;
  return userId;
}
