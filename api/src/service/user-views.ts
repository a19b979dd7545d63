/** People as others see them: their rows, and what stands beside their names. */
import type { CountDao, UserCounts } from '../model/counts.ts';
import type { User, UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import { foldKey } from './text.ts';

/** One person, ready for a presenter. */
export interface UserView {
  readonly user: User;
  readonly counts: UserCounts;
}

interface Dependencies {
  readonly users: UserDao;
  readonly counts: CountDao;
}

export class UserViews {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** Those of these people who exist, by id; suspended ones included. */
  async load(ids: readonly number[]): Promise<Map<number, UserView>> {
    const wanted = [...new Set(ids)];
    const [users, counts] = await Promise.all([
      this.#deps.users.findMany(wanted),
      this.#deps.counts.ofUsers(wanted),
    ]);
    return new Map(
      users.map((user) => [user.id, { user, counts: counts.get(user.id) ?? NO_COUNTS }]),
    );
  }

  /** @throws {DomainError} `user_not_found` */
  async one(id: number): Promise<UserView> {
    const view = (await this.load([id])).get(id);
    if (!view) throw new DomainError('user_not_found');
    return view;
  }

  /** Whoever has this user name. @throws {DomainError} `user_not_found` */
  async named(username: string): Promise<UserView> {
    const user = await this.#deps.users.findByUsernameKey(foldKey(username));
    if (!user) throw new DomainError('user_not_found');
    return this.one(user.id);
  }
}

const NO_COUNTS: UserCounts = { tweets: 0, followers: 0, follows: 0, lastTweetId: 0 };
