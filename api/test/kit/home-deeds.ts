/** What people do in the histories of home timelines: stored, as values, and as stores are told. */
import { VISIBILITY } from '../../src/model/schema.ts';
import type { Store, Tx } from '../../src/model/database.ts';
import { FollowDao } from '../../src/model/follows.ts';
import type { TimelineJournal } from '../../src/model/timeline-journal.ts';
import { HashtagDao } from '../../src/model/hashtags.ts';
import type { TweetDao } from '../../src/model/tweets.ts';
import { UserDao } from '../../src/model/users.ts';
import type { TimelineStore } from '../../src/service/ports.ts';
import type { StatedTweet, State } from './home-definition.ts';

/** Something that changes the tables; people and tweets are named by numbers that wrap around. */
export type Deed =
  | {
      readonly kind: 'tweet';
      readonly who: number;
      readonly visibility: number;
      readonly answers: number | undefined;
      readonly hashtags: readonly number[];
    }
  | { readonly kind: 'many tweets'; readonly who: number; readonly count: number }
  | { readonly kind: 'reblog'; readonly who: number; readonly which: number }
  | { readonly kind: 'delete tweet'; readonly which: number }
  | { readonly kind: 'edit'; readonly which: number; readonly hashtags: readonly number[] }
  | { readonly kind: 'follow'; readonly who: number; readonly whom: number; readonly flag: boolean }
  | {
      readonly kind: 'mute' | 'block' | 'keep apart' | 'follow hashtag';
      readonly who: number;
      readonly whom: number;
      /** Whether it begins or ends. */
      readonly flag: boolean;
      readonly isForLong: boolean;
    }
  | { readonly kind: 'unfollow'; readonly who: number; readonly whom: number }
  | { readonly kind: 'suspend' | 'reinstate' | 'delete user'; readonly who: number };

/** A change that is stored: how it alters the state, and how the store is told. */
export interface Change {
  readonly apply: (state: State) => State;
  readonly tell: (store: TimelineStore) => void;
}

export interface Place {
  readonly db: Store;
  readonly tweets: TweetDao;
  readonly journal: TimelineJournal | undefined;
  readonly people: readonly number[];
  readonly hashtags: readonly number[];
  readonly now: number;
  readonly state: State;
}

/** A mute lasts so long, or a thousand times that. */
const SHORT = 10;

/** Stores what somebody does. @returns undefined when there is nothing to be done */
export async function store(deed: Deed, place: Place): Promise<Change | undefined> {
  const { people, state } = place;
  const person = (n: number) => people[n % people.length] ?? 0;
  const tweet = (n: number) => [...state.tweets.values()][n % (state.tweets.size || 1)];
  switch (deed.kind) {
    case 'tweet': {
      const answered = deed.answers === undefined ? undefined : tweet(deed.answers);
      const hashtags = deed.hashtags.map((n) => place.hashtags[n] ?? 0);
      const { visibility } = deed;
      return written([{ author: person(deed.who), visibility, answered, hashtags }], place);
    }
    case 'many tweets': {
      const one = { author: person(deed.who), visibility: 0, answered: undefined, hashtags: [] };
      return written(
        Array.from({ length: deed.count }, () => one),
        place,
      );
    }
    case 'reblog':
      return reblogged(person(deed.who), tweet(deed.which), place);
    case 'delete tweet':
      return deleted(tweet(deed.which), place);
    case 'edit': {
      const hashtags = deed.hashtags.map((n) => place.hashtags[n] ?? 0);
      return edited(tweet(deed.which), hashtags, place);
    }
    case 'follow':
      return followed(person(deed.who), person(deed.whom), deed.flag, place);
    case 'unfollow':
      return followed(person(deed.who), person(deed.whom), undefined, place);
    case 'mute':
    case 'block':
    case 'keep apart':
    case 'follow hashtag': {
      const whom =
        deed.kind === 'follow hashtag' ? place.hashtags[deed.whom % 2] : person(deed.whom);
      return related(deed, person(deed.who), whom ?? 0, place);
    }
    case 'suspend':
    case 'reinstate':
      return stateSet(person(deed.who), deed.kind === 'suspend' ? 'suspended' : 'active', place);
    case 'delete user':
      return userDeleted(person(deed.who), place);
  }
  return deed satisfies never;
}

interface Draft {
  readonly author: number;
  readonly visibility: number;
  readonly answered: StatedTweet | undefined;
  readonly hashtags: readonly number[];
}

