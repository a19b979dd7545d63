/**
 * A schema with one more migration than there is. To be imported before anything else: what comes
 * after it takes the list as it finds it.
 */
import { migrations } from '../../src/model/migrations/index.ts';
import type { Migration } from '../../src/model/migrate.ts';

export const OLDER = migrations.at(-1)?.version ?? 0;
export const NEWER = OLDER + 1;

(migrations as Migration[]).push({
  version: NEWER,
  name: 'mottos',
  steps: ({ bigint, text }) => [
    `ALTER TABLE users ADD COLUMN motto ${text(100)} NOT NULL DEFAULT 'none yet'`,
    `ALTER TABLE users ADD COLUMN tweets_count ${bigint} NOT NULL DEFAULT 0`,
    'UPDATE users SET tweets_count = (SELECT COUNT(*) FROM tweets WHERE user_id = users.id)',
  ],
});
