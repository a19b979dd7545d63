/**
 * The tables as the queries see them. Times are UTC epoch milliseconds; ids are integers below
 * 2^53. The columns themselves are made in `migrations/`.
 */
import type { ColumnType, Generated, Selectable } from 'kysely';

/** A column that is written once and never changed. */
type Fixed<T> = ColumnType<T, T, never>;

export type UserState = 'active' | 'pending' | 'suspended';
export type UserRole = 'user' | 'admin';

/** What a code in a mail is good for. */
export type CodePurpose = 'password' | 'email';

/** Stands where the id of somebody stood who has been deleted. */
export const GONE_USER = 0;

/** Who may see a tweet, from the widest audience to the smallest. */
export const VISIBILITY = { public: 0, unlisted: 1, private: 2, direct: 3 } as const;

/** 0 or 1; rows have the default of the column where nothing is said. */
type Flag = Generated<number>;

/** What a person did with a tweet; the id is its place in his list. */
interface Reaction {
  id: Generated<number>;
  user_id: Fixed<number>;
  tweet_id: Fixed<number>;
  created_at: Fixed<number>;
}

export type MediaKind = 'image' | 'gifv';
export type RepliesPolicy = 'followed' | 'list' | 'none';
export type FilterAction = 'warn' | 'hide' | 'blur';
export type NotificationKind =
  | 'mention'
  | 'status'
  | 'reblog'
  | 'follow'
  | 'follow_request'
  | 'favourite'
  | 'update';

/** Tweets above this one and below that one are not indexed yet; users changed later neither. */
export type SearchCursor = 'tweets above' | 'tweets below' | 'users';