async function written(drafts: readonly Draft[], place: Place): Promise<Change | undefined> {
  const { db, tweets, state } = place;
  if (drafts.some(({ author }) => !state.users.has(author))) return undefined;
  const made = await db.write(async (tx) => {
    const stated: StatedTweet[] = [];
    for (const draft of drafts) stated.push(await insert(tx, draft, place));
    return stated;
  });
  return {
    apply: (before) => withTweets(before, made),
    tell: (timelines) => {
      for (const { id, author: user_id, visibility, hashtags: hashtagIds } of made) {
        timelines.tweetAdded({ id, user_id, visibility, reblog_of_id: null, hashtagIds });
      }
    },
  };

  async function insert(tx: Tx, draft: Draft, { db: of }: Place): Promise<StatedTweet> {
    const { author, visibility, answered, hashtags } = draft;
    const row = await tweets.insert(tx, {
      user_id: author,
      tweet: 'words',
      visibility,
      reply_to_id: answered?.id ?? null,
      reply_to_user_id: answered?.author ?? null,
    });
    await new HashtagDao(of).setOf(tx, row.id, hashtags);
    return {
      id: row.id,
      author,
      visibility,
      answers: answered?.author,
      repeats: undefined,
      hashtags,
    };
  }
}

async function reblogged(
  author: number,
  named: StatedTweet | undefined,
  { db, tweets, state }: Place,
): Promise<Change | undefined> {
  const original = named?.repeats === undefined ? named : state.tweets.get(named.repeats);
  if (!original || !state.users.has(author)) return undefined;
  const isRefused =
    original.visibility === VISIBILITY.direct ||
    (original.visibility === VISIBILITY.private && original.author !== author);
  if (isRefused) return undefined;
  const { visibility, id: repeats } = original;
  const row = { user_id: author, tweet: '', visibility, reblog_of_id: repeats };
  const { id } = await db.write((tx) => tweets.insert(tx, row));
  const made = { id, author, visibility, answers: undefined, repeats, hashtags: [] };
  return {
    apply: (before) => withTweets(before, [made]),
    tell: (timelines) => timelines.tweetAdded({ id, ...row }),
  };
}

async function deleted(
  tweet: StatedTweet | undefined,
  { db, tweets, state }: Place,
): Promise<Change | undefined> {
  if (!tweet) return undefined;
  const reblogs = [...state.tweets.values()].filter(({ repeats }) => repeats === tweet.id);
  await db.write(async (tx) => {
    await tweets.deleteReblogsOf(tx, tweet.id);
    await tweets.delete(tx, tweet.id);
  });
  return {
    apply: (before) => without(before, (one) => one.id === tweet.id || one.repeats === tweet.id),
    tell: (timelines) => {
      for (const { id, author } of [tweet, ...reblogs]) timelines.tweetRemoved(id, author);
    },
  };
}

async function edited(
  tweet: StatedTweet | undefined,
  hashtags: readonly number[],
  { db }: Place,
): Promise<Change | undefined> {
  if (!tweet || tweet.repeats !== undefined) return undefined;
  await db.write((tx) => new HashtagDao(db).setOf(tx, tweet.id, hashtags));
  return {
    apply: (before) =>
      before.tweets.has(tweet.id) ? withTweets(before, [{ ...tweet, hashtags }]) : before,
    tell: (timelines) => timelines.tweetEdited(tweet.id, hashtags),
  };
}

async function followed(
  who: number,
  whom: number,
  showsReblogs: boolean | undefined,
  { db, journal, state }: Place,
): Promise<Change | undefined> {
  if (who === whom || !state.users.has(who) || !state.users.has(whom)) return undefined;
  const follows = new FollowDao(db, journal);
  await db.write(async (tx) => {
    await follows.delete(tx, who, whom);
    if (showsReblogs === undefined) return;
    await follows.insert(tx, who, whom, 1);
    const shows_reblogs = showsReblogs ? 1 : 0;
    await tx
      .updateTable('users_follow_list')
      .set({ shows_reblogs })
      .where('user_id', '=', who)
      .where('follow_user_id', '=', whom)
      .execute();
  });
  return {
    apply: (before) => ({ ...before, follows: changed(before.follows, who, whom, showsReblogs) }),
    tell: (timelines) => timelines.followsChanged(who),
  };
}

async function related(
  { kind, flag, isForLong }: Extract<Deed, { isForLong: boolean }>,
  who: number,
  whom: number,
  { db, now, state }: Place,
): Promise<Change | undefined> {
  const isPerson = kind !== 'follow hashtag';
  if (!state.users.has(who) || (isPerson && (who === whom || !state.users.has(whom)))) {
    return undefined;
  }
  const ends = now + SHORT * (isForLong ? 1000 : 1);
  await db.write(async (tx) => {
    if (kind === 'mute') await setMute(tx, who, whom, flag ? ends : undefined);
    else if (kind === 'block') await setBlock(tx, who, whom, flag);
    else if (kind === 'keep apart') await setApart(tx, who, whom, flag);
    else await setHashtag(tx, who, whom, flag);
  });
  const value = flag ? true : undefined;
  return {
    apply: (before) => ({
      ...before,
      ...(kind === 'mute'
        ? { mutes: changed(before.mutes, who, whom, flag ? ends : undefined) }
        : {}),
      ...(kind === 'block' ? { blocks: changedSet(before.blocks, who, whom, value) } : {}),
      ...(kind === 'keep apart'
        ? { exclusive: changedSet(before.exclusive, who, whom, value) }
        : {}),
      ...(isPerson ? {} : { hashtags: changedSet(before.hashtags, who, whom, value) }),
    }),
    tell: (timelines) => {
      timelines.followsChanged(who);
      if (kind === 'block') timelines.followsChanged(whom);
    },
  };
}

