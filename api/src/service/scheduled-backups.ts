/** Backups that nobody asks for: one in each period, whichever of the servers takes it. */
import { randomUUID } from 'node:crypto';
import type { LeaseDao } from '../model/leases.ts';
import type { BackupTaker, Clock, Log } from './ports.ts';

interface Dependencies {
  readonly leases: LeaseDao;
  readonly backups: BackupTaker;
  /** From the beginning of one to that of the next. */
  readonly everyMs: number;
  readonly now: Clock;
  readonly log: Log;
}

/** Held while one is taken; after that, until the next is due: so a restart takes none. */
export const SCHEDULED_BACKUP = 'scheduled-backup';
const TAKING_MS = 60_000;
const RENEW_MS = 15_000;

export class ScheduledBackups {
  readonly #deps: Dependencies;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** Takes a backup if one is due and nobody else does. What fails is logged, and tried again next time. */
  async run(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Breaks off the one under way, if any; the next server takes it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { leases, everyMs, now, log } = this.#deps;
    // Another one each time: who has taken the last is not allowed to take the next too soon, either.
    const holder = randomUUID();
    try {
      const begun = now();
      if (!(await leases.acquire(SCHEDULED_BACKUP, holder, begun, TAKING_MS))) return;
      if (await this.#take(holder)) {
        await leases.acquire(SCHEDULED_BACKUP, holder, begun, everyMs);
      } else await leases.release(SCHEDULED_BACKUP, holder);
    } catch (error) {
      log.warn({ err: error }, 'it is not known whether a backup is due: the database is away');
    }
  }

  /** @returns whether it was taken */
  async #take(holder: string): Promise<boolean> {
    const { leases, backups, now, log } = this.#deps;
    const renew = () => {
      // One that fails is made good by the next.
      leases.acquire(SCHEDULED_BACKUP, holder, now(), TAKING_MS).catch(() => {});
    };
    const timer = setInterval(renew, RENEW_MS);
    try {
      const { file, lost } = await backups.take(this.#stopping.signal);
      if (lost > 0) log.warn({ file, lost }, 'the backup lacks pictures that could not be found');
      return true;
    } catch (error) {
      if (!this.#stopping.signal.aborted) log.error({ err: error }, 'no backup could be taken');
      return false;
    } finally {
      clearInterval(timer);
    }
  }
}
