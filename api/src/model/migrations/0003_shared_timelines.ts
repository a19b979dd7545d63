import type { Migration } from '../migrate.ts';

/** What servers that share lists of timelines in Redis agree on; see docs/adr/0009. */
export const sharedTimelines: Migration = {
  version: 3,
  name: 'shared_timelines',
  steps: ({ bigint, text, createTable }) => [
    ...createTable('timeline_epochs', {
      columns: [`id ${bigint} NOT NULL PRIMARY KEY`, `epoch ${text(32)} NOT NULL`],
    }),
    ...createTable('timeline_viewers', {
      columns: [
        `user_id ${bigint} NOT NULL PRIMARY KEY`,
        `generation ${bigint} NOT NULL`,
        `read_at ${bigint} NOT NULL`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
      indexes: [['read_at']],
    }),
    ...createTable('timeline_outbox', {
      columns: [
        `tweet_id ${bigint} NOT NULL PRIMARY KEY`,
        `user_id ${bigint} NOT NULL`,
        `visibility ${bigint} NOT NULL`,
        'FOREIGN KEY (tweet_id) REFERENCES tweets (id) ON DELETE CASCADE',
      ],
    }),
  ],
};
