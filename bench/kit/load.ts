/** Load over loopback with autocannon, in this process. */
import autocannon from 'autocannon';
import type { EventEmitter } from 'node:events';

export interface Measured {
  /** Requests answered. */
  readonly requests: number;
  /** Requests answered per second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** Bytes of a reply, head and body. */
  readonly replyBytes: number;
}

/** One request, as autocannon takes it. */
export interface Request {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LoadOptions {
  /** What connections send in turn, dealt out among them; or one request for all. */
  readonly requests: readonly Request[];
  readonly connections?: number;
  /** How long; or how often in all. */
  readonly seconds?: number;
  readonly amount?: number;
  /** Requests per second offered; as many as it can without it. */
  readonly rate?: number;
  /** Whether this process may sleep: where it must not take a core from what is measured. */
  readonly maySleep?: boolean;
}

const CONNECTIONS = 32;
/** Others may have the machine for a while, and the naive join takes its time. */
const TIMEOUT_SECONDS = 120;

/** Turns in which nothing came, since the machine had other things to do. */
const IDLE_TURNS = 20;

/** @throws {Error} when any reply is not 2xx, or none comes for many turns */
export async function load(url: string, options: LoadOptions): Promise<Measured> {
  for (let turn = 0; turn < IDLE_TURNS; turn += 1) {
    const measured = await oneTurn(url, options);
    if (measured) return measured;
  }
  throw new Error(`${url} did not answer`);
}

/** @returns undefined when no reply came in that time */
async function oneTurn(url: string, options: LoadOptions): Promise<Measured | undefined> {
  const { requests, connections = CONNECTIONS, seconds, amount, rate } = options;
  const hands = handsOf(requests, connections);
  let next = 0;
  const awake = options.maySleep ? undefined : stayAwake();
  const latencies = new Latencies(rate === undefined ? Infinity : (connections * 1000) / rate);
  const run = autocannon({
    url,
    connections,
    // autocannon ends when it next takes a sample: else every round would last whole seconds.
    sampleInt: 100,
    timeout: TIMEOUT_SECONDS,
    ...(amount === undefined ? { duration: seconds ?? 3 } : { amount }),
    ...(rate === undefined ? {} : { overallRate: rate }),
    setupClient: (client) => give(client, hands[next++ % connections] ?? []),
  });
  const told = run as unknown as EventEmitter;
  told.on('response', (_client, _status, _bytes, ms: number) => latencies.add(ms));
  const result = await run;
  awake?.end();
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  }
  if (result.requests.total === 0) return undefined;
  const { throughput } = result;
  return {
    requests: result.requests.total,
    rate: result.requests.total / result.duration,
    p50: latencies.at(0.5),
    p99: latencies.at(0.99),
    p999: latencies.at(0.999),
    replyBytes: throughput.total / result.requests.total,
  };
}

/** How long replies took, to the microsecond: autocannon itself counts whole milliseconds. */
class Latencies {
  readonly #ms: number[] = [];
  readonly #intervalMs: number;

  /** @param intervalMs from one request of a connection to the next; Infinity when each waits for its reply */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /**
   * Adds a reply, and those that were to be asked for while it was waited for, as if they had been: else
   * the slower a server, the fewer would feel it (Gil Tene calls it coordinated omission).
   */
  add(ms: number): void {
    for (let waited = ms; waited > 0; waited -= this.#intervalMs) this.#ms.push(waited);
  }

  /** What this share of the replies took at most, in milliseconds. */
  at(share: number): number {
    const sorted = Float64Array.from(this.#ms).sort();
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  }
}

/** What was dealt before: autocannon has written the bytes to send into it. */
const dealt = new WeakMap<readonly Request[], Map<number, Request[][]>>();

function handsOf(requests: readonly Request[], connections: number): Request[][] {
  const known = dealt.get(requests) ?? new Map<number, Request[][]>();
  const hands = known.get(connections) ?? deal(requests, connections);
  dealt.set(requests, known.set(connections, hands));
  return hands;
}

/** A client of autocannon, as far as its requests are concerned. */
interface Client {
  setRequests(requests: autocannon.Request[]): void;
  readonly requestIterator: {
    requests: readonly Request[];
    currentRequest: Request | undefined;
    currentRequestIndex: number;
  };
}

/**
 * Gives a client its requests. autocannon makes the bytes of each when it is given them, 10 µs
 * apiece, while the clock runs: for many requests that would be most of a round. So bytes that are
 * there from an earlier round are put in place as `setRequests` would do it.
 */
function give(client: unknown, hand: readonly Request[]): void {
  const { requestIterator } = client as Client;
  if (hand[0] && 'requestBuffer' in hand[0]) {
    requestIterator.requests = hand;
    requestIterator.currentRequest = hand[0];
    requestIterator.currentRequestIndex = 0;
  } else (client as Client).setRequests(hand as autocannon.Request[]);
}

/** Each connection's requests. autocannon writes into them, so each gets copies. */
function deal(requests: readonly Request[], connections: number): Request[][] {
  if (requests.length < connections) {
    return Array.from({ length: connections }, () => requests.map((one) => ({ ...one })));
  }
  const hands: Request[][] = Array.from({ length: connections }, () => []);
  for (const [i, request] of requests.entries()) hands[i % connections]?.push({ ...request });
  return hands;
}

/**
 * Keeps this process from sleeping. On one machine, a reply to a sleeping client costs the server an
 * interrupt to the other core, several microseconds that a client elsewhere does not cost it, and
 * the more the idler the client is: a slow server would be punished twice.
 */
function stayAwake(): { end: () => void } {
  let isOver = false;
  const turn = () => {
    if (!isOver) setImmediate(turn);
  };
  turn();
  return {
    end: () => {
      isOver = true;
    },
  };
}

/** All numbers from 1 to `count`, in an order of their own that is the same every time. */
export function shuffled(count: number): number[] {
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  let state = 1;
  for (let i = count - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [numbers[i], numbers[j]] = [numbers[j] as number, numbers[i] as number];
  }
  return numbers;
}
