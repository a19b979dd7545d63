/** A database as the course builds it, on MySQL or MariaDB, read in one transaction. */
import mysql, { type Connection, type RowDataPacket } from 'mysql2';
import type { CourseDatabase, CourseFollow, CourseTweet, CourseUser } from '../service/ports.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const ROWS_AT_ONCE = 500;

const TABLES = ['users', 'users_follow_list', 'tweets'] as const;
type Table = (typeof TABLES)[number];
/** Table → its columns. */
type Columns = ReadonlyMap<string, ReadonlySet<string>>;

/** What each table must have to be one of the course's. */
const NEEDED: Readonly<Record<Table, readonly string[]>> = {
  users: ['id', 'name', 'email', 'hashed_password'],
  users_follow_list: ['user_id', 'follow_user_id'],
  tweets: ['user_id', 'tweet', 'created_at'],
};

/**
 * Opens a database of the course. An account that may only read is enough.
 *
 * @param url `mysql://user:password@host:port/database`
 * @throws {Error} with a readable sentence, which does not tell the password, when it cannot be
 *   reached or is none of the course's
 */
export async function openCourseDatabase(url: string): Promise<CourseDatabase> {
  const where = URL.parse(url);
  if (where?.protocol !== 'mysql:' || where.hostname === '' || where.pathname.length < 2) {
    throw new Error('The source must be mysql://user:password@host:port/database.');
  }
  const name = `${where.pathname.slice(1)} at ${where.hostname}:${where.port || 3306}`;
  const connection = await connect(url).catch((error: Error) => {
    throw new Error(`The database ${name} cannot be read: ${error.message || 'no reason given'}`, {
      cause: error,
    });
  });
  try {
    // All tables as they are at this moment, however long the reading takes.
    await connection.promise().query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await connection.promise().query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    const columns = await columnsOf(connection);
    refuseOthers(columns, name);
    return new MysqlCourseDatabase(connection, columns);
  } catch (error) {
    await connection.promise().end();
    throw error;
  }
}

async function connect(url: string): Promise<Connection> {
  const connection = mysql.createConnection({
    uri: url,
    // Whatever the columns are: the server converts.
    charset: 'utf8mb4',
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  await connection.promise().connect();
  return connection;
}

async function columnsOf(connection: Connection): Promise<Columns> {
  const [rows] = await connection.promise().query<RowDataPacket[]>(
    `SELECT table_name AS t, column_name AS c FROM information_schema.columns
     WHERE table_schema = DATABASE()`,
  );
  const columns = new Map<string, Set<string>>();
  for (const { t, c } of rows) columns.set(t, (columns.get(t) ?? new Set()).add(c));
  return columns;
}

/** @throws {Error} when these are not the course's tables */
function refuseOthers(columns: Columns, name: string): void {
  if (columns.get('users')?.has('email_key')) {
    throw new Error(
      `The database ${name} is one of Minitter. Move it with minitter backup and restore.`,
    );
  }
  for (const table of TABLES) {
    const found = columns.get(table);
    const missing = found ? NEEDED[table].filter((column) => !found.has(column)) : [];
    if (!found && table === 'users') {
      throw new Error(`The database ${name} is none of the course: it has no table users.`);
    }
    if (missing.length > 0) {
      throw new Error(
        `The database ${name} is none of the course: ${table} has no ${missing.join(', ')}.`,
      );
    }
  }
}

class MysqlCourseDatabase implements CourseDatabase {
  readonly #connection: Connection;
  readonly #columns: Columns;

  constructor(connection: Connection, columns: Columns) {
    this.#connection = connection;
    this.#columns = columns;
  }

  async count(table: Table): Promise<number> {
    if (!this.#columns.has(table)) return 0;
    const [row] = await this.#rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`, []);
    return row?.n ?? 0;
  }

  users(): AsyncIterable<readonly CourseUser[]> {
    const columns = ['name', 'email', 'hashed_password', 'profile', 'profile_picture']
      .map((column) => this.#column('users', column))
      .concat(this.#time('users', 'created_at'), this.#time('users', 'updated_at'));
    const select = `SELECT id, ${columns.join(', ')} FROM users`;
    return this.#byId<CourseUser & { id: number }>(select);
  }

  async *follows(): AsyncGenerator<readonly CourseFollow[]> {
    if (!this.#columns.has('users_follow_list')) return;
    const time = this.#time('users_follow_list', 'created_at');
    let last: CourseFollow | undefined;
    do {
      const page: CourseFollow[] = await this.#rows<CourseFollow>(
        `SELECT user_id, follow_user_id, ${time} FROM users_follow_list
         WHERE user_id > ? OR (user_id = ? AND follow_user_id > ?)
         ORDER BY user_id, follow_user_id LIMIT ${ROWS_AT_ONCE}`,
        last ? [last.user_id, last.user_id, last.follow_user_id] : [-1, -1, -1],
      );
      if (page.length > 0) yield page;
      last = page.at(-1);
    } while (last);
  }

  tweets(): AsyncIterable<readonly CourseTweet[]> {
    const columns = this.#columns.get('tweets');
    if (!columns) return none();
    const time = this.#time('tweets', 'created_at');
    if (!columns.has('id')) {
      return this.#inChunks<CourseTweet>(
        `SELECT NULL AS id, user_id, tweet, ${time} FROM tweets
         ORDER BY tweets.created_at, user_id, CAST(tweet AS BINARY)`,
      );
    }
    return this.#byId<CourseTweet & { id: number }>(
      `SELECT id, user_id, tweet, ${time} FROM tweets`,
    );
  }

  async close(): Promise<void> {
    await this.#connection.promise().end();
  }

  async *#byId<R extends { readonly id: number }>(select: string): AsyncGenerator<R[]> {
    let afterId = -1;
    for (;;) {
      const page = await this.#rows<R>(`${select} WHERE id > ? ORDER BY id LIMIT ${ROWS_AT_ONCE}`, [
        afterId,
      ]);
      const last = page.at(-1);
      if (!last) return;
      yield page;
      afterId = last.id;
    }
  }

  /** The rows of a query that cannot be taken up again in the middle. */
  async *#inChunks<R>(query: string): AsyncGenerator<R[]> {
    let chunk: R[] = [];
    for await (const row of this.#connection.query(query).stream()) {
      chunk.push(row as R);
      if (chunk.length < ROWS_AT_ONCE) continue;
      yield chunk;
      chunk = [];
    }
    if (chunk.length > 0) yield chunk;
  }

  /** Courses stop at different chapters: a column may not be there yet. */
  #column(table: Table, column: string): string {
    return this.#columns.get(table)?.has(column) ? column : `NULL AS ${column}`;
  }

  /**
   * A time in epoch milliseconds. Of a TIMESTAMP this is what is stored, whatever the time zone of
   * the session; a DATETIME is taken in the server's own, in which NOW() has written it. What is
   * no time at all is null.
   */
  #time(table: Table, column: string): string {
    if (!this.#columns.get(table)?.has(column)) return `NULL AS ${column}`;
    const ms = `CAST(FLOOR(UNIX_TIMESTAMP(${table}.${column}) * 1000) AS SIGNED)`;
    return `NULLIF(${ms}, 0) AS ${column}`;
  }

  async #rows<R>(query: string, values: readonly number[]): Promise<R[]> {
    const [rows] = await this.#connection.promise().query<RowDataPacket[]>(query, [...values]);
    return rows as R[];
  }
}

async function* none(): AsyncGenerator<never> {}
