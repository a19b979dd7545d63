/** Tells those who are connected of what happens, at once, and of nothing that is not for them. */
import type { AudienceDao, Mark } from '../model/audiences.ts';
import type { ListDao } from '../model/lists.ts';
import { DomainError } from './errors.ts';
import type { EventRelay, EventTrace } from './event-relay.ts';
import type { FilterMatchers } from './filter-matchers.ts';
import { Lanes } from './lanes.ts';
import { STREAM_EVENTS_MAX } from './limits.ts';
import type { NotificationService } from './notifications.ts';
import type { Log } from './ports.ts';
import type { StreamAudience } from './stream-audience.ts';
import {
  type Channel,
  type StreamEvent,
  type Subscription,
  Subscriptions,
} from './stream-subscriptions.ts';
import {
  conversationOf,
  NO_MARKS,
  type OwnMarks,
  type TweetView,
  type TweetViews,
} from './tweet-views.ts';

export type { Channel, StreamEvent };

interface Dependencies {
  readonly audiences: AudienceDao;
  readonly lists: ListDao;
  readonly streamAudience: StreamAudience;
  readonly tweetViews: TweetViews;
  readonly filterMatchers: FilterMatchers;
  readonly notificationService: NotificationService;
  readonly relay: EventRelay;
  readonly log: Log;
}

/** Events that are prepared at once. */
const LANES = 4;

export class StreamService {
  readonly #deps: Dependencies;
  readonly #subscriptions = new Subscriptions();
  readonly #lanes = new Lanes(LANES, STREAM_EVENTS_MAX);
  readonly #stopListening: () => void;
  #lost = 0;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
    this.#stopListening = dependencies.relay.listen((event) => this.#take(event));
  }

  /** How many subscriptions there are. */
  get size(): number {
    return this.#subscriptions.size;
  }

  /**
   * Listens to a channel. Whoever listens is told of each event once per channel, and in the order in
   * which they happened to the same tweet.
   *
   * @param deliver must not wait for anything
   * @returns ends it
   * @throws {DomainError} `list_not_found` unless the list is this person's
   */
  async open(
    userId: number,
    channel: Channel,
    deliver: (event: StreamEvent) => void,
  ): Promise<() => void> {
    if (channel.kind === 'list' && !(await this.#deps.lists.find(userId, channel.listId))) {
      throw new DomainError('list_not_found');
    }
    const subscription = { userId, channel, deliver };
    this.#subscriptions.add(subscription);
    return () => this.#subscriptions.delete(subscription);
  }

  /** When all that has happened so far is told. */
  async idle(): Promise<void> {
    await this.#lanes.idle();
  }

  /** Takes no more events, and waits for those under way. */
  async close(): Promise<void> {
    this.#stopListening();
    await this.idle();
  }

  #take(event: EventTrace): void {
    if (this.#subscriptions.size === 0) return;
    const key = 'tweet' in event ? event.tweet.id : event.userId;
    const isTaken = this.#lanes.run(key, async () => {
      try {
        await this.#tell(event);
      } catch (error) {
        this.#deps.log.warn(
          { err: error, event: event.kind },
          'an event did not reach its streams',
        );
      }
    });
    if (isTaken) this.#lost = 0;
    else if ((this.#lost += 1) === 1) {
      this.#deps.log.warn({}, 'more happens than streams can tell: some events are left out');
    }
  }

  async #tell(event: EventTrace): Promise<void> {
    switch (event.kind) {
      case 'tweet posted':
      case 'tweet edited':
        await this.#tellTweet(event.kind, event.tweet);
        break;
      case 'tweet deleted': {
        const { id } = event.tweet;
        const { streamAudience } = this.#deps;
        const hearers = await streamAudience.ofDeleted(event.tweet, this.#subscriptions);
        tell(hearers, { kind: 'tweet deleted', id });
        break;
      }
      case 'notified':
        await this.#tellNotification(event.userId, event.notificationId);
        break;
      case 'filters changed':
        tell(this.#subscriptions.of('home', event.userId), { kind: 'filters changed' });
        break;
    }
  }

  async #tellTweet(
    kind: 'tweet posted' | 'tweet edited',
    { id, user_id: author }: { readonly id: number; readonly user_id: number },
  ): Promise<void> {
    const { tweetViews, streamAudience } = this.#deps;
    // As its author sees it: who else may is decided below.
    const [view] = await tweetViews.load([id], author);
    if (!view) return;
    const hearers = await streamAudience.of(view, this.#subscriptions);
    if (hearers.length === 0) return;
    const viewOf = await this.#viewsFor(view, hearers);
    const events = new Map<TweetView, StreamEvent>();
    for (const hearer of hearers) {
      const own = viewOf(hearer.userId);
      const event = events.get(own) ?? { kind, view: own };
      events.set(own, event);
      tell([hearer], event);
    }
  }

  /**
   * The tweet as each of them sees it: the same for all who have done nothing with it and do not
   * filter it. What its author filters is his own affair.
   */
  async #viewsFor(
    view: TweetView,
    hearers: readonly Subscription[],
  ): Promise<(userId: number) => TweetView> {
    const { audiences, filterMatchers } = this.#deps;
    const { tweet, media } = view.reblog ?? view;
    const userIds = [...new Set(hearers.map(({ userId }) => userId))];
    const [marks, filters] = await Promise.all([
      audiences.marksOn({ tweetId: tweet.id, conversationId: conversationOf(tweet) }, userIds),
      filterMatchers.ofMany(userIds),
    ]);
    const descriptions = media.map(({ description }) => description);
    const shared = seenWith(view, { marks: NO_MARKS, filtered: [] });
    const own = new Map<number, TweetView>();
    for (const [userId, matcher] of filters) {
      const some = marks.get(userId);
      const filtered = matcher.match(tweet, descriptions);
      if (!some && filtered.length === 0) continue;
      own.set(userId, seenWith(view, { marks: some ? marksOf(some) : NO_MARKS, filtered }));
    }
    return (userId) => own.get(userId) ?? shared;
  }

  async #tellNotification(userId: number, notificationId: number): Promise<void> {
    const own = this.#subscriptions.of('home', userId);
    const hearers = [
      ...this.#subscriptions.of('notifications', userId),
      ...[...own].filter(({ channel }) => channel.kind === 'home' && channel.withNotifications),
    ];
    if (hearers.length === 0) return;
    const { notificationService } = this.#deps;
    const view = await notificationService.find({ userId }, notificationId);
    if (view) tell(hearers, { kind: 'notified', view });
  }
}

function tell(hearers: Iterable<Subscription>, event: StreamEvent): void {
  for (const { deliver } of hearers) deliver(event);
}

function seenWith(view: TweetView, own: Pick<TweetView, 'marks' | 'filtered'>): TweetView {
  return { ...view, ...own, reblog: view.reblog && { ...view.reblog, ...own } };
}

function marksOf(marks: readonly Mark[]): OwnMarks {
  return { ...NO_MARKS, ...Object.fromEntries(marks.map((mark) => [mark, true])) };
}
