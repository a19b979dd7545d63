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
    ...createTable('outside_changes', {
      columns: [`name ${text(64)} NOT NULL PRIMARY KEY`, `changes ${bigint} NOT NULL`],
    }),
  ],
};
