/** Rows for tests of the model: people and tweets without the rules of the services. */
import type { TimelineJournal } from '../../src/model/timeline-journal.ts';
import { TweetIds } from '../../src/model/tweet-ids.ts';
import type { Store } from '../../src/model/database.ts';
import { VISIBILITY } from '../../src/model/schema.ts';
import { type NewTweet, type Tweet, TweetDao } from '../../src/model/tweets.ts';
import { type NewUser, UserDao } from '../../src/model/users.ts';

/** What would be stored for somebody of this name. */
export function newUser(name: string, changes: Partial<NewUser> = {}): NewUser {
  return {
    name,
    email: `${name}@example.com`,
    email_key: `${name}@example.com`.toLowerCase(),
    username: name.toLowerCase(),
    username_key: name.toLowerCase(),
    hashed_password: 'not a hash',
    profile: '',
    profile_picture: null,
    state: 'active',
    role: 'user',
    locale: null,
    email_confirmed_at: null,
    created_at: 1000,
    ...changes,
  };
}

/** What nobody says when he signs up, as it is until he changes it. */
export const USUAL_SETTINGS = {
  header_picture: null,
  is_locked: 0,
  is_bot: 0,
  is_discoverable: 1,
  hides_follows: 0,
  fields: '[]',
  default_visibility: VISIBILITY.public,
  default_sensitive: 0,
  default_language: null,
} as const;

/** Stores a user. @returns his id */
export async function addUser(
  store: Store,
  name: string,
  changes?: Partial<NewUser>,
): Promise<number> {
  return store.write((tx) => new UserDao(store).insert(tx, newUser(name, changes)));
}

/** A DAO that gives ids above whatever is stored, by the real clock. */
export async function tweetDao(store: Store, journal?: TimelineJournal): Promise<TweetDao> {
  const above = await TweetDao.highestId(store);
  return new TweetDao(store, new TweetIds({ node: () => 0, above, now: Date.now }), journal);
}

/** Stores a tweet, public unless told otherwise. */
export async function addTweet(
  store: Store,
  tweets: TweetDao,
  userId: number,
  changes: Partial<NewTweet> = {},
): Promise<Tweet> {
  const tweet = { user_id: userId, tweet: 'Hello', visibility: VISIBILITY.public, ...changes };
  return store.write((tx) => tweets.insert(tx, tweet));
}
