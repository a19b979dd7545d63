/**
 * Every table, and what a backup does with it. A new table that is missing here fails the tests, so
 * nobody forgets to decide.
 */
import type { Schema } from './schema.ts';

/** A table whose rows belong into a backup. */
export interface KeptTable {
  readonly name: keyof Schema;
  /** What people call its rows. */
  readonly title: string;
  /** The primary key: the order in which rows are written. */
  readonly key: readonly string[];
  /** Column → the table whose `id` stands in it. */
  readonly references: Readonly<Record<string, keyof Schema>>;
  /** Columns that name stored objects, as `<store>:<key>`. */
  readonly objects: readonly string[];
}

/** In the order in which they can be filled: a table comes after those that it refers to. */
export const KEPT_TABLES: readonly KeptTable[] = [
  { name: 'users', title: 'users', key: ['id'], references: {}, objects: ['profile_picture'] },
  {
    name: 'users_follow_list',
    title: 'follows',
    key: ['user_id', 'follow_user_id'],
    references: { user_id: 'users', follow_user_id: 'users' },
    objects: [],
  },
  {
    name: 'tweets',
    title: 'tweets',
    key: ['id'],
    references: { user_id: 'users', reply_to_id: 'tweets', reblog_of_id: 'tweets' },
    objects: [],
  },
  {
    name: 'users_activity',
    title: 'last visits',
    key: ['user_id'],
    references: { user_id: 'users' },
    objects: [],
  },
  {
    name: 'former_users',
    title: 'former users',
    key: ['user_id'],
    references: {},
    objects: [],
  },
  { name: 'adoptions', title: 'adoptions', key: ['id'], references: {}, objects: [] },
];

/** What no backup has, and why. */
export const LEFT_OUT: Readonly<Partial<Record<keyof Schema, string>>> = {
  sessions: 'without the signing key, which no backup has, they are worth nothing: people log in',
  idempotency_keys: 'they are forgotten after a day',
  doomed_objects: 'the objects that they name are in no backup',
  one_time_codes: 'they run out within days, and people can ask for others',
  outside_changes: 'they concern servers that run now',
  timeline_epochs: 'the lists in Redis belong to the database that was, and die without it',
  timeline_viewers: 'whose timelines are in Redis; they come again when they read',
  timeline_outbox: 'what is on its way to Redis',
  leases: 'they belong to servers that run now',
  schema_migrations: 'the backup names its schema itself',
};

/** Tables whose ids the database gives and never gives again. */
export const COUNTED_TABLES = ['users'] as const satisfies readonly (keyof Schema)[];

/** All names. */
export const ALL_TABLES: readonly string[] = [
  ...KEPT_TABLES.map(({ name }) => name),
  ...Object.keys(LEFT_OUT),
];
