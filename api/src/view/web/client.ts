/** The built web client: its files, read once, and the shell that every page begins with. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Shell } from './shell.ts';

/** One file of the client, in the encodings that the build has made. */
export interface ClientFile {
  /** From the server's root, such as `/icon.svg`. */
  readonly address: string;
  readonly type: string;
  readonly etag: string;
  /** Whether its name changes with its content, so that browsers never ask again. */
  readonly isImmutable: boolean;
  readonly identity: Buffer;
  readonly br: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

export interface WebClient {
  readonly files: readonly ClientFile[];
  readonly shell: Shell;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};
/** What every page begins with; its address is none of its own. */
const SHELL = 'shell.html';
const IMMUTABLE = '/immutable/';

/** Whether somebody has built it there. */
export const hasWebClient = (folder: string): boolean => existsSync(path.join(folder, SHELL));

/**
 * Reads the client.
 *
 * @param folder where it was built
 * @returns undefined where nobody has built it: the server does without
 */
export function readWebClient(folder: string): WebClient | undefined {
  if (!hasWebClient(folder)) return undefined;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => TYPES[path.extname(name)] !== undefined);
  return {
    files: names.map((name) => readFile(folder, name)),
    shell: new Shell(readFileSync(path.join(folder, SHELL), 'utf8')),
  };
}

function readFile(folder: string, name: string): ClientFile {
  const file = path.join(folder, name);
  const identity = readFileSync(file);
  const address = `/${name}`;
  return {
    address,
    type: TYPES[path.extname(name)] ?? '',
    etag: `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`,
    isImmutable: address.includes(IMMUTABLE),
    identity,
    br: readIfThere(`${file}.br`),
    gzip: readIfThere(`${file}.gz`),
  };
}

const readIfThere = (file: string) => (existsSync(file) ? readFileSync(file) : undefined);
