/** What the machine gives: Node.js and its SQLite, memory, open files. */
import { totalmem } from 'node:os';
import type { Config } from '../../config.ts';
import { refuseUnsafeSqlite } from '../../model/sqlite/connection.ts';
import { type Finding, ok, problem, size, warning } from './finding.ts';

/** @param sqlite the version that this Node.js bundles */
export function checkRuntime(
  { database }: Pick<Config, 'database'>,
  sqlite: string = process.versions.sqlite ?? '0',
): readonly Finding[] {
  if (database.engine === 'mysql') return [ok(`Node.js ${process.versions.node}.`)];
  try {
    refuseUnsafeSqlite(sqlite);
    return [ok(`Node.js ${process.versions.node} with SQLite ${sqlite}.`)];
  } catch {
    return [
      problem(
        `Node.js ${process.versions.node} bundles SQLite ${sqlite}, which can corrupt a database.`,
        'Use the Node.js that comes with Minitter, or 22.22.3 or later, or 24.20 or later.',
      ),
    ];
  }
}

/**
 * What the server takes beside the memory for timelines, in bytes. Measured: 170 MB after the start, up to
 * 320 MB while eight pictures of 12 megapixels came in at once.
 */
const SERVER_BYTES = 384 * 2 ** 20;

/** The memory that this process may use, in bytes: the machine's, or that of its container. */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** @param limit in bytes */
export function checkMemory(
  { timelines }: Pick<Config, 'timelines'>,
  limit: number = memoryLimit(),
): readonly Finding[] {
  const wanted = SERVER_BYTES + (timelines.store === 'memory' ? timelines.cacheBytes : 0);
  if (wanted <= limit) {
    return [ok(`${size(limit)} may be used; the server takes up to about ${size(wanted)}.`)];
  }
  return [
    warning(
      `Only ${size(limit)} may be used, and the server may take ${size(wanted)}.`,
      'Give it more, or set a smaller TIMELINE_CACHE_MB.',
    ),
  ];
}

/** Each client takes one; the database, its pool and the log take some more. */
const ENOUGH_FILES = 4096;
const TOO_FEW_FILES = 256;

/** How many files this process may have open. */
export function openFileLimit(): number {
  const { userLimits } = process.report.getReport() as unknown as {
    userLimits: { open_files: { soft: number | 'unlimited' } };
  };
  const { soft } = userLimits.open_files;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft;
}

export function checkOpenFiles(
  _config: unknown,
  limit: number = openFileLimit(),
): readonly Finding[] {
  if (limit >= ENOUGH_FILES) return [ok(`${limit} files may be open at once.`)];
  const message = `Only ${limit} files may be open at once, and every client takes one.`;
  const advice = 'Raise the limit: LimitNOFILE=65536 in the systemd unit, or ulimit -n 65536.';
  return [limit < TOO_FEW_FILES ? problem(message, advice) : warning(message, advice)];
}
