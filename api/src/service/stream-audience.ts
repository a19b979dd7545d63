/**
 * Which of those who are connected hear of a tweet: those on whose timelines it stands, by the very
 * rules of the timelines. What a home timeline leaves out because the same tweet is near is told here
 * all the same: what somebody has on his screen is not known.
 */
import type { AudienceDao } from '../model/audiences.ts';
import { VISIBILITY } from '../model/schema.ts';
import { type Belongs, belongsAtHome, belongsInPublic, belongsOnList } from './lenses.ts';
import type { Clock, FeedEntry, Lens } from './ports.ts';
import type { Subscription, Subscriptions } from './stream-subscriptions.ts';
import type { TweetView } from './tweet-views.ts';

/** Some listeners, and the rule by which each of them hears of it or not. */
interface Wish {
  readonly subscriptions: Iterable<Subscription>;
  readonly rule: (lens: Lens) => Belongs;
}

/** A tweet, as far as it matters who hears of it. */
export interface TweetTrace {
  readonly id: number;
  readonly user_id: number;
  /** A value of `VISIBILITY`. */
  readonly visibility: number;
  readonly reply_to_user_id: number | null;
}

interface Dependencies {
  readonly audiences: AudienceDao;
  readonly now: Clock;
}

export class StreamAudience {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** Who hears of a tweet, new or edited. */
  async of(view: TweetView, among: Subscriptions): Promise<Subscription[]> {
    const entry = entryOf(view);
    const wishes = await this.#wishes(view, entry, among);
    const viewerIds = new Set<number>();
    for (const { subscriptions } of wishes) {
      for (const { userId } of subscriptions) viewerIds.add(userId);
    }
    const lenses = await this.#deps.audiences.lensesOf(
      [...viewerIds],
      { userIds: peopleOf(entry), hashtagIds: view.hashtags.map(({ id }) => id) },
      this.#deps.now(),
    );
    return wishes.flatMap(({ subscriptions, rule }) =>
      [...subscriptions].filter(({ userId }) => {
        const lens = lenses.get(userId);
        return lens !== undefined && rule(lens)(entry);
      }),
    );
  }

  /** Who hears that a tweet is gone: whoever may have seen it come. */
  async ofDeleted(tweet: TweetTrace, among: Subscriptions): Promise<Subscription[]> {
    const { user_id: author, visibility, reply_to_user_id: answered } = tweet;
    const isDirect = visibility === VISIBILITY.direct;
    const followers = isDirect
      ? []
      : await this.#deps.audiences.followersAmong(author, among.people('home'));
    const concerned = new Set([author, ...followers, ...(answered === null ? [] : [answered])]);
    const subscriptions = [...concerned].flatMap((userId) => [
      ...among.of('home', userId),
      ...(isDirect ? among.of('direct', userId) : []),
    ]);
    if (isDirect) return subscriptions;
    // An id says nothing to those who have never seen it.
    const isPublic = visibility === VISIBILITY.public;
    const others = among.all(isPublic ? ['public', 'hashtag', 'list'] : ['list']);
    return [...subscriptions, ...others];
  }

  async #wishes(view: TweetView, entry: FeedEntry, among: Subscriptions): Promise<Wish[]> {
    if (entry.visibility === VISIBILITY.direct) return [directWish(view, among)];
    const [home, lists] = await Promise.all([
      this.#homeWish(view, entry, among),
      this.#listWishes(entry, among),
    ]);
    return [home, ...lists, ...publicWishes(view, entry, among)];
  }

  async #homeWish(view: TweetView, entry: FeedEntry, among: Subscriptions): Promise<Wish> {
    const { audiences } = this.#deps;
    const people = among.people('home');
    const hashtagIds = isForEverybody(entry) ? view.hashtags.map(({ id }) => id) : [];
    const [followers, hashtagFollowers] = await Promise.all([
      audiences.followersAmong(entry.user_id, people),
      audiences.hashtagFollowersAmong(hashtagIds, people),
    ]);
    const ids = new Set([entry.user_id, ...followers, ...hashtagFollowers]);
    const subscriptions = [...ids].flatMap((id) => [...(people.get(id) ?? [])]);
    return { subscriptions, rule: belongsAtHome };
  }

  async #listWishes(entry: FeedEntry, among: Subscriptions): Promise<Wish[]> {
    const { lists } = among;
    if (lists.size === 0) return [];
    const { user_id: author } = entry;
    const others = peopleOf(entry).filter((id) => id !== author);
    const found = await this.#deps.audiences.listsWith(author, [...lists.keys()], others);
    return found.map(({ id, ownerId, policy, members }) => ({
      subscriptions: [...(lists.get(id) ?? [])].filter(({ userId }) => userId === ownerId),
      rule: (lens) => belongsOnList(lens, policy, members),
    }));
  }
}

/** Direct messages go to those who are named in them, and back to their author. */
function directWish({ tweet, mentions }: TweetView, among: Subscriptions): Wish {
  const ids = new Set([tweet.user_id, ...mentions.map(({ userId }) => userId)]);
  const subscriptions = [...ids].flatMap((id) => [...among.of('direct', id)]);
  return { subscriptions, rule: belongsInPublic };
}

function publicWishes(view: TweetView, entry: FeedEntry, among: Subscriptions): Wish[] {
  if (!isForEverybody(entry)) return [];
  const isAnswer = entry.reply_to_user_id !== null && entry.reply_to_user_id !== entry.user_id;
  const everybody = [
    ...(isAnswer ? [] : among.everybody(false)),
    ...(isAnswer || view.media.length === 0 ? [] : among.everybody(true)),
  ];
  const listeners = view.hashtags.flatMap(({ name_key }) => [...among.hashtag(name_key)]);
  return [{ subscriptions: [...everybody, ...listeners], rule: belongsInPublic }];
}

const isForEverybody = ({ visibility, reblog_of_id }: FeedEntry): boolean =>
  visibility === VISIBILITY.public && reblog_of_id === null;

function entryOf({ tweet, reblog }: TweetView): FeedEntry {
  const { id, user_id, visibility, reply_to_user_id, reblog_of_id } = tweet;
  return {
    id,
    user_id,
    visibility,
    reply_to_user_id,
    reblog_of_id,
    of_user_id: reblog?.tweet.user_id ?? null,
    of_visibility: reblog?.tweet.visibility ?? null,
  };
}

/** Whom an entry has to do with. */
function peopleOf({ user_id, reply_to_user_id, of_user_id }: FeedEntry): number[] {
  return [...new Set([user_id, reply_to_user_id ?? user_id, of_user_id ?? user_id])];
}
