/** People: by id, by user name, and in the lists of who follows whom. */
import type { FollowDao } from '../model/follows.ts';
import type { Page } from '../model/pages.ts';
import type { RelationDao } from '../model/relations.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import { FAMILIAR_SHOWN } from './limits.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { IsHere } from './text-entities.ts';
import { foldKey } from './text.ts';
import type { UserView, UserViews } from './user-views.ts';
import type { ViewerId } from './visibility.ts';

interface Dependencies {
  readonly users: UserDao;
  readonly follows: FollowDao;
  readonly relations: RelationDao;
  readonly userViews: UserViews;
  /** Whether a domain behind a name is this server's. */
  readonly isHere: IsHere;
  readonly now: Clock;
}

/** People one after the other, with the id by which the list goes on. */
export interface PeoplePage {
  /** All ids of the page, also of those who are not shown. */
  readonly ids: readonly number[];
  readonly people: readonly UserView[];
}

/** What people have said and shown of themselves. */
const NO_PROFILE = {
  name: '',
  profile: '',
  fields: '[]',
  profile_picture: null,
  header_picture: null,
} as const;

const withoutProfile = (view: UserView): UserView => ({
  ...view,
  user: { ...view.user, ...NO_PROFILE },
});

const NAME = /^@?([^\s@]+)(?:@([^\s@]+))?$/;

export class PeopleService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Somebody whom others may know of: whoever has been let in. Of suspended people only that is told,
   * and their user name.
   *
   * @throws {DomainError} `user_not_found`
   */
  async one(id: number): Promise<UserView> {
    const [view] = await this.shown([id], ['active', 'suspended']);
    if (!view) throw new DomainError('user_not_found');
    return view.user.state === 'suspended' ? withoutProfile(view) : view;
  }

  /** Those of these people who are in good standing, in the order asked for. */
  async shown(ids: readonly number[], states: readonly string[] = ['active']): Promise<UserView[]> {
    const views = await this.#deps.userViews.load(ids);
    return [...new Set(ids)].flatMap((id) => {
      const view = views.get(id);
      return view && states.includes(view.user.state) ? view : [];
    });
  }

  /**
   * The person of this name, with or without this server's domain.
   *
   * @throws {DomainError} `user_not_found`
   */
  async named(text: string): Promise<UserView> {
    const key = this.#keyOf(text);
    const user = key === undefined ? undefined : await this.#deps.users.findByUsernameKey(key);
    if (!user) throw new DomainError('user_not_found');
    return this.one(user.id);
  }

  /**
   * A page of those who follow a user; nobody where he does not show them.
   *
   * @throws {DomainError} `user_not_found`
   */
  async followersOf(userId: number, viewerId: ViewerId, page: Page): Promise<PeoplePage> {
    return this.#followPage('followersPage', userId, viewerId, page);
  }

  /** A page of those whom a user follows, likewise. */
  async followedBy(userId: number, viewerId: ViewerId, page: Page): Promise<PeoplePage> {
    return this.#followPage('followedPage', userId, viewerId, page);
  }

  /** Of those who follow these users, some whom the viewer follows: by user, in the order asked for. */
  async familiarFollowers(
    { userId: viewerId }: Viewer,
    userIds: readonly number[],
  ): Promise<Map<number, UserView[]>> {
    const found = new Map<number, UserView[]>();
    for (const { user } of await this.shown(userIds)) {
      const ids = user.hides_follows
        ? []
        : await this.#deps.follows.familiar(viewerId, user.id, FAMILIAR_SHOWN);
      found.set(user.id, await this.shown(ids));
    }
    return found;
  }

  async #followPage(
    list: 'followersPage' | 'followedPage',
    userId: number,
    viewerId: ViewerId,
    page: Page,
  ): Promise<PeoplePage> {
    const { user } = await this.one(userId);
    const isOwn = userId === viewerId;
    const isHidden = user.state !== 'active' || (user.hides_follows === 1 && !isOwn);
    if (isHidden || (await this.#hasBlocked(userId, viewerId))) return { ids: [], people: [] };
    const ids = await this.#deps.follows[list](userId, page);
    const people = await this.shown(ids);
    if (isOwn || viewerId === undefined) return { ids, people };
    const relations = await this.#deps.relations.find(viewerId, ids, this.#deps.now());
    const isShown = ({ user: { id } }: UserView) => {
      const relation = relations.get(id);
      return !relation?.blocks && !relation?.isBlockedBy;
    };
    return { ids, people: people.filter(isShown) };
  }

  async #hasBlocked(userId: number, viewerId: ViewerId): Promise<boolean> {
    if (viewerId === undefined) return false;
    const relations = await this.#deps.relations.find(viewerId, [userId], this.#deps.now());
    return relations.get(userId)?.isBlockedBy === true;
  }

  /** The folded user name; undefined for people of other servers, and for what is no name. */
  #keyOf(text: string): string | undefined {
    const [, username, domain] = NAME.exec(text.trim()) ?? [];
    if (username === undefined || !this.#deps.isHere(domain)) return undefined;
    return foldKey(username);
  }
}
