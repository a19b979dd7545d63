/** Filters (https://docs.joinmastodon.org/entities/Filter/), and what they found in a status. */
import type { FilterMatch } from '../../service/filter-matchers.ts';
import type { Filter, FilterKeyword, FilterTweet } from '../../service/filters.ts';
import { dateOf } from './dates.ts';

/** Without what it looks for. */
function presentFilterAlone({ id, title, contexts, expires_at, action }: Filter) {
  return {
    id: String(id),
    title,
    context: contexts.split(' '),
    expires_at: expires_at === null ? null : dateOf(expires_at),
    filter_action: action,
  };
}

export function presentFilter(filter: Filter) {
  return {
    ...presentFilterAlone(filter),
    keywords: filter.keywords.map(presentKeyword),
    statuses: filter.tweets.map(presentFilterStatus),
  };
}

export function presentKeyword({ id, keyword, is_whole_word }: FilterKeyword) {
  return { id: String(id), keyword, whole_word: is_whole_word === 1 };
}

export function presentFilterStatus({ id, tweet_id }: FilterTweet) {
  return { id: String(id), status_id: String(tweet_id) };
}

/** https://docs.joinmastodon.org/entities/FilterResult/ */
export function presentFilterMatch({ filter, words, tweetIds }: FilterMatch) {
  return {
    filter: presentFilterAlone(filter),
    keyword_matches: words.length === 0 ? null : words,
    status_matches: tweetIds.length === 0 ? null : tweetIds.map(String),
  };
}
