import type { Migration } from '../migrate.ts';

/** The course's three tables, and what the server needs around them. */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  steps: ({ autoId, bigint, text, createTable }) => [
    ...createTable('users', {
      columns: [
        `id ${autoId}`,
        `name ${text(100)} NOT NULL`,
        `email ${text(254)} NOT NULL`,
        `email_key ${text(254)} NOT NULL`,
        `username ${text(30)} NOT NULL`,
        `username_key ${text(30)} NOT NULL`,
        `hashed_password ${text(255)} NOT NULL`,
        `profile ${text(2000)} NOT NULL`,
        `profile_picture ${text(255)}`,
        `state ${text(16)} NOT NULL`,
        `role ${text(16)} NOT NULL`,
        `locale ${text(16)}`,
        `email_confirmed_at ${bigint}`,
        `created_at ${bigint} NOT NULL`,
        `updated_at ${bigint} NOT NULL`,
      ],
      unique: [['email_key'], ['username_key']],
    }),
    ...createTable('users_follow_list', {
      columns: [
        `user_id ${bigint} NOT NULL`,
        `follow_user_id ${bigint} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        'PRIMARY KEY (user_id, follow_user_id)',
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
        'FOREIGN KEY (follow_user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['follow_user_id', 'user_id']],
    }),
    ...createTable('tweets', {
      columns: [
        `id ${bigint} NOT NULL PRIMARY KEY`,
        `user_id ${bigint} NOT NULL`,
        `tweet ${text(3000)} NOT NULL`,
        `visibility ${bigint} NOT NULL`,
        `reply_to_id ${bigint}`,
        `reblog_of_id ${bigint}`,
        `created_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
        'FOREIGN KEY (reply_to_id) REFERENCES tweets (id) ON DELETE SET NULL',
        'FOREIGN KEY (reblog_of_id) REFERENCES tweets (id) ON DELETE CASCADE',
      ],
      // The first covers a timeline's search for ids: no row is touched to skip a hidden tweet.
      indexes: [['user_id', 'id', 'visibility', 'reblog_of_id'], ['reply_to_id'], ['reblog_of_id']],
    }),
    ...createTable('sessions', {
      columns: [
        `jti ${text(32)} NOT NULL PRIMARY KEY`,
        `user_id ${bigint} NOT NULL`,
        `app_id ${bigint}`,
        `scopes ${text(255)} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
        `last_used_at ${bigint} NOT NULL`,
        `expires_at ${bigint} NOT NULL`,
        `revoked_at ${bigint}`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['user_id'], ['expires_at']],
    }),
    ...createTable('idempotency_keys', {
      columns: [
        `key_hash ${text(64)} NOT NULL PRIMARY KEY`,
        `fingerprint ${text(64)} NOT NULL`,
        `result_id ${bigint} NOT NULL`,
        `created_at ${bigint} NOT NULL`,
      ],
      indexes: [['created_at']],
    }),
    ...createTable('doomed_objects', {
      columns: [`object ${text(255)} NOT NULL PRIMARY KEY`, `not_before ${bigint} NOT NULL`],
      indexes: [['not_before']],
    }),
  ],
};
