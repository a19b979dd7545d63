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

/** A table that no backup has. */
export interface LeftOutTable {
  readonly why: string;
  /** What a restore does with its rows: those that go with people go, the database's own stay. */
  readonly onRestore: 'emptied' | 'kept';
}

export const LEFT_OUT = {
  sessions: {
    why: 'whoever gets hold of a backup shall not act as somebody: people log in again',
    onRestore: 'emptied',
  },
  idempotency_keys: {
    why: 'they are forgotten after a day, and say what was created in this database only',
    onRestore: 'emptied',
  },
  doomed_objects: {
    why: 'they name objects of this place that are in no backup',
    onRestore: 'kept',
  },
  one_time_codes: {
    why: 'they run out within days, and people can ask for others',
    onRestore: 'emptied',
  },
  outside_changes: { why: 'they concern servers that run now', onRestore: 'kept' },
  timeline_epochs: {
    why: 'the lists in Redis belong to the database that was, and die without it',
    onRestore: 'emptied',
  },
  timeline_viewers: {
    why: 'whose timelines are in Redis; they come again when they read',
    onRestore: 'emptied',
  },
  timeline_outbox: { why: 'what is on its way to Redis', onRestore: 'emptied' },
  leases: { why: 'they belong to servers that run now', onRestore: 'kept' },
  schema_migrations: { why: 'the backup names its schema itself', onRestore: 'kept' },
} as const satisfies Readonly<Partial<Record<keyof Schema, LeftOutTable>>>;

/** What a restore empties before it loads anything. */
export const EMPTIED_TABLES: readonly string[] = [
  ...KEPT_TABLES.map(({ name }) => name),
  ...Object.entries(LEFT_OUT).flatMap(([name, { onRestore }]) =>
    onRestore === 'emptied' ? [name] : [],
  ),
];

/** Tables whose ids the database gives and never gives again. */
export const COUNTED_TABLES = ['users'] as const satisfies readonly (keyof Schema)[];

/** All names, each once. */
export const ALL_TABLES: readonly string[] = [
  ...KEPT_TABLES.map(({ name }) => name),
  ...Object.keys(LEFT_OUT),
];
