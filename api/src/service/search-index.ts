/** What tweets and people are found by, kept beside them. */
import type { Tx } from '../model/database.ts';
import {
  authorTerm,
  type SearchablePerson,
  type SearchableTweet,
} from '../model/search-progress.ts';
import type { SearchTermDao, TermRow } from '../model/search-terms.ts';
import { foldForSearch, termsOf } from './search-terms.ts';

/** All of a tweet that is searched, folded. */
export function searchedText({
  spoiler_text,
  tweet,
}: Omit<SearchableTweet, 'id' | 'user_id'>): string {
  return foldForSearch(spoiler_text === '' ? tweet : `${spoiler_text}\n${tweet}`);
}

/** All of a person that is: the parts of a user name are words, too. */
export function searchedName({
  username,
  name,
}: Pick<SearchablePerson, 'username' | 'name'>): string {
  const parts = username.includes('_') ? ` ${username.replaceAll('_', ' ')}` : '';
  return foldForSearch(`${username}${parts}\n${name}`);
}

export class SearchIndex {
  readonly #terms: SearchTermDao;

  constructor({ searchTerms }: { readonly searchTerms: SearchTermDao }) {
    this.#terms = searchTerms;
  }

  /** Has tweets found that are stored. */
  async addTweets(tx: Tx, tweets: readonly SearchableTweet[]): Promise<void> {
    await this.#terms.insert(tx, 'tweets_terms', inOrder(tweets.flatMap(rowsOf)));
  }

  /** Has people found as they are called now, and no longer as they were called before. */
  async setPeople(tx: Tx, people: readonly SearchablePerson[]): Promise<void> {
    await this.#terms.deleteOfUsers(
      tx,
      people.map(({ id }) => id),
    );
    const rows = people.flatMap((person) =>
      [...termsOf(searchedName(person))].map((term) => ({ term, id: person.id })),
    );
    await this.#terms.insert(tx, 'users_terms', inOrder(rows));
  }

  /** To be called in the unit that changes what a tweet says. */
  async tweetEdited(tx: Tx, before: SearchableTweet, after: SearchableTweet): Promise<void> {
    await this.tweetDeleted(tx, before);
    await this.addTweets(tx, [after]);
  }

  /** To be called in the unit that deletes a tweet. */
  async tweetDeleted(tx: Tx, tweet: SearchableTweet): Promise<void> {
    await this.#terms.deleteOfTweet(
      tx,
      tweet.id,
      rowsOf(tweet).map(({ term }) => term),
    );
  }
}

function rowsOf(tweet: SearchableTweet): TermRow[] {
  const { id, user_id } = tweet;
  return [authorTerm(user_id), ...termsOf(searchedText(tweet))].map((term) => ({ term, id }));
}

/** Neighbours in the table one after the other: its pages are written once. */
function inOrder(rows: readonly TermRow[]): TermRow[] {
  return rows.toSorted((a, b) => (a.term < b.term ? -1 : a.term > b.term ? 1 : a.id - b.id));
}
