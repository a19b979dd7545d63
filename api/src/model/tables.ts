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
  {
    name: 'users',
    title: 'users',
    key: ['id'],
    references: {},
    objects: ['profile_picture', 'header_picture'],
  },
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
  {
    name: 'user_deletions',
    title: 'deletions under way',
    key: ['user_id'],
    references: { user_id: 'users' },
    objects: [],
  },
  {
    name: 'tweets_edits',
    title: 'earlier versions of tweets',
    key: ['tweet_id', 'edited_at'],
    references: { tweet_id: 'tweets' },
    objects: [],
  },
  {
    name: 'media',
    title: 'pictures in tweets',
    key: ['id'],
    references: { user_id: 'users', tweet_id: 'tweets' },
    objects: ['picture', 'preview'],
  },
  {
    name: 'mentions',
    title: 'mentions',
    key: ['tweet_id', 'user_id'],
    references: { tweet_id: 'tweets', user_id: 'users' },
    objects: [],
  },
  { name: 'hashtags', title: 'hashtags', key: ['id'], references: {}, objects: [] },
  {
    name: 'tweets_hashtags',
    title: 'hashtags of tweets',
    key: ['hashtag_id', 'tweet_id'],
    references: { hashtag_id: 'hashtags', tweet_id: 'tweets' },
    objects: [],
  },
  {
    name: 'followed_hashtags',
    title: 'followed hashtags',
    key: ['user_id', 'hashtag_id'],
    references: { user_id: 'users', hashtag_id: 'hashtags' },
    objects: [],
  },
  {
    name: 'favourites',
    title: 'favourites',
    key: ['id'],
    references: { user_id: 'users', tweet_id: 'tweets' },
    objects: [],
  },
  {
    name: 'bookmarks',
    title: 'bookmarks',
    key: ['id'],
    references: { user_id: 'users', tweet_id: 'tweets' },
    objects: [],
  },
  {
    name: 'pins',
    title: 'pinned tweets',
    key: ['id'],
    references: { user_id: 'users', tweet_id: 'tweets' },
    objects: [],
  },
  {
    name: 'muted_conversations',
    title: 'muted conversations',
    key: ['user_id', 'conversation_id'],
    references: { user_id: 'users' },
    objects: [],
  },
  {
    name: 'follow_requests',
    title: 'follow requests',
    key: ['id'],
    references: { user_id: 'users', follow_user_id: 'users' },
    objects: [],
  },
  {
    name: 'blocks',
    title: 'blocks',
    key: ['id'],
    references: { user_id: 'users', blocked_user_id: 'users' },
    objects: [],
  },
  {
    name: 'mutes',
    title: 'mutes',
    key: ['id'],
    references: { user_id: 'users', muted_user_id: 'users' },
    objects: [],
  },
  {
    name: 'endorsements',
    title: 'featured people',
    key: ['user_id', 'endorsed_user_id'],
    references: { user_id: 'users', endorsed_user_id: 'users' },
    objects: [],
  },
  {
    name: 'user_notes',
    title: 'notes about people',
    key: ['user_id', 'about_user_id'],
    references: { user_id: 'users', about_user_id: 'users' },
    objects: [],
  },
  { name: 'lists', title: 'lists', key: ['id'], references: { user_id: 'users' }, objects: [] },
  {
    name: 'list_members',
    title: 'members of lists',
    key: ['list_id', 'user_id'],
    references: { list_id: 'lists', user_id: 'users' },
    objects: [],
  },
  {
    name: 'notifications',
    title: 'notifications',
    key: ['id'],
    references: { user_id: 'users', from_user_id: 'users', tweet_id: 'tweets' },
    objects: [],
  },
  {
    name: 'markers',
    title: 'reading positions',
    key: ['user_id', 'timeline'],
    references: { user_id: 'users' },
    objects: [],
  },
  { name: 'filters', title: 'filters', key: ['id'], references: { user_id: 'users' }, objects: [] },
  {
    name: 'filter_keywords',
    title: 'words of filters',
    key: ['id'],
    references: { filter_id: 'filters' },
    objects: [],
  },
  {
    name: 'filter_tweets',
    title: 'tweets of filters',
    key: ['id'],
    references: { filter_id: 'filters', tweet_id: 'tweets' },
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
  app_tokens: { why: 'as sessions', onRestore: 'emptied' },
  authorization_codes: {
    why: 'they run out within minutes, and belong to log-ins that are under way',
    onRestore: 'emptied',
  },
  apps: {
    why: 'their tokens go with the sessions; an app registers itself again',
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
  tweets_terms: { why: 'the server makes them anew out of the tweets', onRestore: 'emptied' },
  users_terms: { why: 'likewise, out of names', onRestore: 'emptied' },
  search_progress: { why: 'how far it is with that', onRestore: 'emptied' },
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
export const COUNTED_TABLES = [
  'users',
  'media',
  'hashtags',
  'favourites',
  'bookmarks',
  'pins',
  'follow_requests',
  'blocks',
  'mutes',
  'lists',
  'notifications',
  'filters',
  'filter_keywords',
  'filter_tweets',
] as const satisfies readonly (keyof Schema)[];

/** All names, each once. */
export const ALL_TABLES: readonly string[] = [
  ...KEPT_TABLES.map(({ name }) => name),
  ...Object.keys(LEFT_OUT),
];
