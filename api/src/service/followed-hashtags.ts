/** Hashtags that a person follows: public tweets with them stand on his home timeline. */
import type { FollowedHashtagDao } from '../model/followed-hashtags.ts';
import type { HashtagDao } from '../model/hashtags.ts';
import type { Page } from '../model/pages.ts';
import { DomainError } from './errors.ts';
import { FOLLOWED_HASHTAGS_MAX } from './limits.ts';
import type { Clock } from './ports.ts';
import type { RelationChanges } from './relation-changes.ts';
import type { FoundHashtag } from './search.ts';
import type { Viewer } from './sessions.ts';
import { hashtagNamed } from './text-entities.ts';
import { foldKey, storableText } from './text.ts';
import type { ViewerId } from './visibility.ts';

interface Dependencies {
  readonly hashtags: HashtagDao;
  readonly followedHashtags: FollowedHashtagDao;
  readonly relationChanges: RelationChanges;
  readonly now: Clock;
}

export class FollowedHashtagService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * A hashtag, also one that nobody has used: its id is 0.
   *
   * @param name with or without its sign
   * @throws {DomainError} `hashtag_invalid`
   */
  async find(name: string, viewerId: ViewerId): Promise<FoundHashtag> {
    const { hashtags } = this.#deps;
    const { key, written } = checked(name);
    const hashtag = await hashtags.findByKey(key);
    if (!hashtag) {
      return { hashtag: { id: 0, name: written, name_key: key, created_at: 0 }, isFollowed: false };
    }
    if (viewerId === undefined) return { hashtag, isFollowed: false };
    const followed = await hashtags.followedAmong(viewerId, [hashtag.id]);
    return { hashtag, isFollowed: followed.has(hashtag.id) };
  }

  /**
   * Twice is once.
   *
   * @throws {DomainError} `hashtag_invalid`, `too_many_hashtags`
   */
  async follow({ userId }: Viewer, name: string): Promise<void> {
    const { hashtags, followedHashtags, relationChanges, now } = this.#deps;
    const { key, written } = checked(name);
    await relationChanges.write([userId], async (tx) => {
      const ids = await hashtags.take(tx, new Map([[key, written]]), now());
      for (const id of ids) await followedHashtags.insert(tx, userId, id, now());
      const count = await followedHashtags.countOf(tx, userId);
      if (count > FOLLOWED_HASHTAGS_MAX) throw new DomainError('too_many_hashtags');
    });
  }

  /** Nothing happens when it was not followed. @throws {DomainError} `hashtag_invalid` */
  async unfollow({ userId }: Viewer, name: string): Promise<void> {
    const { hashtags, followedHashtags, relationChanges } = this.#deps;
    const hashtag = await hashtags.findByKey(checked(name).key);
    if (!hashtag) return;
    await relationChanges.write([userId], (tx) => followedHashtags.delete(tx, userId, hashtag.id));
  }

  /** A page of the hashtags that the viewer follows. */
  async page({ userId }: Viewer, page: Page): Promise<FoundHashtag[]> {
    const found = await this.#deps.followedHashtags.page(userId, page);
    return found.map((hashtag) => ({ hashtag, isFollowed: true }));
  }
}

function checked(name: string): { readonly key: string; readonly written: string } {
  const written = hashtagNamed(storableText(name.replace(/^[#＃]/u, '')));
  if (written === undefined) throw new DomainError('hashtag_invalid');
  return { key: foldKey(written), written };
}
