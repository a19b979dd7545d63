/** What people say of themselves, and how they like to tweet. */
import type { FollowRequestDao } from '../model/follow-requests.ts';
import type { Store } from '../model/database.ts';
import { VISIBILITY } from '../model/schema.ts';
import type { User, UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { Events } from './events.ts';
import type { FollowService } from './follows.ts';
import type { Clock } from './ports.ts';
import { type ProfileField, profileFields } from './profile-fields.ts';
import type { Viewer } from './sessions.ts';
import { languageCode, nameText, profileText, showsNothing } from './text.ts';

export type { ProfileField };

/** What is to be changed; what is left out stays. */
export interface ProfileChanges {
  /** Nothing to see stands for the user name. */
  readonly name?: string | undefined;
  readonly profile?: string | undefined;
  readonly fields?: readonly ProfileField[] | undefined;
  /** Whether followers need to be let in. */
  readonly isLocked?: boolean | undefined;
  readonly isBot?: boolean | undefined;
  readonly isDiscoverable?: boolean | undefined;
  readonly hidesFollows?: boolean | undefined;
  /** What a tweet is when nothing else is said: a value of `VISIBILITY`, but not direct. */
  readonly defaultVisibility?: number | undefined;
  readonly defaultSensitive?: boolean | undefined;
  /** ISO 639; empty for none. */
  readonly defaultLanguage?: string | undefined;
}

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly followRequests: FollowRequestDao;
  readonly followService: FollowService;
  readonly events: Events;
  readonly now: Clock;
}

export class ProfileService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Changes the viewer's profile. Whoever locks his account no more lets in all who have asked.
   *
   * @throws {DomainError} `name_invalid`, `profile_too_long`, `fields_too_many`, `field_too_long`,
   *   `text_invalid`, `visibility_invalid`, `language_invalid`, `token_invalid` when he has just gone
   */
  async update(viewer: Viewer, changes: ProfileChanges): Promise<void> {
    const { store, users, followService, events, now } = this.#deps;
    const { userId } = viewer;
    const patch = patchOf(changes);
    const before = await store.write(async (tx) => {
      const user = await users.lock(tx, userId);
      if (!user) throw new DomainError('token_invalid');
      const name = changes.name !== undefined && showsNothing(changes.name) && user.username;
      await users.update(tx, userId, name ? { ...patch, name } : patch, now());
      return user;
    });
    events.publish({ kind: 'profile changed', userId });
    if (before.is_locked === 1 && changes.isLocked === false) {
      await followService.authorizeAll(viewer);
    }
  }

  /** How many would like to follow the viewer. */
  async countRequests({ userId }: Viewer): Promise<number> {
    return this.#deps.followRequests.countOf(userId);
  }
}

type Patch = Partial<
  Pick<
    User,
    | 'name'
    | 'profile'
    | 'fields'
    | 'is_locked'
    | 'is_bot'
    | 'is_discoverable'
    | 'hides_follows'
    | 'default_visibility'
    | 'default_sensitive'
    | 'default_language'
  >
>;

function patchOf(changes: ProfileChanges): Patch {
  const { name, profile, fields, defaultVisibility, defaultLanguage } = changes;
  return {
    ...(name === undefined || showsNothing(name) ? {} : { name: nameText(name) }),
    ...(profile === undefined ? {} : { profile: profileText(profile) }),
    ...(fields === undefined ? {} : { fields: JSON.stringify(profileFields(fields)) }),
    ...flag('is_locked', changes.isLocked),
    ...flag('is_bot', changes.isBot),
    ...flag('is_discoverable', changes.isDiscoverable),
    ...flag('hides_follows', changes.hidesFollows),
    ...flag('default_sensitive', changes.defaultSensitive),
    ...(defaultVisibility === undefined
      ? {}
      : { default_visibility: usualVisibility(defaultVisibility) }),
    ...(defaultLanguage === undefined ? {} : { default_language: usualLanguage(defaultLanguage) }),
  };
}

const flag = (column: keyof Patch, value: boolean | undefined) =>
  value === undefined ? {} : { [column]: value ? 1 : 0 };

/** Nobody means every tweet of his for those alone whom it mentions. */
function usualVisibility(visibility: number): number {
  if (visibility === VISIBILITY.direct) throw new DomainError('visibility_invalid');
  return visibility;
}

function usualLanguage(text: string): string | null {
  if (text === '') return null;
  const language = languageCode(text);
  if (language === undefined) throw new DomainError('language_invalid');
  return language;
}
