import type { Migration } from '../migrate.ts';

/** What looking after people needs: who was here, and what other processes have changed. */
export const people: Migration = {
  version: 2,
  name: 'people',
  steps: ({ bigint, text, createTable }) => [
    ...createTable('former_users', {
      columns: [
        `user_id ${bigint} NOT NULL PRIMARY KEY`,
        `username_key ${text(30)} NOT NULL`,
        `deleted_at ${bigint} NOT NULL`,
      ],
      unique: [['username_key']],
    }),
    ...createTable('users_activity', {
      columns: [
        `user_id ${bigint} NOT NULL PRIMARY KEY`,
        `last_active_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['last_active_at']],
    }),
    // Whoever was here before: as far as sessions tell.
    `INSERT INTO users_activity (user_id, last_active_at)
     SELECT user_id, MAX(last_used_at) FROM sessions
     WHERE user_id NOT IN (SELECT user_id FROM users_activity) GROUP BY user_id`,
    ...createTable('one_time_codes', {
      columns: [
        `code_hash ${text(64)} NOT NULL PRIMARY KEY`,
        `user_id ${bigint} NOT NULL`,
        `purpose ${text(16)} NOT NULL`,
        `email_key ${text(254)} NOT NULL`,
        `expires_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['user_id'], ['expires_at']],
    }),
    ...createTable('adoptions', {
      columns: [
        `id ${bigint} NOT NULL PRIMARY KEY`,
        `highest_user_id ${bigint} NOT NULL`,
        `highest_tweet_id ${bigint} NOT NULL`,
        `complete_until ${bigint}`,
      ],
    }),
    ...createTable('outside_changes', {
      columns: [`name ${text(64)} NOT NULL PRIMARY KEY`, `changes ${bigint} NOT NULL`],
    }),
  ],
};
