/** Which pictures a tweet has. */
import type { Tx } from '../model/database.ts';
import type { Media, MediaDao } from '../model/media.ts';
import type { Tweet } from '../model/tweets.ts';
import { DomainError } from './errors.ts';
import { MEDIA_WAITS_MS } from './limits.ts';
import { mediaPatch } from './media.ts';
import type { Clock } from './ports.ts';
import type { TweetDraft } from './tweet-drafts.ts';

interface Dependencies {
  readonly media: MediaDao;
  readonly now: Clock;
}

type MediaOfDraft = Pick<TweetDraft, 'mediaIds' | 'mediaWords'>;

export class TweetMedia {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** A tweet's pictures, in order. */
  async of(tx: Tx, tweetId: number): Promise<readonly Media[]> {
    return (await this.#deps.media.ofTweets([tweetId], tx)).get(tweetId) ?? [];
  }

  /**
   * Gives a tweet the pictures of a draft, and these the words that it says of them.
   *
   * @param before the pictures that it has
   * @returns whether that changes anything
   * @throws {DomainError} `media_not_attachable`, `media_description_too_long`,
   *   `media_focus_invalid`, `text_invalid`
   */
  async set(
    tx: Tx,
    tweet: Pick<Tweet, 'id' | 'user_id'>,
    draft: Partial<MediaOfDraft>,
    before: readonly Media[],
  ): Promise<boolean> {
    const hasOthers = await this.#attach(tx, tweet, draft.mediaIds, before);
    const saysOther = await this.#describe(tx, tweet.id, draft.mediaWords ?? []);
    return hasOthers || saysOther;
  }

  /** Takes all pictures from a tweet that is about to go. */
  async release(tx: Tx, tweetId: number): Promise<void> {
    await this.#deps.media.detachOthers(tx, tweetId, [], this.#deps.now() + MEDIA_WAITS_MS);
  }

  async #attach(
    tx: Tx,
    { id: tweetId, user_id }: Pick<Tweet, 'id' | 'user_id'>,
    ids: readonly number[] | undefined,
    before: readonly Media[],
  ): Promise<boolean> {
    if (ids === undefined || before.map(({ id }) => id).join() === ids.join()) return false;
    const { media, now } = this.#deps;
    await media.detachOthers(tx, tweetId, ids, now() + MEDIA_WAITS_MS);
    const attached = await media.attach(tx, user_id, ids, tweetId);
    if (attached !== ids.length) throw new DomainError('media_not_attachable');
    return true;
  }

  async #describe(
    tx: Tx,
    tweetId: number,
    words: NonNullable<MediaOfDraft['mediaWords']>,
  ): Promise<boolean> {
    if (words.length === 0) return false;
    const media = new Map((await this.of(tx, tweetId)).map((one) => [one.id, one]));
    let isChanged = false;
    for (const { id, ...said } of words) {
      const one = media.get(id);
      const patch = { ...one, ...mediaPatch(said) };
      if (!one || (patch.description === one.description && patch.focus === one.focus)) continue;
      await this.#deps.media.update(tx, id, mediaPatch(said));
      isChanged = true;
    }
    return isChanged;
  }
}

/** What an earlier version of a tweet remembers of its pictures. */
export const mediaText = (pictures: readonly Media[]): string =>
  JSON.stringify(pictures.map(({ id, description }) => ({ id, description })));
