/** What a tweet's text points to, kept beside it: mentions and hashtags. */
import type { Tx } from '../model/database.ts';
import type { HashtagDao } from '../model/hashtags.ts';
import type { MentionDao } from '../model/mentions.ts';
import type { Tweet } from '../model/tweets.ts';
import { entitiesOf, hashtagNames, type IsHere, mentionedNames } from './text-entities.ts';

interface Dependencies {
  readonly mentions: MentionDao;
  readonly hashtags: HashtagDao;
  /** Whether a domain behind a name is this server's. */
  readonly isHere: IsHere;
}

/** Ids of what a tweet points to. */
export interface Pointed {
  readonly userIds: readonly number[];
  readonly hashtagIds: readonly number[];
}

export class TweetEntities {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** Notes what the text points to, in place of what it pointed to before. */
  async set(
    tx: Tx,
    { id, tweet }: Pick<Tweet, 'id' | 'tweet'>,
    now: number,
    isNew: boolean,
  ): Promise<Pointed> {
    const { mentions, hashtags, isHere } = this.#deps;
    const entities = entitiesOf(tweet);
    const mentioned = await mentions.usersOf(tx, mentionedNames(entities, isHere));
    const hashtagIds = await hashtags.take(tx, hashtagNames(entities), now);
    const userIds = mentioned.map(({ userId }) => userId);
    if (!isNew || userIds.length > 0) await mentions.setOf(tx, id, userIds);
    if (!isNew || hashtagIds.length > 0) await hashtags.setOf(tx, id, hashtagIds);
    return { userIds, hashtagIds };
  }
}
