/** What people are to each other, and what one keeps about others for himself or his profile. */
import { ForeignKeyViolation, type Store } from '../model/database.ts';
import type { EndorsementDao } from '../model/endorsements.ts';
import type { FollowDao } from '../model/follows.ts';
import type { Page } from '../model/pages.ts';
import type { Relation, RelationDao } from '../model/relations.ts';
import type { UserNoteDao } from '../model/user-notes.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import { ENDORSEMENTS_MAX } from './limits.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';
import { userNoteText } from './text.ts';

export type { Relation };

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly follows: FollowDao;
  readonly relations: RelationDao;
  readonly endorsements: EndorsementDao;
  readonly userNotes: UserNoteDao;
  readonly now: Clock;
}

export class RelationService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** What the viewer is to those of these people who exist, in the order asked for. */
  async between({ userId }: Viewer, userIds: readonly number[]): Promise<Relation[]> {
    const { users, relations, now } = this.#deps;
    const [found, all] = await Promise.all([
      users.findMany(userIds),
      relations.find(userId, userIds, now()),
    ]);
    const there = new Set(found.map(({ id }) => id));
    return [...new Set(userIds)].flatMap((id) => (there.has(id) ? (all.get(id) ?? []) : []));
  }

  /** @throws {DomainError} `user_not_found` */
  async to(viewer: Viewer, userId: number): Promise<Relation> {
    const [relation] = await this.between(viewer, [userId]);
    if (!relation) throw new DomainError('user_not_found');
    return relation;
  }

  /**
   * Notes something about somebody, for the viewer alone; an empty text takes it back.
   *
   * @throws {DomainError} `note_too_long`, `text_invalid`, `user_not_found`
   */
  async note({ userId }: Viewer, aboutUserId: number, text: string): Promise<void> {
    const note = userNoteText(text);
    const { store, userNotes } = this.#deps;
    try {
      await store.write((tx) => userNotes.set(tx, userId, aboutUserId, note));
    } catch (error) {
      throw error instanceof ForeignKeyViolation ? new DomainError('user_not_found') : error;
    }
  }

  /**
   * Shows somebody on the viewer's profile. Twice is once.
   *
   * @throws {DomainError} `endorsement_refused` for people he does not follow, and too many
   */
  async endorse({ userId }: Viewer, endorsedUserId: number): Promise<void> {
    const { store, follows, endorsements, now } = this.#deps;
    await store.write(async (tx) => {
      const isFollowed = await follows.lock(tx, userId, endorsedUserId);
      if (!isFollowed) throw new DomainError('endorsement_refused');
      await endorsements.insert(tx, userId, endorsedUserId, now());
      const isTooMany = (await endorsements.countOf(tx, userId)) > ENDORSEMENTS_MAX;
      if (isTooMany) throw new DomainError('endorsement_refused');
    });
  }

  /** Nothing happens when he was not shown. */
  async unendorse({ userId }: Viewer, endorsedUserId: number): Promise<void> {
    const { store, endorsements } = this.#deps;
    await store.write((tx) => endorsements.delete(tx, userId, endorsedUserId));
  }

  /** A page of the ids of those whom a user shows on his profile. */
  async endorsedBy(userId: number, page: Page): Promise<number[]> {
    return this.#deps.endorsements.page(userId, page);
  }
}
