/**
 * Which rows and columns of each table are a person's own data, to be given to him when he asks. A table
 * or a column that is missing here fails the tests, so nobody forgets to decide.
 */
import type { Schema } from './schema.ts';
import { KEPT_TABLES } from './tables.ts';

/** A table with rows that belong to people. */
export interface PersonalTable {
  readonly table: keyof Schema;
  /** What the file with these rows is called, without its ending. */
  readonly file: string;
  /** The primary key: the order of the rows. */
  readonly key: readonly string[];
  /** The column with the person's id, or with the id of a row that is his: see `parent`. */
  readonly owner: string;
  /** Where `owner` leads, if not to the person himself: its `user_id` does. */
  readonly parent: keyof Schema | undefined;
  /** What he is given. */
  readonly shown: readonly string[];
  /** What is of no use to him, or would be dangerous in his hands. */
  readonly withheld: readonly string[];
  /** Columns in which another row's id stands → that row's table and the column that people know it by. */
  readonly names: Readonly<Record<string, readonly [table: string, column: string]>>;
  /** Columns that name stored objects, as `<store>:<key>`. */
  readonly objects: readonly string[];
}

/** What people call a row of these tables. */
const NAMES: Readonly<Partial<Record<keyof Schema, string>>> = {
  users: 'username',
  hashtags: 'name',
  lists: 'title',
  filters: 'title',
  apps: 'name',
};

interface Description<T extends keyof Schema> {
  readonly file?: string;
  readonly owner?: keyof Schema[T] & string;
  readonly shown: readonly (keyof Schema[T] & string)[];
  readonly withheld?: readonly (keyof Schema[T] & string)[];
  /** For tables that no backup has. */
  readonly key?: readonly (keyof Schema[T] & string)[];
  readonly references?: Readonly<Record<string, keyof Schema>>;
}

function of<T extends keyof Schema>(table: T, description: Description<T>): PersonalTable {
  const kept = KEPT_TABLES.find(({ name }) => name === table);
  const { owner = 'user_id', shown, withheld = [], file = table } = description;
  const references = description.references ?? kept?.references ?? {};
  const target = references[owner];
  return {
    table,
    file,
    key: description.key ?? kept?.key ?? [],
    owner,
    parent: target === 'users' ? undefined : target,
    shown,
    withheld,
    names: Object.fromEntries(
      Object.entries(references).flatMap(([column, to]) => {
        const name = NAMES[to];
        return name !== undefined && shown.some((one) => one === column)
          ? [[column, [to, name]]]
          : [];
      }),
    ),
    objects: (kept?.objects ?? []).filter((column) => shown.some((one) => one === column)),
  };
}

const reaction = (table: 'favourites' | 'bookmarks' | 'pins') => [
  of(table, { shown: ['tweet_id', 'created_at'], withheld: ['id'] }),
];

