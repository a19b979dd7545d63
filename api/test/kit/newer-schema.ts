/**
 * A schema with one more migration than there is: two more columns, and one more table. To be imported
 * before anything else: what comes after it takes the lists as it finds them.
 */
import { migrations } from '../../src/model/migrations/index.ts';
import type { Migration } from '../../src/model/migrate.ts';
import type { Schema } from '../../src/model/schema.ts';
import { ALL_TABLES, EMPTIED_TABLES, KEPT_TABLES, type KeptTable } from '../../src/model/tables.ts';

export const OLDER = migrations.at(-1)?.version ?? 0;
export const NEWER = OLDER + 1;
export const NEW_TABLE = 'badges';

(migrations as Migration[]).push({
  version: NEWER,
  name: 'mottos_and_badges',
  steps: ({ bigint, text, createTable }) => [
    `ALTER TABLE users ADD COLUMN motto ${text(100)} NOT NULL DEFAULT 'none yet'`,
    `ALTER TABLE users ADD COLUMN tweets_count ${bigint} NOT NULL DEFAULT 0`,
    'UPDATE users SET tweets_count = (SELECT COUNT(*) FROM tweets WHERE user_id = users.id)',
    ...createTable(NEW_TABLE, {
      columns: [
        `id ${bigint} NOT NULL PRIMARY KEY`,
        `user_id ${bigint} NOT NULL`,
        `picture ${text(255)}`,
        'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
      ],
    }),
  ],
});

(KEPT_TABLES as KeptTable[]).push({
  name: NEW_TABLE as keyof Schema,
  title: 'badges',
  key: ['id'],
  references: { user_id: 'users' },
  objects: ['picture'],
});
for (const names of [ALL_TABLES, EMPTIED_TABLES]) (names as string[]).push(NEW_TABLE);
