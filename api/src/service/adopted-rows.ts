/** What becomes of one row of a course database: a row of ours, or the reason why not. */
import { createHash } from 'node:crypto';
import type { AdoptedFollow, AdoptedUser, AdoptionDao } from '../model/adoptions.ts';
import type { Store } from '../model/database.ts';
import type { FormerUserDao } from '../model/former-users.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError, type DomainErrorCode } from './errors.ts';
import { NAME_MAX, PROFILE_MAX } from './limits.ts';
import type { CourseFollow, CourseTweet, CourseUser } from './ports.ts';
import { emailText, foldKey, nameText, storableText, tweetText } from './text.ts';

/** Why a row could not be taken. */
export type Refusal =
  | DomainErrorCode
  /** It refers to a user who could not be taken. */
  | 'user_not_taken'
  /** An administrator of this server has deleted this user. */
  | 'deleted_here'
  | 'id_invalid'
  | 'time_missing'
  | 'time_in_future';

/** What is not as it was, of a row that was taken. */
export type Change =
  /** The password cannot be used: it needs a new one. */
  | 'password_unusable'
  | 'name_changed'
  | 'profile_shortened'
  /** The files of pictures are not in the database. */
  | 'picture_left';

/** A remark on a row, named by the columns that say which one it is. */
export interface RowRemark {
  readonly row: Readonly<Record<string, number | null>>;
  readonly refused?: Refusal;
  readonly changed?: Change;
}

/** What a unit did with a batch. */
export interface Outcome {
  readonly taken: number;
  readonly known: number;
  readonly remarks: readonly RowRemark[];
  readonly newUsers?: readonly number[];
}

/** What units need. */
export interface AdoptionDeps {
  readonly store: Store;
  readonly adoptions: AdoptionDao;
  readonly users: UserDao;
  readonly formerUsers: FormerUserDao;
}

/** What holds for a whole reading of a source. */
export interface RoundFacts {
  /** A hash that no password has. */
  readonly unusable: string;
  /** Rows that are older have been looked at before; epoch milliseconds. */
  readonly since: number;
  readonly now: number;
  /** Users of this round: everything of theirs is new. */
  readonly newUsers: ReadonlySet<number>;
}

/** Whether a row may be one that no round has seen. */
export function mayBeNew(
  { since, newUsers }: RoundFacts,
  createdAt: number,
  ...userIds: number[]
): boolean {
  return createdAt >= since || userIds.some((id) => newUsers.has(id));
}

/** Thrown for a row that cannot be taken. */
export class Refused extends Error {
  readonly reason: Refusal;

  constructor(reason: Refusal) {
    super(reason);
    this.name = 'Refused';
    this.reason = reason;
  }
}

/** A user without what depends on others: his user name. */
export interface UserDraft {
  readonly row: Omit<AdoptedUser, 'username' | 'username_key'>;
  readonly changes: readonly Change[];
}

export interface TweetDraft {
  /** The same for the same row, whenever it is read. */
  readonly key: number;
  readonly user_id: number;
  readonly tweet: string;
  readonly created_at: number;
}

/** A bcrypt hash; the 53 characters are salt and hash. */
const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

/** Runs a rule of the domain. @throws {Refused} with the rule's code */
function held<T>(rule: () => T): T {
  try {
    return rule();
  } catch (error) {
    throw error instanceof DomainError ? new Refused(error.code) : error;
  }
}

/**
 * @param unusable the hash for those whose own cannot be used; nobody knows its password
 * @throws {Refused}
 */
export function draftUser(user: CourseUser, unusable: string): UserDraft {
  if (!Number.isSafeInteger(user.id) || user.id < 1) throw new Refused('id_invalid');
  const email = held(() => emailText(user.email ?? ''));
  const name = tidyName(user);
  const profile = tidyText(user.profile ?? '', PROFILE_MAX);
  const hash = usableHash(user.hashed_password ?? '');
  const created_at = user.created_at ?? 0;
  const changes: [Change, boolean][] = [
    ['password_unusable', hash === undefined],
    ['name_changed', name !== user.name],
    ['profile_shortened', profile.length < (user.profile ?? '').normalize('NFC').length],
    ['picture_left', Boolean(user.profile_picture)],
  ];
  return {
    row: {
      id: user.id,
      name,
      email,
      email_key: foldKey(email),
      hashed_password: hash ?? unusable,
      profile,
      profile_picture: null,
      state: 'active',
      role: 'user',
      locale: null,
      email_confirmed_at: null,
      created_at,
      updated_at: user.updated_at ?? created_at,
    },
    changes: changes.filter(([, isSo]) => isSo).map(([change]) => change),
  };
}

/** @throws {Refused} */
export function draftTweet(
  { id, user_id, tweet, created_at, twin = 0 }: CourseTweet & { readonly twin?: number },
  now: number,
): TweetDraft {
  if (created_at === null || created_at < 0) throw new Refused('time_missing');
  // Its id would be above those of all tweets that are written here until then.
  if (created_at > now) throw new Refused('time_in_future');
  const text = held(() => tweetText(tweet ?? ''));
  return { key: id ?? keyOfText(user_id, text) + twin, user_id, tweet: text, created_at };
}

/** @throws {Refused} */
export function draftFollow({ user_id, follow_user_id, created_at }: CourseFollow): AdoptedFollow {
  if (user_id === follow_user_id) throw new Refused('follow_self');
  return { user_id, follow_user_id, created_at: created_at ?? 0 };
}

/** The name by our rules; one that none can be made of is `user<id>`, never the e-mail address. */
function tidyName({ id, name }: CourseUser): string {
  try {
    return nameText(tidyText((name ?? '').replace(/\p{Cc}+/gu, ' ').trim(), NAME_MAX));
  } catch {
    return `user${id}`;
  }
}

/** Text that can be stored, at most `max` code points of it. */
function tidyText(text: string, max: number): string {
  const storable = storableText(text.replaceAll('\0', '').toWellFormed());
  return storable.length <= max ? storable : Array.from(storable).slice(0, max).join('');
}

/**
 * A hash that the course's log-in would take, in the spelling of ours. Some courses have stored
 * Python's `b'…'` around it; `$2y$` is another name for `$2b$`.
 */
function usableHash(text: string): string | undefined {
  const bare = /^b(['"])(.*)\1$/.exec(text.trim())?.[2] ?? text.trim();
  return BCRYPT.test(bare) ? bare.replace(/^\$2y/, '$2b') : undefined;
}

/** A number for a tweet without an id of its own. */
function keyOfText(userId: number, tweet: string): number {
  return createHash('sha256').update(`${userId}\0${tweet}`).digest().readUInt32BE();
}
