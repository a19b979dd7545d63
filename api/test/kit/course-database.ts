/** A database as the course builds it, on the real MariaDB. */
import type { TestContext } from 'node:test';
import mysql, { type Connection } from 'mysql2/promise';
import { atEnd } from './at-end.ts';
import { freshDatabase } from './engines.ts';

export interface CourseFixture {
  readonly url: string;
  readonly db: Connection;
}

/** The tables of the book, in the character set of its day: three bytes at most. */
const TABLES = [
  `CREATE TABLE users (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    email VARCHAR(255) NOT NULL,
    hashed_password VARCHAR(255) NOT NULL,
    profile VARCHAR(2000) NOT NULL,
    profile_picture VARCHAR(255) NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP
  )`,
  `CREATE TABLE users_follow_list (
    user_id INT NOT NULL,
    follow_user_id INT NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (user_id, follow_user_id)
  )`,
  `CREATE TABLE tweets (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT NOT NULL,
    tweet VARCHAR(400) NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
  )`,
];

/** An empty one. Times are written in Seoul. */
export async function freshCourse(t: TestContext): Promise<CourseFixture> {
  const database = await freshDatabase(t, 'mysql');
  if (database.engine !== 'mysql') throw new Error('the course needs MariaDB');
  const db = await mysql.createConnection({ uri: database.url, charset: 'utf8mb4' });
  atEnd(t, () => db.end());
  await db.query(`SET time_zone = '+09:00'`);
  for (const table of TABLES) await db.query(`${table} DEFAULT CHARSET utf8mb3`);
  return { url: database.url, db };
}

/** Adds a row. `insertInto(course, 'users', { name: 'Ada', … })` */
export async function insertInto(
  { db }: CourseFixture,
  table: string,
  row: Readonly<Record<string, unknown>>,
): Promise<void> {
  await db.query(`INSERT INTO ${table} SET ?`, [row]);
}