/** For each table: what of it belongs to people, or why nothing does. */
export const PERSONAL: Readonly<Record<keyof Schema, readonly PersonalTable[] | string>> = {
  users: [
    of('users', {
      file: 'user',
      owner: 'id',
      shown: [
        'id',
        'username',
        'name',
        'email',
        'email_confirmed_at',
        'profile',
        'fields',
        'profile_picture',
        'header_picture',
        'state',
        'role',
        'locale',
        'is_locked',
        'is_bot',
        'is_discoverable',
        'hides_follows',
        'default_visibility',
        'default_sensitive',
        'default_language',
        'created_at',
        'updated_at',
      ],
      withheld: ['hashed_password', 'email_key', 'username_key'],
    }),
  ],
  users_activity: [of('users_activity', { file: 'last_visit', shown: ['last_active_at'] })],
  user_deletions: [of('user_deletions', { file: 'deletion', shown: ['begun_at'] })],
  sessions: [
    of('sessions', {
      key: ['jti'],
      references: { user_id: 'users', app_id: 'apps' },
      shown: ['app_id', 'scopes', 'created_at', 'last_used_at', 'expires_at', 'revoked_at'],
      withheld: ['jti'],
    }),
  ],
  tweets: [
    of('tweets', {
      shown: [
        'id',
        'tweet',
        'spoiler_text',
        'is_sensitive',
        'visibility',
        'language',
        'reply_to_id',
        'reply_to_user_id',
        'reblog_of_id',
        'conversation_id',
        'created_at',
        'edited_at',
      ],
    }),
  ],
  tweets_edits: [
    of('tweets_edits', {
      file: 'earlier_versions',
      owner: 'tweet_id',
      shown: ['tweet_id', 'edited_at', 'tweet', 'spoiler_text', 'is_sensitive', 'media'],
    }),
  ],
  media: [
    of('media', {
      shown: [
        'id',
        'tweet_id',
        'position',
        'kind',
        'picture',
        'width',
        'height',
        'description',
        'focus',
        'created_at',
        'expires_at',
      ],
      // It is the same picture again, smaller.
      withheld: ['preview', 'preview_width', 'preview_height', 'blurhash'],
    }),
  ],
  mentions: [of('mentions', { owner: 'tweet_id', shown: ['tweet_id', 'user_id'] })],
  tweets_hashtags: [
    of('tweets_hashtags', {
      file: 'hashtags',
      owner: 'tweet_id',
      shown: ['tweet_id', 'hashtag_id'],
    }),
  ],
  users_follow_list: [
    of('users_follow_list', {
      file: 'follows',
      shown: ['follow_user_id', 'shows_reblogs', 'notifies', 'created_at'],
    }),
    of('users_follow_list', {
      file: 'followers',
      owner: 'follow_user_id',
      shown: ['user_id', 'created_at'],
      // What they want to see of him is theirs.
      withheld: ['shows_reblogs', 'notifies'],
    }),
  ],
  follow_requests: [
    of('follow_requests', {
      shown: ['follow_user_id', 'shows_reblogs', 'notifies', 'created_at'],
      withheld: ['id'],
    }),
  ],
  followed_hashtags: [of('followed_hashtags', { shown: ['hashtag_id', 'created_at'] })],
  favourites: reaction('favourites'),
  bookmarks: reaction('bookmarks'),
  pins: reaction('pins'),
  muted_conversations: [of('muted_conversations', { shown: ['conversation_id', 'created_at'] })],
  blocks: [of('blocks', { shown: ['blocked_user_id', 'created_at'], withheld: ['id'] })],
  mutes: [
    of('mutes', {
      shown: ['muted_user_id', 'hides_notifications', 'expires_at', 'created_at'],
      withheld: ['id'],
    }),
  ],
  endorsements: [of('endorsements', { shown: ['endorsed_user_id', 'created_at'] })],
  user_notes: [of('user_notes', { file: 'notes', shown: ['about_user_id', 'note'] })],
  lists: [of('lists', { shown: ['id', 'title', 'replies_policy', 'is_exclusive', 'created_at'] })],
  list_members: [
    of('list_members', { owner: 'list_id', shown: ['list_id', 'user_id', 'created_at'] }),
  ],
  notifications: [
    of('notifications', {
      shown: ['kind', 'from_user_id', 'tweet_id', 'created_at'],
      withheld: ['id', 'group_key'],
    }),
  ],
  markers: [
    of('markers', {
      file: 'reading_positions',
      shown: ['timeline', 'last_read_id', 'updated_at'],
      withheld: ['version'],
    }),
  ],
  filters: [
    of('filters', { shown: ['id', 'title', 'contexts', 'action', 'expires_at', 'created_at'] }),
  ],
  filter_keywords: [
    of('filter_keywords', {
      owner: 'filter_id',
      shown: ['filter_id', 'keyword', 'is_whole_word'],
      withheld: ['id'],
    }),
  ],
  filter_tweets: [
    of('filter_tweets', {
      owner: 'filter_id',
      shown: ['filter_id', 'tweet_id'],
      withheld: ['id'],
    }),
  ],

  hashtags: 'they belong to nobody; his own stand beside his tweets',
  apps: 'they belong to those who wrote them; their names stand beside his sessions',
  app_tokens: 'they act for nobody',
  authorization_codes: 'secrets, which run out within minutes',
  one_time_codes: 'secrets, which run out within days',
  idempotency_keys: 'hashes that are forgotten after a day',
  former_users: 'those people are gone',
  doomed_objects: 'files that nothing refers to',
  adoptions: 'how the database came to be',
  outside_changes: 'for servers',
  leases: 'for servers',
  timeline_epochs: 'for servers',
  timeline_viewers: 'for servers; last_visit says when he was here',
  timeline_outbox: 'for servers',
  tweets_terms: 'made of the tweets',
  users_terms: 'made of the names',
  search_progress: 'how far the server is with that',
  schema_migrations: 'for servers',
};

/** In the order of the files. */
export const PERSONAL_TABLES: readonly PersonalTable[] = Object.values(PERSONAL).flatMap((one) =>
  typeof one === 'string' ? [] : one,
);
