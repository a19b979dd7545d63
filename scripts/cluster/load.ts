/** People who read and tweet at a steady rate, and what they were told. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientOf, type Person } from '../../api/test/kit/app.ts';

export interface LoadOptions {
  /** Requests per second, whatever becomes of them. */
  readonly rate: number;
  /** Of ten requests, how many read. */
  readonly readsOfTen: number;
  readonly people: readonly Person[];
  /** Whether a tweet that failed is sent again, with the same Idempotency-Key. */
  readonly retry?: boolean;
}

/** A request that was not answered with 200. */
export interface Failure {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The status, or what went wrong before there was one. */
  readonly what: string;
}

const TICK_MS = 20;
/** What a load balancer would have to its clients: whoever finds none free waits for one. */
const CONNECTIONS = 128;
/** How long somebody waits before he sends a tweet again, and how long he goes on. */
const RETRY_MS = 100;
const GIVE_UP_MS = 60_000;
const REQUEST_MS = 20_000;

export class Load {
  readonly #url: string;
  /** In turn, so that none is idle for as long as HAProxy allows. */
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'fifo' });
  readonly #options: LoadOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly failures: Failure[] = [];
  /** Texts of the tweets that were acknowledged, and when, in epoch milliseconds. */
  readonly acknowledged = new Map<string, number>();
  #sent = 0;
  #isOver = false;
  #running: Promise<void> | undefined;

  constructor(url: string, options: LoadOptions) {
    this.#url = url;
    this.#options = options;
  }

  get sent(): number {
    return this.#sent;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Fulfilled when every request has been answered or given up. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
    await Promise.all(this.#underWay);
    this.#agent.destroy();
  }

  async #run(): Promise<void> {
    const began = Date.now();
    while (!this.#isOver) {
      const due = ((Date.now() - began) / 1000) * this.#options.rate;
      while (this.#sent < due) this.#send();
      await sleep(TICK_MS);
    }
  }

  #send(): void {
    const { people, readsOfTen } = this.#options;
    const n = (this.#sent += 1);
    const person = people[n % people.length] as Person;
    const work = n % 10 < readsOfTen ? this.#read(person) : this.#tweet(person);
    const done = work.finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  async #read(person: Person): Promise<void> {
    await this.#call('/timeline', { headers: { authorization: `Bearer ${person.token}` } });
  }

  async #tweet(person: Person): Promise<void> {
    const key = randomUUID();
    const headers = {
      authorization: `Bearer ${person.token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    };
    const body = JSON.stringify({ tweet: `tweet ${key}` });
    const deadline = Date.now() + GIVE_UP_MS;
    for (;;) {
      const isStored = await this.#call('/tweet', { method: 'POST', headers }, body);
      if (isStored) this.acknowledged.set(`tweet ${key}`, Date.now());
      if (isStored || !this.#options.retry || Date.now() > deadline) return;
      await sleep(RETRY_MS);
    }
  }

  /** @returns whether it was answered with 200 */
  async #call(path: string, options: RequestOptions, body?: string): Promise<boolean> {
    let what: string;
    try {
      const status = await this.#ask(path, options, body);
      if (status === 200) return true;
      what = String(status);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      what = code ?? message;
    }
    this.failures.push({ at: Date.now(), what });
    return false;
  }

  /** A fetch would take several times the processor, of which the servers are to have most. @returns the status */
  async #ask(path: string, options: RequestOptions, body?: string): Promise<number> {
    const signal = AbortSignal.timeout(REQUEST_MS);
    const sent = request(this.#url + path, { ...options, agent: this.#agent, signal });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode ?? 0;
  }
}

/** People who follow each other in a ring, `follows` of those after each. */
export async function makePeople(url: string, count: number, follows: number): Promise<Person[]> {
  const client = clientOf(url);
  const run = randomUUID().slice(0, 8);
  const people: Person[] = [];
  for (let n = 0; n < count; n += 1) people.push(await client.join(`Person ${n} ${run}`));
  for (const [n, person] of people.entries()) {
    for (let step = 1; step <= follows; step += 1) {
      const other = people[(n + step) % count] as Person;
      await client.call('POST /follow', { as: person, json: { follow: other.id } });
    }
  }
  return people;
}
