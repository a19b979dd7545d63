/** Backups in a folder, each taken by a process of its own, so that the server hardly notices. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { makeFolder } from '../make-folder.ts';
import type { BackupTaker, Clock, TakenBackup } from '../service/ports.ts';

export interface BackupFolderOptions {
  /** Made for the first backup. */
  readonly folder: string;
  /** So many of the newest are left; the others are deleted. */
  readonly keep: number;
  /** Starts a process that writes a backup to `file`: {@link backupProcess}. */
  readonly start: (file: string) => ChildProcess;
  readonly now: Clock;
}

/** Only files that were named here are ever deleted. */
const NAME = /^minitter-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.backup$/;
const PART = '.part';
/** How long it may take to end when the server stops. */
const STOP_MS = 3000;

export class BackupFolder implements BackupTaker {
  readonly #options: BackupFolderOptions;

  constructor(options: BackupFolderOptions) {
    this.#options = options;
  }

  async take(signal: AbortSignal): Promise<TakenBackup> {
    const { folder, keep, start, now } = this.#options;
    makeFolder(folder, 'BACKUP_FOLDER');
    // What a crash has left: nobody else is taking one now.
    await this.#delete((await readdir(folder)).filter(isPart));
    const file = path.join(folder, nameAt(now()));
    const lost = await run(start(file), signal);
    const names = (await readdir(folder)).filter((name) => NAME.test(name));
    // Their names sort by time.
    await this.#delete(names.toSorted().slice(0, -keep));
    return { file, lost };
  }

  async #delete(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(path.join(this.#options.folder, name), { force: true });
  }
}

const isPart = (name: string) => name.endsWith(PART) && NAME.test(name.slice(0, -PART.length));

/** `minitter-2026-11-23T18-15-20Z.backup`: also good where names may have no colons. */
const nameAt = (ms: number) =>
  `minitter-${new Date(ms).toISOString().slice(0, 19).replaceAll(':', '-')}Z.backup`;

/**
 * Waits for the process to end.
 *
 * @returns how many pictures it could not find
 * @throws {Error} with what it complained of
 */
async function run(child: ChildProcess, signal: AbortSignal): Promise<number> {
  const stop = () => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), STOP_MS).unref();
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    const [[status], stdout, stderr] = await Promise.all([
      once(child, 'exit') as Promise<[number | null]>,
      text(child.stdout as Readable),
      text(child.stderr as Readable),
    ]);
    if (status === 0) return (JSON.parse(stdout) as { lost: number }).lost;
    throw new Error(stderr.trim() || `the process ended with ${status}`);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Above what the server runs with: others come first. */
const NICENESS = 10;

/** Starts a process that takes a backup with these settings; it ends with this one. */
export function backupProcess(config: object, file: string): ChildProcess {
  // The file's ending is .ts in the repository and .js in the published package.
  const script = path.join(
    import.meta.dirname,
    `../command/scheduled-backup${path.extname(import.meta.filename)}`,
  );
  const child = fork(script, {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  try {
    if (child.pid !== undefined) setPriority(child.pid, NICENESS);
  } catch {
    // Not allowed here, or it has ended already, which is told elsewhere.
  }
  child.send({ config, file }, () => {});
  return child;
}
