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

/** Who may see a tweet, from the widest audience to the smallest. */
export const VISIBILITY = { public: 0, unlisted: 1, private: 2, direct: 3 } as const;

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
    created_at: Fixed<number>;
    updated_at: number;
  };
  users_follow_list: {
    user_id: Fixed<number>;
    follow_user_id: Fixed<number>;
    created_at: Fixed<number>;
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
    /** The user name that he had, folded; nobody gets it again. */
    username_key: Fixed<string>;
    deleted_at: Fixed<number>;
  };
  one_time_codes: {
    /** SHA-256 of the code that stands in a mail. */
    code_hash: Fixed<string>;
    user_id: Fixed<number>;
    /** What the code is good for. */
    purpose: Fixed<CodePurpose>;
    /** The address that it was sent to; it is good for no other. */
    email_key: Fixed<string>;
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
