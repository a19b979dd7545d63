/** The main thread's end of {@link ./writer.ts}. */
import { once } from 'node:events';
import path from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type Statement, StoreUnavailable } from '../database.ts';
import type { TouchedRows } from '../touched-rows.ts';
import type { StatementResult } from './connection.ts';
import { translateFailure } from './errors.ts';
import {
  CHANGED_OUTSIDE,
  TELL_TOUCHED,
  type Touched,
  type WriterData,
  type WriterReply,
  type WriterRequest,
} from './writer.ts';

/** The transaction is gone, whatever its units did. */
export class TransactionLost extends Error {
  constructor(cause: unknown) {
    super('the transaction was lost', { cause });
    this.name = 'TransactionLost';
  }
}

/** An answer to what went well. */
type Answer = Exclude<WriterReply, { error: unknown }>;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const NOTHING: StatementResult = { rows: [] };

export class WriterThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  /** Requests without an answer; the thread answers in the order it was asked. */
  readonly #waiting: Waiting[] = [];
  readonly #watchers: (() => void)[] = [];
  readonly #hearers: ((rows: TouchedRows) => void)[] = [];
  #dead: Error | undefined;

  private constructor(worker: Worker, port: MessagePort) {
    this.#worker = worker;
    this.#port = port;
    port.on('message', (message: WriterReply | Touched | typeof CHANGED_OUTSIDE) => {
      if (message === CHANGED_OUTSIDE) for (const changed of this.#watchers) changed();
      else if ('touched' in message) for (const hear of this.#hearers) hear(message.touched);
      else this.#settle(message);
    });
    worker.on('error', (error) => this.#die(error as Error));
    worker.on('exit', () => this.#die(new Error('the writer thread has ended')));
  }

  /** @throws {Error} when SQLite cannot open `file` */
  static async start(file: string): Promise<WriterThread> {
    // The file's ending is .ts in the repository and .js in the published package.
    const script = new URL(`./writer${path.extname(import.meta.filename)}`, import.meta.url);
    const { port1: ours, port2: theirs } = new MessageChannel();
    const workerData: WriterData = { file, port: theirs };
    const worker = new Worker(script, { workerData, transferList: [theirs] });
    const failed = once(worker, 'exit').then(() => {
      throw new Error('the writer thread has ended');
    });
    await Promise.race([once(ours, 'message'), failed]);
    failed.catch(() => {});
    return new WriterThread(worker, ours);
  }

  /**
   * Runs `before`, then `sql`, on the thread.
   *
   * @throws {TransactionLost} when `before` failed
   * @throws {UniqueViolation} {@link ForeignKeyViolation} {@link StoreUnavailable} or SQLite's error
   */
  async send(request: Omit<WriterRequest, 'statements'>): Promise<StatementResult> {
    const answer = await this.#ask(request);
    return 'result' in answer ? answer.result : NOTHING;
  }

  /**
   * Runs `before`, then each of `statements`, on the thread.
   *
   * @returns for each statement its error, or undefined
   * @throws {TransactionLost} when `before` failed, or a statement took the transaction with it
   */
  async sendAll(
    before: readonly string[],
    statements: readonly Statement[],
  ): Promise<(Error | undefined)[]> {
    const answer = await this.#ask({ before, statements });
    const outcomes = 'outcomes' in answer ? answer.outcomes : [];
    return outcomes.map((failure) => failure && translateFailure(failure));
  }

  #ask(request: WriterRequest): Promise<Answer> {
    if (this.#dead) return Promise.reject(new StoreUnavailable(this.#dead));
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.push({ resolve, reject });
    this.#port.postMessage(request);
    return promise;
  }

  /** Calls `changed` after another process has changed the file. */
  watch(changed: () => void): void {
    this.#watchers.push(changed);
  }

  /** Calls `hear` after each commit from now on, before any unit in it is told that it is stored. */
  hearTouched(hear: (rows: TouchedRows) => void): void {
    if (this.#hearers.length === 0) this.#port.postMessage(TELL_TOUCHED);
    this.#hearers.push(hear);
  }

  get isAlive(): boolean {
    return !this.#dead;
  }

  async close(): Promise<void> {
    if (this.#dead) return;
    const ended = once(this.#worker, 'exit');
    this.#port.postMessage('close');
    await ended;
  }

  #settle(reply: WriterReply): void {
    const waiting = this.#waiting.shift();
    if (!waiting) return;
    if (!('error' in reply)) waiting.resolve(reply);
    else {
      const error = translateFailure(reply.error);
      waiting.reject(reply.lost ? new TransactionLost(error) : error);
    }
  }

  #die(error: Error): void {
    this.#dead ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(new StoreUnavailable(error));
  }
}
