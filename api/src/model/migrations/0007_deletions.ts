import type { Migration } from '../migrate.ts';

/** Who is being deleted, and what is kept of those who were. */
export const deletions: Migration = {
  version: 7,
  name: 'deletions',
  steps: ({ bigint, text, createTable, addColumn, addIndex }) => [
    ...createTable('user_deletions', {
      columns: [
        `user_id ${bigint} NOT NULL PRIMARY KEY`,
        `begun_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
    }),
    // The names themselves, in username_key, are replaced by the server: it has the key of the hash.
    addColumn('former_users', `username_hash ${text(64)}`),
    addIndex('former_users', ['username_hash']),
  ],
};
