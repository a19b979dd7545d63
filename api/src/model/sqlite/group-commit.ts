/**
 * Group commit: units of work that arrive while the disk is busy share the next COMMIT, so one
 * fsync answers them all. Each unit runs under its own SAVEPOINT: one that fails takes nothing of
 * its neighbours with it; a COMMIT that fails fails them all.
 */
import { type Statement, StoreBusy, StoreUnavailable } from '../database.ts';
import type { QueueLoad } from '../load.ts';
import type { StatementResult } from './connection.ts';
import { TransactionLost, type WriterThread } from './writer-thread.ts';

/** Runs a unit's statements; given to the unit and closed when it ends. */
export interface UnitConnection {
  run(sql: string, parameters: readonly unknown[]): Promise<StatementResult>;
}

/** A unit of one statement. */
interface WaitingStatement {
  readonly build: () => Statement;
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
}

/** A unit of any number of statements. */
interface WaitingUnit {
  /** Rejects when the unit fails; why, is told by `settle`. */
  readonly run: (connection: UnitConnection) => Promise<void>;
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
}

type Waiting = WaitingUnit | WaitingStatement;

/** So that the first in a batch does not wait for ever while more come in. */
const UNITS_PER_COMMIT = 1000;

export class GroupCommit {
  readonly #writer: WriterThread;
  readonly #queueLimit: number;
  readonly #waiting: Waiting[] = [];
  /** Those of the commit that is under way. */
  #batch: Waiting[] = [];
  #refused = 0;
  #draining: Promise<void> | undefined;
  /** Transaction control that goes ahead of the next statement, to save a trip to the thread. */
  #before: string[] = [];
  /** Set when the batch's transaction is gone: nothing more may run, or it would run outside one. */
  #lost: TransactionLost | undefined;

  constructor(writer: WriterThread, queueLimit: number) {
    this.#writer = writer;
    this.#queueLimit = queueLimit;
  }

  get load(): QueueLoad {
    return {
      running: this.#batch.length,
      waiting: this.#waiting.length,
      limit: this.#queueLimit,
      refused: this.#refused,
    };
  }

  /** @see {Store.write} */
  submit<T>(unit: (connection: UnitConnection) => Promise<T>): Promise<T> {
    if (this.#waiting.length >= this.#queueLimit) return this.#refuse();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let settle = () => {};
    const run = async (connection: UnitConnection) => {
      try {
        const value = await unit(connection);
        settle = () => resolve(value);
      } catch (error) {
        if (error instanceof TransactionLost) throw error;
        settle = () => reject(error);
        throw error;
      }
    };
    this.#waiting.push({ run, settle: () => settle(), reject });
    this.#draining ??= this.#drain();
    return promise;
  }

  /** @see {Store.writeOne} */
  submitOne(build: () => Statement): Promise<void> {
    if (this.#waiting.length >= this.#queueLimit) return this.#refuse();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ build, settle: resolve, reject });
    this.#draining ??= this.#drain();
    return promise;
  }

  /** Resolves when nothing is waiting any more. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  #refuse(): Promise<never> {
    this.#refused += 1;
    return Promise.reject(new StoreBusy());
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commitBatch();
    this.#batch = [];
    this.#draining = undefined;
  }

  async #commitBatch(): Promise<void> {
    const batch: Waiting[] = [];
    this.#batch = batch;
    this.#before = ['BEGIN IMMEDIATE'];
    this.#lost = undefined;
    try {
      while (batch.length < UNITS_PER_COMMIT) {
        const waiting = this.#waiting[0];
        if (!waiting) break;
        if ('build' in waiting) await this.#runStatements(batch);
        else {
          this.#waiting.shift();
          batch.push(waiting);
          await this.#runUnit(waiting);
        }
      }
      this.#before.push('COMMIT');
      await this.#send();
    } catch (error) {
      const cause = error instanceof TransactionLost ? error.cause : error;
      const unavailable = cause instanceof StoreUnavailable ? cause : new StoreUnavailable(cause);
      for (const { reject } of batch) reject(unavailable);
      return;
    }
    for (const { settle } of batch) settle();
  }

  /**
   * Runs the statements at the head of the queue in one trip to the thread. Those that fail are
   * told so at once; the others join the batch.
   */
  async #runStatements(batch: Waiting[]): Promise<void> {
    const running: { waiting: WaitingStatement; statement: Statement }[] = [];
    while (batch.length + running.length < UNITS_PER_COMMIT) {
      const waiting = this.#waiting[0];
      if (!waiting || !('build' in waiting)) break;
      this.#waiting.shift();
      try {
        running.push({ waiting, statement: waiting.build() });
      } catch (error) {
        waiting.reject(error);
      }
    }
    if (running.length === 0) return;
    // In the batch before they run: when the transaction is lost, they all are.
    batch.push(...running.map(({ waiting }) => waiting));
    const outcomes = await this.#sendAll(running.map(({ statement }) => statement));
    for (const [i, error] of outcomes.entries()) if (error) running[i]?.waiting.reject(error);
  }

  async #runUnit(waiting: WaitingUnit): Promise<void> {
    let open = true;
    const run: UnitConnection['run'] = (sql, parameters) =>
      open
        ? this.#send(sql, parameters)
        : Promise.reject(new Error('this unit of work has ended: await its queries'));
    this.#before.push('SAVEPOINT unit');
    try {
      await waiting.run({ run });
    } catch (error) {
      if (error instanceof TransactionLost) throw error;
      this.#before.push('ROLLBACK TO unit');
    } finally {
      open = false;
    }
    this.#before.push('RELEASE unit');
  }

  #send(sql?: string, parameters: readonly unknown[] = []): Promise<StatementResult> {
    return this.#ask((before) =>
      this.#writer.send(sql === undefined ? { before } : { before, sql, parameters }),
    );
  }

  #sendAll(statements: readonly Statement[]): Promise<(Error | undefined)[]> {
    return this.#ask((before) => this.#writer.sendAll(before, statements));
  }

  /** Asks the thread, after the transaction control that is due. */
  async #ask<T>(ask: (before: readonly string[]) => Promise<T>): Promise<T> {
    if (this.#lost) throw this.#lost;
    const before = this.#before;
    this.#before = [];
    try {
      return await ask(before);
    } catch (error) {
      if (error instanceof TransactionLost) this.#lost = error;
      throw error;
    }
  }
}
