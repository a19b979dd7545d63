/** All that belongs to somebody, as one file for himself. */
import type { DataExports } from './data-exports.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { ThrottleService } from './throttles.ts';
import type { UserService } from './users.ts';
import { zip } from './zip.ts';

interface Dependencies {
  readonly dataExports: DataExports;
  readonly userService: UserService;
  readonly throttles: ThrottleService;
  readonly now: Clock;
}

/** A zip file that is made while it is read. */
export interface Download {
  /** Such as `minitter-ada-2026-01-31.zip`. */
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

export class DataDownloads {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * What is in it: {@link DataExports.of}.
   *
   * @throws {DomainError} `too_many_attempts`: a few in an hour are given
   */
  async begin({ userId }: Viewer): Promise<Download> {
    const { dataExports, userService, throttles, now } = this.#deps;
    await throttles.beforeExport(userId);
    const { username } = await userService.find(userId);
    const at = now();
    const day = new Date(at).toISOString().slice(0, 10);
    return { name: `minitter-${username}-${day}.zip`, content: zip(dataExports.of(userId), at) };
  }
}