async function stateSet(
  who: number,
  to: 'active' | 'suspended',
  { db, journal, state }: Place,
): Promise<Change | undefined> {
  if (!state.users.has(who)) return undefined;
  const users = new UserDao(db, journal);
  await db.write((tx) => users.update(tx, who, { state: to }, 2));
  return {
    apply: (before) =>
      before.users.has(who)
        ? { ...before, users: new Map([...before.users, [who, to] as const]) }
        : before,
    tell: (timelines) => timelines.userChanged(who),
  };
}

async function userDeleted(
  who: number,
  { db, journal, state }: Place,
): Promise<Change | undefined> {
  if (!state.users.has(who)) return undefined;
  await db.write(async (tx) => {
    await journal?.userChanged(tx, who);
    await tx.deleteFrom('users').where('id', '=', who).execute();
  });
  return {
    apply: (before) => ({
      ...without(
        before,
        ({ author, repeats }) =>
          author === who || (repeats !== undefined && before.tweets.get(repeats)?.author === who),
      ),
      users: new Map([...before.users].filter(([id]) => id !== who)),
      follows: new Map([...before.follows].filter(([pair]) => !has(pair, who))),
    }),
    tell: (timelines) => timelines.userChanged(who),
  };
}

const has = (pair: string, id: number) => pair.split(' ').includes(String(id));

function withTweets(state: State, made: readonly StatedTweet[]): State {
  const all = new Map(state.tweets);
  for (const tweet of made) all.set(tweet.id, tweet);
  return { ...state, tweets: all };
}

const without = (state: State, isGone: (tweet: StatedTweet) => boolean): State => ({
  ...state,
  tweets: new Map([...state.tweets].filter(([, tweet]) => !isGone(tweet))),
});

function changed<V>(
  pairs: ReadonlyMap<string, V>,
  who: number,
  whom: number,
  value: V | undefined,
): Map<string, V> {
  const others = new Map([...pairs].filter(([pair]) => pair !== `${who} ${whom}`));
  if (value !== undefined) others.set(`${who} ${whom}`, value);
  return others;
}

const changedSet = (
  pairs: ReadonlySet<string>,
  who: number,
  whom: number,
  value: true | undefined,
): Set<string> =>
  new Set(changed(new Map([...pairs].map((pair) => [pair, true])), who, whom, value).keys());

async function setMute(tx: Tx, who: number, whom: number, ends: number | undefined): Promise<void> {
  const there = tx.deleteFrom('mutes').where('user_id', '=', who);
  await there.where('muted_user_id', '=', whom).execute();
  if (ends === undefined) return;
  const mute = { user_id: who, muted_user_id: whom, hides_notifications: 0, created_at: 1 };
  await tx
    .insertInto('mutes')
    .values({ ...mute, expires_at: ends })
    .execute();
}

async function setBlock(tx: Tx, who: number, whom: number, isNow: boolean): Promise<void> {
  const there = tx.deleteFrom('blocks').where('user_id', '=', who);
  await there.where('blocked_user_id', '=', whom).execute();
  if (!isNow) return;
  const block = { user_id: who, blocked_user_id: whom, created_at: 1 };
  await tx.insertInto('blocks').values(block).execute();
}

async function setApart(tx: Tx, who: number, whom: number, isNow: boolean): Promise<void> {
  const title = 'apart';
  const known = await tx
    .selectFrom('lists')
    .select('id')
    .where('user_id', '=', who)
    .executeTakeFirst();
  const list = { user_id: who, title, replies_policy: 'list' as const, is_exclusive: 1 };
  const list_id =
    known?.id ??
    Number(
      (
        await tx
          .insertInto('lists')
          .values({ ...list, created_at: 1 })
          .executeTakeFirstOrThrow()
      ).insertId,
    );
  const there = tx.deleteFrom('list_members').where('list_id', '=', list_id);
  await there.where('user_id', '=', whom).execute();
  if (!isNow) return;
  await tx.insertInto('list_members').values({ list_id, user_id: whom, created_at: 1 }).execute();
}

async function setHashtag(tx: Tx, who: number, hashtag: number, isNow: boolean): Promise<void> {
  const there = tx.deleteFrom('followed_hashtags').where('user_id', '=', who);
  await there.where('hashtag_id', '=', hashtag).execute();
  if (!isNow) return;
  const follow = { user_id: who, hashtag_id: hashtag, created_at: 1 };
  await tx.insertInto('followed_hashtags').values(follow).execute();
}
