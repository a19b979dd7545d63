/** Databases to measure on: made once by `minitter seed`, with a session for everybody. */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import mysql from 'mysql2/promise';
import { SECRET } from './server.ts';

export interface Population {
  readonly users: number;
  readonly follows: number;
  readonly tweets: number;
}

const ROOT = path.join(import.meta.dirname, '..', '..');
/** Not in the repository. */
const DATA = path.join(ROOT, 'bench', 'data');
const UNTIL = '2026-11-01T00:00:00Z';
/** Sessions begin long ago and end long after. */
const ISSUED_MS = Date.parse(UNTIL);
const EXPIRES_MS = Date.parse('2090-01-01T00:00:00Z');

const jtiOf = (userId: number) => `bench-${userId}`;

/** The data folder of an SQLite server with these people, seeded now or earlier. */
export function sqliteFolder(population: Population): string {
  const { users, follows, tweets } = population;
  const folder = path.join(DATA, `${users}-${follows}-${tweets}`);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  seed({ MINITTER_DATA_DIR: part }, population);
  const db = new DatabaseSync(path.join(part, 'minitter.db'));
  db.exec('BEGIN');
  const insert = db.prepare(
    `INSERT INTO sessions (jti, user_id, scopes, created_at, last_used_at, expires_at)
     VALUES (?, ?, 'read write follow', ?, ?, ?)`,
  );
  const used = Date.now() + 365 * 86_400_000;
  for (let id = 1; id <= users; id += 1) insert.run(jtiOf(id), id, ISSUED_MS, used, EXPIRES_MS);
  db.exec('COMMIT');
  db.close();
  renameSync(part, folder);
  return folder;
}

/** Fills an empty MySQL database in the same way. */
export async function fillMysql(url: string, population: Population): Promise<void> {
  seed({ DATABASE_URL: url }, population);
  const connection = await mysql.createConnection(url);
  const used = Date.now() + 365 * 86_400_000;
  for (let from = 1; from <= population.users; from += 1000) {
    const count = Math.min(1000, population.users - from + 1);
    const rows = Array.from({ length: count }, (_, i) => {
      const id = from + i;
      return [jtiOf(id), id, 'read write follow', ISSUED_MS, used, EXPIRES_MS];
    });
    await connection.query(
      'INSERT INTO sessions (jti, user_id, scopes, created_at, last_used_at, expires_at) VALUES ?',
      [rows],
    );
  }
  await connection.end();
}

function seed(env: Readonly<Record<string, string>>, { users, follows, tweets }: Population): void {
  const numbers = { users, follows, tweets, seed: 1, until: UNTIL };
  const options = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
  execFileSync(process.execPath, [path.join(ROOT, 'api/src/main.ts'), 'seed', ...options], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

/** A token for the session that everybody has. */
export function tokenOf(userId: number): string {
  const claims = {
    user_id: userId,
    jti: jtiOf(userId),
    iat: ISSUED_MS / 1000,
    exp: EXPIRES_MS / 1000,
  };
  const signed = `${HEADER}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}
