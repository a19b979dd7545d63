/** Deleting one's own account. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../model/database.ts';
import type { UserDeletionDao } from '../model/user-deletions.ts';
import type { Tweet } from '../model/tweets.ts';
import type { User } from '../model/users.ts';
import type { Credentials, TypedPassword } from './credentials.ts';
import type { Language } from './errors.ts';
import type { Events } from './events.ts';
import { postNotice } from './notices.ts';
import type { MailRoom } from './outbox.ts';
import { DELETIONS_TOLD } from './limits.ts';
import type { Clock, Log } from './ports.ts';
import type { SessionService, Viewer } from './sessions.ts';
import type { StoredFiles } from './stored-files.ts';
import type { TimelineService } from './timelines.ts';
import type { UserDeletion } from './user-deletion.ts';

interface Dependencies {
  readonly store: Store;
  readonly userDeletions: UserDeletionDao;
  readonly userDeletion: UserDeletion;
  readonly credentials: Credentials;
  readonly sessionService: SessionService;
  readonly timelines: TimelineService;
  readonly files: StoredFiles;
  readonly events: Events;
  readonly mailRoom: MailRoom | undefined;
  readonly log: Log;
  readonly now: Clock;
}

export interface OwnDeletion extends TypedPassword {
  /** Of the notice, when its reader has chosen none. */
  readonly language: Language;
}

/** Younger tweets of his are told of when they go. */
const TOLD_MS = 86_400_000;
/** How long somebody waits for the end of it; what is left then goes without him. */
const PATIENCE_MS = 10_000;

export class OwnDeletionService {
  readonly #deps: Dependencies;
  /** Those under way here, by user. */
  readonly #running = new Map<number, Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Deletes somebody with everything of his, for good. Nobody sees him from the start; a great many
   * tweets may take longer than the answer.
   *
   * @throws {DomainError} `password_wrong`, `too_many_attempts`, `busy`
   */
  async delete({ userId }: Viewer, typed: OwnDeletion): Promise<void> {
    const { sessionService, timelines, mailRoom } = this.#deps;
    const { user, ended } = await this.#begin(userId, typed);
    sessionService.forget(ended);
    timelines.userChanged(userId);
    postNotice(mailRoom, 'account deleted', user, typed.language);
    const patience = new AbortController();
    const { signal } = patience;
    await Promise.race([
      this.#finish(userId),
      sleep(PATIENCE_MS, undefined, { signal, ref: false }),
    ]).finally(() => patience.abort());
  }

  /** Goes on with deletions that were broken off; what fails is tried again next time. */
  async resume(): Promise<void> {
    try {
      for (const userId of await this.#deps.userDeletions.all()) await this.#finish(userId);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'deletions could not be looked for');
    }
  }

  /** Breaks off what is under way, to be resumed at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  }

  #begin(userId: number, typed: OwnDeletion): Promise<{ user: User; ended: string[] }> {
    const { store, credentials, userDeletion } = this.#deps;
    return credentials.proveAgain(userId, typed, (proof) =>
      store.write(async (tx) => {
        if (!(await credentials.holds(tx, proof))) return undefined;
        return { user: proof.user, ended: await userDeletion.begin(tx, userId) };
      }),
    );
  }

  /** Once at a time for each. */
  #finish(userId: number): Promise<void> {
    const running = this.#running.get(userId);
    if (running) return running;
    const run = this.#run(userId).finally(() => this.#running.delete(userId));
    this.#running.set(userId, run);
    return run;
  }

  async #run(userId: number): Promise<void> {
    const { userDeletion, timelines, files, log } = this.#deps;
    const { signal } = this.#stopping;
    try {
      await userDeletion.finish(userId, {
        signal,
        onGone: (tweets) => this.#tell(userId, tweets),
      });
      timelines.userGone(userId);
      await files.sweep();
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error, userId }, 'a user could not be deleted yet');
    }
  }

  #tell(userId: number, gone: readonly Tweet[]): void {
    const { timelines, events, now } = this.#deps;
    for (const { id, user_id } of gone) timelines.tweetDeleted(id, user_id);
    // What stands on a screen came lately: to tell of all he ever said would keep streams from all else.
    const isOfToday = ({ user_id, created_at }: Tweet) =>
      user_id === userId && created_at > now() - TOLD_MS;
    for (const tweet of gone.filter(isOfToday).slice(-DELETIONS_TOLD)) {
      events.publish({ kind: 'tweet deleted', tweet });
    }
  }
}
