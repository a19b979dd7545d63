/** What is done now and then without anybody asking. */
import type { AppDao } from '../model/apps.ts';
import type { AuthorizationDao } from '../model/authorizations.ts';
import type { Store } from '../model/database.ts';
import type { IdempotencyKeyDao } from '../model/idempotency-keys.ts';
import type { OneTimeCodeDao } from '../model/one-time-codes.ts';
import type { SessionDao } from '../model/sessions.ts';
import { IDEMPOTENCY_KEY_MS } from './idempotency.ts';
import type { MediaService } from './media.ts';
import type { MuteService } from './mutes.ts';
import type { OwnDeletionService } from './own-deletions.ts';
import type { Clock, Log } from './ports.ts';
import type { ScheduledBackups } from './scheduled-backups.ts';
import type { StoredFiles } from './stored-files.ts';

interface Dependencies {
  readonly store: Store;
  readonly sessions: SessionDao;
  readonly apps: AppDao;
  readonly authorizations: AuthorizationDao;
  readonly idempotencyKeys: IdempotencyKeyDao;
  readonly oneTimeCodes: OneTimeCodeDao;
  readonly mediaService: MediaService;
  readonly files: StoredFiles;
  readonly mutes: MuteService;
  readonly ownDeletions: OwnDeletionService;
  /** Undefined when none are wanted. */
  readonly backups?: ScheduledBackups | undefined;
  readonly now: Clock;
  readonly log: Log;
}

const EVERY_MS = 10 * 60_000;
/** How long an app is kept that nobody is logged in with; it can register again. */
const UNUSED_APP_MS = 7 * 86_400_000;
const APPS_PER_ROUND = 500;

export class Housekeeping {
  readonly #deps: Dependencies;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  start(): void {
    const round = () => {
      this.#running = this.run();
      // It may take longer than until the next round, which does not wait for it.
      void this.#deps.backups?.run();
    };
    round();
    this.#timer = setInterval(round, EVERY_MS);
    this.#timer.unref();
  }

  /** Waits for the round under way, if any; a backup is broken off. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#running, this.#deps.backups?.stop()]);
  }

  /** Forgets what has run out; what fails is tried again next time. */
  async run(): Promise<void> {
    const { store, sessions, idempotencyKeys, oneTimeCodes, now, log } = this.#deps;
    const { apps, authorizations, mutes, ownDeletions } = this.#deps;
    await this.#deps.mediaService.sweep();
    await this.#deps.files.sweep();
    await mutes.sweep();
    try {
      await store.write((tx) => sessions.deleteExpired(tx, now()));
      await store.write((tx) => idempotencyKeys.deleteOlder(tx, now() - IDEMPOTENCY_KEY_MS));
      await store.write((tx) => oneTimeCodes.deleteExpired(tx, now()));
      await store.write((tx) => authorizations.deleteExpired(tx, now()));
      await store.write((tx) => apps.deleteUnused(tx, now() - UNUSED_APP_MS, APPS_PER_ROUND));
    } catch (error) {
      log.warn({ err: error }, 'housekeeping did not finish');
    }
    await ownDeletions.resume();
  }
}
