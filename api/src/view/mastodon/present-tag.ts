/** Hashtags as Mastodon's clients know them (https://docs.joinmastodon.org/entities/Tag/). */
import type { FoundHashtag } from '../../service/search.ts';
import type { Site } from './site.ts';

export function presentTag({ hashtag, isFollowed }: FoundHashtag, site: Site) {
  return {
    id: String(hashtag.id),
    name: hashtag.name.toLowerCase(),
    url: `${site.url}/tags/${encodeURIComponent(hashtag.name)}`,
    // How often it was used lately: not counted here.
    history: [],
    following: isFollowed,
    featuring: false,
  };
}
