/** MySQL 8 or MariaDB 10.6+ over a pool of connections. */
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type QueryResult,
  sql,
} from 'kysely';
import mysql, {
  type Pool,
  type PoolConnection,
  type QueryOptions,
  type ResultSetHeader,
} from 'mysql2';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Reader,
  RetryUnit,
  type Statement,
  type Store,
  StoreBusy,
  type StorePart,
  type Tx,
} from '../database.ts';
import { mysqlDialect } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import { type QueueLoad, type StoreTimes, timed, timedRead } from '../load.ts';
import { Connections } from './connections.ts';
import { translateError } from './errors.ts';

export interface MysqlOptions {
  /** `mysql://user:password@host:port/database` */
  readonly url: string;
  readonly poolSize: number;
  /** Units of work under way, and queries that may wait for a connection. */
  readonly writeQueue: number;
  readonly times?: StoreTimes | undefined;
}

/** How often a unit that met a deadlock runs before its caller is told. */
const ATTEMPTS = 8;
const LOCK_WAIT_SECONDS = 10;
const CONNECT_TIMEOUT_MS = 10_000;

/** @throws {Error} with a readable sentence when the server cannot be reached or refuses */
export async function openMysql(options: MysqlOptions): Promise<Store> {
  const pool = mysql.createPool({
    uri: options.url,
    connectionLimit: options.poolSize,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
  });
  // Queued ahead of the first query. READ COMMITTED: a unit that waited for its neighbour then
  // sees what the neighbour stored, and no gap locks breed deadlocks.
  pool.on('connection', (connection) => {
    connection.query(
      `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', ` +
        `innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
    );
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  });
  const store = new MysqlStore(pool, options);
  try {
    await store.now();
  } catch (error) {
    await store.close();
    const { hostname, port, pathname } = new URL(options.url);
    const reason = ((error as Error).cause ?? error) as Error & { code?: string };
    throw new Error(
      `The MySQL database ${pathname.slice(1)} at ${hostname}:${port || 3306} cannot be used: ` +
        (reason.message || reason.code || 'no reason given'),
      { cause: error },
    );
  }
  return store;
}

class MysqlStore implements Store {
  readonly dialect = mysqlDialect;
  readonly reader: Reader;
  readonly #db: Kysely<Schema>;
  readonly #connections: Connections;
  readonly #queueLimit: number;
  readonly #times: StoreTimes | undefined;
  #writing = 0;
  #refused = 0;

  constructor(pool: Pool, { poolSize, writeQueue, times }: MysqlOptions) {
    this.#connections = new Connections(pool, { size: poolSize, queue: writeQueue });
    this.#db = kyselyOver(this.#connections);
    this.reader = times ? kyselyOver(this.#connections, times) : this.#db;
    this.#queueLimit = writeQueue;
    this.#times = times;
  }

  async readRows({ sql: text, parameters }: Statement): Promise<readonly (readonly unknown[])[]> {
    const connection = await this.#connections.take();
    try {
      const query = { sql: text, rowsAsArray: true };
      return (await timedRead(this.#times, execute(connection, query, parameters))) as unknown[][];
    } finally {
      this.#connections.release(connection);
    }
  }

  write<T>(unit: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#inTurn(() => this.#db.transaction().execute((tx) => unit(tx as unknown as Tx)));
  }

  /** A statement outside a transaction is one of its own. */
  async writeOne(build: () => Statement): Promise<void> {
    await this.#inTurn(() => {
      const { sql: statement, parameters } = build();
      return this.#db.executeQuery(CompiledQuery.raw(statement, [...parameters]));
    });
  }

  async executeDdl(statement: string): Promise<void> {
    await sql.raw(statement).execute(this.#db);
  }

  async now(): Promise<number> {
    const clock = sql<{ now: number }>`SELECT ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS now`;
    const { rows } = await clock.execute(this.#db);
    return Number(rows[0]?.now);
  }

  watch(): boolean {
    return false;
  }

  hearTouched(): boolean {
    return false;
  }

  get queues(): Readonly<Record<string, QueueLoad>> {
    const writes = {
      running: this.#writing,
      // They wait for connections, with the reads.
      waiting: 0,
      limit: this.#queueLimit,
      refused: this.#refused,
    };
    return { writes, connections: this.#connections.load };
  }

  async missing(): Promise<readonly StorePart[]> {
    try {
      await sql`SELECT 1`.execute(this.#db);
      return [];
    } catch {
      return ['database'];
    }
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }

  /** Runs something that writes, unless too many do, and again after a collision. */
  async #inTurn<T>(write: () => Promise<T>): Promise<T> {
    if (this.#writing >= this.#queueLimit) {
      this.#refused += 1;
      throw new StoreBusy();
    }
    this.#writing += 1;
    try {
      return await timed(this.#times, retried(write));
    } finally {
      this.#writing -= 1;
    }
  }
}

async function retried<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof RetryUnit) || attempt === ATTEMPTS) throw error;
      // Two that collided must not meet again at once.
      await sleep(Math.random() * 5 * 2 ** attempt);
    }
  }
}

/** Kysely over prepared statements: a value never becomes part of the SQL text. */
function kyselyOver(connections: Connections, times?: StoreTimes): Kysely<Schema> {
  const run = (statement: string) => async (connection: DatabaseConnection) => {
    await connection.executeQuery({ sql: statement, parameters: [] } as unknown as CompiledQuery);
  };
  const raw = new WeakMap<DatabaseConnection, PoolConnection>();
  return new Kysely<Schema>({
    log: times ? ({ queryDurationMillis }) => times.read(queryDurationMillis) : [],
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createQueryCompiler: () => new MysqlQueryCompiler(),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createDriver: () => ({
        init: async () => {},
        acquireConnection: async () => {
          const taken = await connections.take();
          const connection = databaseConnection(taken);
          raw.set(connection, taken);
          return connection;
        },
        releaseConnection: async (connection) => {
          const taken = raw.get(connection);
          if (taken) connections.release(taken);
        },
        beginTransaction: run('START TRANSACTION'),
        commitTransaction: run('COMMIT'),
        rollbackTransaction: async (connection) => {
          try {
            await run('ROLLBACK')(connection);
          } catch {
            // What broke the unit is the news; and nobody shall get its transaction with the
            // connection. The server rolls back when it is gone.
            raw.get(connection)?.destroy();
          }
        },
        destroy: () => connections.close(),
      }),
    },
  });
}

function databaseConnection(connection: PoolConnection): DatabaseConnection {
  return {
    executeQuery: async <R>({ sql: text, parameters }: CompiledQuery) =>
      queryResult<R>(await execute(connection, { sql: text }, parameters)),
    streamQuery: () => {
      throw new Error('streaming is not supported');
    },
  };
}

function execute(
  connection: PoolConnection,
  options: QueryOptions,
  parameters: readonly unknown[],
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, result: unknown) => {
      if (error) reject(translateError(error));
      else resolve(result);
    };
    // Transaction control and DDL cannot all be prepared; they carry no values.
    if (parameters.length === 0) connection.query(options, done);
    else connection.execute(options, parameters as never[], done);
  });
}

function queryResult<R>(result: unknown): QueryResult<R> {
  if (Array.isArray(result)) return { rows: result as R[] };
  const { insertId, affectedRows } = result as ResultSetHeader;
  return { rows: [], insertId: BigInt(insertId), numAffectedRows: BigInt(affectedRows) };
}