export interface Schema {
  users: {
    id: Generated<number>;
    name: string;
    email: string;
    /** The e-mail folded for comparison; unique. */
    email_key: string;
    username: string;
    /** The user name folded for comparison; unique. */
    username_key: string;
    hashed_password: string;
    profile: string;
    /** `<store>:<key>` of the picture, or null. */
    profile_picture: string | null;
    state: UserState;
    role: UserRole;
    locale: string | null;
    email_confirmed_at: number | null;
    /** `<store>:<key>` of the wide picture above a profile, or null. */
    header_picture: Generated<string | null>;
    /** Whether followers need to be let in. */
    is_locked: Flag;
    is_bot: Flag;
    /** Whether the person may be proposed to others. */
    is_discoverable: Flag;
    /** Whether nobody else sees whom he follows and who follows him. */
    hides_follows: Flag;
    /** JSON: `[{name, value}, …]`. */
    fields: Generated<string>;
    /** What a tweet is when nothing else is said: a value of {@link VISIBILITY}. */
    default_visibility: Generated<number>;
    default_sensitive: Flag;
    default_language: Generated<string | null>;
    created_at: Fixed<number>;
    updated_at: number;
  };
  users_follow_list: {
    user_id: Fixed<number>;
    follow_user_id: Fixed<number>;
    created_at: Fixed<number>;
    /** Whether the tweets that he repeats are wanted, too. */
    shows_reblogs: Flag;
    /** Whether each tweet of his is to be notified. */
    notifies: Flag;
  };
  tweets: {
    id: Fixed<number>;
    user_id: Fixed<number>;
    tweet: string;
    /** A value of {@link VISIBILITY}. */
    visibility: number;
    reply_to_id: number | null;
    reblog_of_id: number | null;
    created_at: Fixed<number>;
    /** The content warning; empty for none. */
    spoiler_text: Generated<string>;
    is_sensitive: Flag;
    /** ISO 639, or null. */
    language: Generated<string | null>;
    edited_at: Generated<number | null>;
    /** Whose tweet it answers; stays when that tweet is deleted. `GONE_USER` when he is, too. */
    reply_to_user_id: Generated<number | null>;
    /** The tweet that the conversation began with; null when it is this one. */
    conversation_id: Generated<number | null>;
  };
  apps: {
    id: Generated<number>;
    client_id: Fixed<string>;
    /** SHA-256. */
    hashed_client_secret: Fixed<string>;
    name: Fixed<string>;
    website: Fixed<string | null>;
    /** One per line. */
    redirect_uris: Fixed<string>;
    scopes: Fixed<string>;
    created_at: Fixed<number>;
  };
  /** Tokens of apps that act for nobody (`client_credentials`). */
  app_tokens: {
    jti: Fixed<string>;
    app_id: Fixed<number>;
    scopes: Fixed<string>;
    created_at: Fixed<number>;
    revoked_at: number | null;
  };
  authorization_codes: {
    /** SHA-256 of the code. */
    code_hash: Fixed<string>;
    app_id: Fixed<number>;
    user_id: Fixed<number>;
    redirect_uri: Fixed<string>;
    scopes: Fixed<string>;
    /** Of PKCE, by S256; null where the app sent none. */
    code_challenge: Fixed<string | null>;
    /** The session that it was exchanged for: a code that comes again ends it. */
    jti: string | null;
    expires_at: Fixed<number>;
  };
  /** What an edited tweet said before; `edited_at` is since when it had said so. */
  tweets_edits: {
    tweet_id: Fixed<number>;
    /** When it came to say this. */
    edited_at: Fixed<number>;
    tweet: Fixed<string>;
    spoiler_text: Fixed<string>;
    is_sensitive: Fixed<number>;
    /** JSON: ids and descriptions of the media. */
    media: Fixed<string>;
  };
  media: {
    id: Generated<number>;
    user_id: Fixed<number>;
    /** Null as long as no tweet has it. */
    tweet_id: number | null;
    position: number;
    kind: Fixed<MediaKind>;
    /** `<store>:<key>` of the picture, and of a smaller one. */
    picture: Fixed<string>;
    preview: Fixed<string>;
    width: Fixed<number>;
    height: Fixed<number>;
    preview_width: Fixed<number>;
    preview_height: Fixed<number>;
    description: string;
    /** `x,y`, each from -1 to 1. */
    focus: string;
    blurhash: Fixed<string>;
    created_at: Fixed<number>;
    /** When it goes, unless a tweet has it by then. */
    expires_at: number;
  };
  mentions: { tweet_id: Fixed<number>; user_id: Fixed<number> };
  hashtags: {
    id: Generated<number>;
    /** As it was first written, without `#`. */
    name: Fixed<string>;
    name_key: Fixed<string>;
    created_at: Fixed<number>;
  };
  tweets_hashtags: { hashtag_id: Fixed<number>; tweet_id: Fixed<number> };
  followed_hashtags: {
    user_id: Fixed<number>;
    hashtag_id: Fixed<number>;
    created_at: Fixed<number>;
  };
  favourites: Reaction;
  bookmarks: Reaction;
  pins: Reaction;
  muted_conversations: {
    user_id: Fixed<number>;
    conversation_id: Fixed<number>;
    created_at: Fixed<number>;
  };
  follow_requests: {
    id: Generated<number>;
    user_id: Fixed<number>;
    follow_user_id: Fixed<number>;
    shows_reblogs: number;
    notifies: number;
    created_at: Fixed<number>;
  };
  blocks: {
    id: Generated<number>;
    user_id: Fixed<number>;
    blocked_user_id: Fixed<number>;
    created_at: Fixed<number>;
  };
  mutes: {
    id: Generated<number>;
    user_id: Fixed<number>;
    muted_user_id: Fixed<number>;
    hides_notifications: number;
    /** Null: until it is ended. */
    expires_at: number | null;
    created_at: Fixed<number>;
  };
  /** People whom a person shows on his profile. */
  endorsements: {
    user_id: Fixed<number>;
    endorsed_user_id: Fixed<number>;
    created_at: Fixed<number>;
  };
  /** What a person has noted about others, for himself. */
  user_notes: { user_id: Fixed<number>; about_user_id: Fixed<number>; note: string };
  lists: {
    id: Generated<number>;
    user_id: Fixed<number>;
    title: string;
    replies_policy: RepliesPolicy;
    /** Whether those on it are left out of the home timeline. */
    is_exclusive: number;
    created_at: Fixed<number>;
  };
  list_members: { list_id: Fixed<number>; user_id: Fixed<number>; created_at: Fixed<number> };
  notifications: {
    id: Generated<number>;
    /** Who is told. */
    user_id: Fixed<number>;
    kind: Fixed<NotificationKind>;
    from_user_id: Fixed<number>;
    tweet_id: Fixed<number | null>;
    /** The same for those that are shown as one. */
    group_key: Fixed<string>;
    created_at: Fixed<number>;
  };
  /** How far somebody has read. */
  markers: {
    user_id: Fixed<number>;
    timeline: Fixed<'home' | 'notifications'>;
    last_read_id: number;
    version: number;
    updated_at: number;
  };
  filters: {
    id: Generated<number>;
    user_id: Fixed<number>;
    title: string;
    /** Where it applies, with spaces between: `home notifications public thread account`. */
    contexts: string;
    action: FilterAction;
    expires_at: number | null;
    created_at: Fixed<number>;
  };
  filter_keywords: {
    id: Generated<number>;
    filter_id: Fixed<number>;
    keyword: string;
    is_whole_word: number;
  };
  filter_tweets: { id: Generated<number>; filter_id: Fixed<number>; tweet_id: Fixed<number> };
  /** What tweets are found by; kept by the search, not by the database: see docs/adr/0012. */
  tweets_terms: { term: Fixed<string>; tweet_id: Fixed<number> };
  users_terms: { term: Fixed<string>; user_id: Fixed<number> };
  /** How far the search has read what it is to find. */
  search_progress: {
    name: Fixed<SearchCursor>;
    /** A tweet's id, or when a user was changed. */
    position: number;
    /** The last user of that moment. */
    user_id: number;
  };
  sessions: {
    jti: Fixed<string>;
    user_id: Fixed<number>;
    app_id: number | null;
    scopes: string;
    created_at: Fixed<number>;
    last_used_at: number;
    expires_at: number;
    revoked_at: number | null;
  };
  idempotency_keys: {
    /** SHA-256 of who asked, for what, and the key he sent. */
    key_hash: Fixed<string>;
    /** SHA-256 of what he asked for. */
    fingerprint: Fixed<string>;
    /** The id of what was created. */
    result_id: Fixed<number>;
    created_at: Fixed<number>;
  };
  doomed_objects: {
    /** `<store>:<key>` of a stored object that nothing shall refer to. */
    object: Fixed<string>;
    not_before: number;
  };
  users_activity: {
    user_id: Fixed<number>;
    /** When he was last here, to within an hour. */
    last_active_at: number;
  };
  former_users: {
    /** The id that somebody had; it is not a reference any more. */
    user_id: Fixed<number>;
    /** A keyed hash of the user name that he had, folded; nobody gets it again. */
    username_hash: string | null;
    /** That name itself where an older release has stored it; otherwise `#` and the id. */
    username_key: string;
    deleted_at: Fixed<number>;
  };
  /** Who is being deleted: what is left of him goes in the background. */
  user_deletions: { user_id: Fixed<number>; begun_at: Fixed<number> };
  one_time_codes: {
    /** SHA-256 of the code that stands in a mail. */
    code_hash: Fixed<string>;
    user_id: Fixed<number>;
    /** What the code is good for. */
    purpose: Fixed<CodePurpose>;
    /** The address that he had; with another one it is good for nothing. */
    email_key: Fixed<string>;
    /** Where it was sent to, when that is the address that he would like to have. */
    new_email: Fixed<string | null>;
    expires_at: Fixed<number>;
  };
  adoptions: {
    /** There is one row at most, the first. */
    id: Fixed<number>;
    /** Of those that were taken from a course database; higher ones are native. */
    highest_user_id: number;
    highest_tweet_id: number;
    /** Up to when the source has been read to its end, by its own times; null before that. */
    complete_until: number | null;
  };
  outside_changes: {
    name: Fixed<string>;
    /** Goes up when a command changes something that a server may keep in memory. */
    changes: number;
  };
  leases: {
    name: string;
    holder: string;
    expires_at: number;
  };
  /** One row: which lists of timelines in Redis may be believed at all. */
  timeline_epochs: {
    id: Fixed<number>;
    epoch: string;
  };
  /** Whose timelines may be in Redis. */
  timeline_viewers: {
    user_id: Fixed<number>;
    /** Which list of his may be believed; raised by whatever makes it wrong. */
    generation: number;
    /** About when he last read, in epoch milliseconds. */
    read_at: number;
  };
  /** Tweets that are stored and not yet in all the lists they belong to. */
  timeline_outbox: {
    tweet_id: Fixed<number>;
    user_id: Fixed<number>;
    visibility: Fixed<number>;
  };
  schema_migrations: {
    version: Fixed<number>;
    name: Fixed<string>;
    applied_at: Fixed<number>;
  };
}

export type UserRow = Selectable<Schema['users']>;
export type TweetRow = Selectable<Schema['tweets']>;
export type SessionRow = Selectable<Schema['sessions']>;
