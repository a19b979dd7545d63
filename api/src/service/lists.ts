/** Lists: people whose tweets somebody reads apart. */
import { ForeignKeyViolation, type Store } from '../model/database.ts';
import type { List, ListDao, ListFields, MemberPage, RepliesPolicy } from '../model/lists.ts';
import { DomainError } from './errors.ts';
import type { IdempotencyService } from './idempotency.ts';
import { LIST_MEMBERS_MAX, LISTS_MAX } from './limits.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';
import { listTitleText as titleOf } from './text.ts';
import type { TimelineService } from './timelines.ts';

export type { List, RepliesPolicy };

interface Dependencies {
  readonly store: Store;
  readonly lists: ListDao;
  readonly timelines: TimelineService;
  readonly idempotency: IdempotencyService;
  readonly now: Clock;
}

/** What somebody says of a list of his. */
export interface ListDraft {
  readonly title?: string | undefined;
  readonly repliesPolicy?: RepliesPolicy | undefined;
  /** Whether those on it are left out of the home timeline. */
  readonly isExclusive?: boolean | undefined;
}

/** All that take a list's id throw `list_not_found` unless it is the viewer's. */
export class ListService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  async all({ userId }: Viewer): Promise<List[]> {
    return this.#deps.lists.ofUser(userId);
  }

  async one({ userId }: Viewer, id: number): Promise<List> {
    return found(await this.#deps.lists.find(userId, id));
  }

  /** The viewer's lists that somebody is on. */
  async withMember({ userId }: Viewer, memberId: number): Promise<List[]> {
    return this.#deps.lists.withMember(userId, memberId);
  }

  /**
   * @throws {DomainError} `list_title_invalid`, `too_many_lists`, `idempotency_key_invalid`,
   *   `idempotency_key_reused`
   */
  async create(viewer: Viewer, draft: ListDraft, idempotencyKey?: string): Promise<List> {
    const { store, lists, idempotency, now } = this.#deps;
    const fields = { replies_policy: 'list' as const, is_exclusive: 0, ...fieldsOf(draft) };
    const title = titleOf(draft.title ?? '');
    const once = { key: idempotencyKey, scope: `list ${viewer.userId}`, request: draft };
    const id = await store.write((tx) =>
      idempotency.once(tx, once, async () => {
        const known = await lists.ofUser(viewer.userId, tx);
        if (known.length >= LISTS_MAX) throw new DomainError('too_many_lists');
        return lists.insert(tx, viewer.userId, { ...fields, title }, now());
      }),
    );
    return this.one(viewer, id);
  }

  /** @throws {DomainError} `list_title_invalid` */
  async change(viewer: Viewer, id: number, draft: ListDraft): Promise<List> {
    const { store, lists } = this.#deps;
    const fields = fieldsOf(draft);
    await this.#changing(viewer, () =>
      store.write(async (tx) => {
        found(await lists.find(viewer.userId, id, tx));
        await lists.update(tx, id, fields);
      }),
    );
    return this.one(viewer, id);
  }

  async delete(viewer: Viewer, id: number): Promise<void> {
    const { store, lists } = this.#deps;
    await this.#changing(viewer, () =>
      store.write(async (tx) => {
        found(await lists.find(viewer.userId, id, tx));
        await lists.delete(tx, id);
      }),
    );
  }

  /** A page of the members, by their ids, the largest first. */
  async members(viewer: Viewer, id: number, page?: MemberPage): Promise<number[]> {
    return this.#deps.lists.membersOf(await this.one(viewer, id), page);
  }

  /**
   * Puts people on a list; who is on it already stays.
   *
   * @throws {DomainError} `list_member_not_followed`, and then nobody is put on it; `list_full`
   */
  async add(viewer: Viewer, id: number, userIds: readonly number[]): Promise<void> {
    const { store, lists, now } = this.#deps;
    const wanted = [...new Set(userIds)];
    await this.#changing(viewer, () =>
      store.write(async (tx) => {
        found(await lists.find(viewer.userId, id, tx));
        const followed = await lists.followedAmong(tx, viewer.userId, wanted);
        if (followed.size < wanted.length) throw new DomainError('list_member_not_followed');
        for (const userId of wanted) await lists.addMember(tx, id, userId, now());
        if ((await lists.countMembers(tx, id)) > LIST_MEMBERS_MAX) {
          throw new DomainError('list_full');
        }
      }),
    );
  }

  /** Takes people off a list; who was not on it is no matter. */
  async remove(viewer: Viewer, id: number, userIds: readonly number[]): Promise<void> {
    const { store, lists } = this.#deps;
    await this.#changing(viewer, () =>
      store.write(async (tx) => {
        found(await lists.find(viewer.userId, id, tx));
        await lists.removeMembers(tx, id, userIds);
      }),
    );
  }

  /** Home leaves out who is on an exclusive list; told also when it is not known what was stored. */
  async #changing(viewer: Viewer, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      throw error instanceof ForeignKeyViolation ? new DomainError('list_not_found') : error;
    } finally {
      this.#deps.timelines.followsChanged(viewer.userId);
    }
  }
}

function found(list: List | undefined): List {
  if (!list) throw new DomainError('list_not_found');
  return list;
}

function fieldsOf({ title, repliesPolicy, isExclusive }: ListDraft): Partial<ListFields> {
  return {
    ...(title === undefined ? {} : { title: titleOf(title) }),
    ...(repliesPolicy === undefined ? {} : { replies_policy: repliesPolicy }),
    ...(isExclusive === undefined ? {} : { is_exclusive: isExclusive ? 1 : 0 }),
  };
}
