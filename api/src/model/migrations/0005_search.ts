import type { Migration } from '../migrate.ts';

/** What tweets and people are found by; see docs/adr/0012. The rows are made in the background. */
export const search: Migration = {
  version: 5,
  name: 'search',
  steps: ({ bigint, text, createTable, addIndex }) => [
    // No reference to tweets: its index would be as large as the table. The service deletes what
    // goes with a tweet, and no search believes a row without looking at the tweet.
    ...createTable('tweets_terms', {
      columns: [
        `term ${text(32)} NOT NULL`,
        `tweet_id ${bigint} NOT NULL`,
        'PRIMARY KEY (term, tweet_id)',
      ],
      isClustered: true,
    }),
    ...createTable('users_terms', {
      columns: [
        `term ${text(32)} NOT NULL`,
        `user_id ${bigint} NOT NULL`,
        'PRIMARY KEY (term, user_id)',
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['user_id']],
      isClustered: true,
    }),
    ...createTable('search_progress', {
      columns: [
        `name ${text(16)} NOT NULL PRIMARY KEY`,
        `position ${bigint} NOT NULL`,
        `user_id ${bigint} NOT NULL`,
      ],
    }),
    // Who has been changed since the search last looked.
    addIndex('users', ['updated_at']),
  ],
};
