/** Scenarios 1, 3, 5 and 13: home timelines of many random viewers. */
import { type Population, sqliteFolder, tokenOf } from '../kit/data.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { load, type Measured, type Request, shuffled } from '../kit/load.ts';
import { drive, type Driven, type Server, startServer } from '../kit/server.ts';
import { median, rounded } from '../kit/stats.ts';

export interface Rounds {
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
}

/** What people are in every scenario but for their number. */
export const HABITS = { follows: 44, tweets: 20 };
/** Memory for timelines, as far as there is so much. */
const MOST_CACHE_MB = 20_480;
/** For each user: pages of the classic API are smaller than those of the other. */
const [CLASSIC_KB, MASTODON_KB] = [16, 96];
const TIMELINE = '/timeline?limit=20';
const STATUSES = '/api/v1/timelines/home?limit=20';
/** Head of a reply: the prebuilt one has to fill the rest. */
const PREBUILT: readonly Request[] = [{ path: '/bench/prebuilt' }];

/** Requests for the home timelines of everybody, or of as many as `most`, in random order. */
export function homeTimelines(users: number, most = users): Request[] {
  return shuffled(users)
    .slice(0, most)
    .map((id) => ({ path: TIMELINE, headers: { authorization: tokenOf(id) } }));
}

/** The same, as clients of the Mastodon API ask for them. */
function homeStatuses(users: number, most: number): Request[] {
  return shuffled(users)
    .slice(0, most)
    .map((id) => ({ path: STATUSES, headers: { authorization: `Bearer ${tokenOf(id)}` } }));
}

interface Warm {
  readonly server: Server;
  readonly requests: Request[];
}

/** A server with everything in memory that is asked for, and a first read of all of it. */
async function warmServer(
  { users, ...habits }: Population,
  requests = homeTimelines(users),
  kbPerUser = CLASSIC_KB,
): Promise<Warm> {
  const cacheMb = Math.min(MOST_CACHE_MB, Math.max(256, Math.ceil((users * kbPerUser) / 1024)));
  const server = await startServer('minitter', {
    MINITTER_DATA_DIR: sqliteFolder({ users, ...habits }),
    TIMELINE_CACHE_MB: String(cacheMb),
    SESSION_CACHE: String(Math.max(100_000, users)),
  });
  await load(server.url, { requests, amount: requests.length });
  return { server, requests };
}

/** Timelines against the prebuilt reply of the same size, in turns. */
async function compare(server: Server, requests: readonly Request[], { rounds, seconds }: Rounds) {
  const pairs: { prebuilt: Driven; timeline: Driven }[] = [];
  await matchSize(server, requests);
  // Not counted: what is asked for again is kept, and code that runs often is compiled.
  await load(server.url, { requests, seconds: 2 });
  for (let round = 0; round < rounds; round += 1) {
    const prebuilt = await drive(server, { requests: PREBUILT, seconds });
    const timeline = await drive(server, { requests, seconds });
    pairs.push({ prebuilt, timeline });
  }
  return pairs;
}

/** Makes the prebuilt reply as large as a timeline is on average. */
async function matchSize(server: Server, requests: readonly Request[]): Promise<void> {
  const few = { requests: requests.slice(0, 1000), seconds: 1 };
  const { replyBytes } = await load(server.url, few);
  await server.setPrebuilt(0);
  const empty = await load(server.url, { requests: PREBUILT, seconds: 1 });
  await server.setPrebuilt(Math.round(replyBytes - empty.replyBytes));
}

/** Scenario 1. */
export async function timelineAgainstPrebuilt(
  users: number,
  atLeast: number,
  rounds: Rounds,
): Promise<Finding[]> {
  const warm = await warmServer({ users, ...HABITS });
  try {
    return [await classicAgainstPrebuilt(warm, users, atLeast, rounds)];
  } finally {
    await warm.server.stop();
  }
}

async function classicAgainstPrebuilt(
  warm: Warm,
  users: number,
  atLeast: number,
  rounds: Rounds,
): Promise<Finding> {
  const what = `home timelines against a prebuilt reply, ${users.toLocaleString('en')} users`;
  return againstPrebuilt({ warm, scenario: 1, what, atLeast, rounds });
}

/** Scenario 13: the same for clients of the Mastodon API, and as many of the users. */
export async function statusesAgainstPrebuilt(
  users: number,
  viewers: number,
  rounds: Rounds,
): Promise<Finding[]> {
  const what = `Mastodon home timelines against a prebuilt reply, ${users.toLocaleString('en')} users`;
  const warm = await warmServer({ users, ...HABITS }, homeStatuses(users, viewers), MASTODON_KB);
  try {
    return [await againstPrebuilt({ warm, scenario: 13, what, atLeast: 0.5, rounds })];
  } finally {
    await warm.server.stop();
  }
}

interface AgainstPrebuilt {
  readonly warm: Warm;
  readonly scenario: number;
  readonly what: string;
  readonly atLeast: number;
  readonly rounds: Rounds;
}

async function againstPrebuilt({
  warm: { server, requests },
  scenario,
  what,
  atLeast,
  rounds,
}: AgainstPrebuilt): Promise<Finding> {
  const before = await server.vitals();
  const pairs = await compare(server, requests, rounds);
  const after = await server.vitals();
  const hits = (after.timelines?.hits ?? 0) - (before.timelines?.hits ?? 0);
  const misses = (after.timelines?.misses ?? 0) - (before.timelines?.misses ?? 0);
  const finding = {
    scenario,
    what,
    unit: 'B',
    bar: { atLeast },
    details: {
      ...clockDetails('prebuilt', 'timelines', {
        one: pairs.map(({ prebuilt }) => prebuilt),
        other: pairs.map(({ timeline }) => timeline),
      }),
      'p50 ms': middle(pairs.map(({ timeline }) => timeline.p50)),
      'p99 ms': middle(pairs.map(({ timeline }) => timeline.p99)),
      'p99.9 ms': middle(pairs.map(({ timeline }) => timeline.p999)),
      'hit ratio': rounded(hits / (hits + misses)),
      'RSS MB': rounded(after.rss / 1e6),
      'reply bytes': middle(pairs.map(({ timeline }) => timeline.replyBytes)),
    },
  };
  return fromRounds(
    finding,
    pairs.map(({ prebuilt, timeline }) => timeline.perCpuSecond / prebuilt.perCpuSecond),
  );
}

/**
 * Scenarios 1 and 3 of very many users, on one server, since to make it warm takes a quarter of an hour:
 * against a prebuilt reply; and the same offered rate, and the maximum, as the data grows.
 */
export async function growth(
  from: number,
  { to, atLeast }: { readonly to: number; readonly atLeast: number },
  rounds: Rounds,
): Promise<Finding[]> {
  const large = await warmServer({ users: to, ...HABITS });
  const small = await warmServer({ users: from, ...HABITS });
  try {
    const against = await classicAgainstPrebuilt(large, to, atLeast, rounds);
    return [against, ...(await growthBetween({ small, from }, { large, to }, rounds))];
  } finally {
    await small.server.stop();
    await large.server.stop();
  }
}
async function growthBetween(
  { small, from }: { readonly small: Warm; readonly from: number },
  { large, to }: { readonly large: Warm; readonly to: number },
  { rounds, seconds }: Rounds,
): Promise<Finding[]> {
  for (const { server, requests } of [small, large]) {
    // Not counted, as above.
    await load(server.url, { requests, seconds: 2 });
  }
  const turns: { small: Driven; large: Driven }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    turns.push({
      small: await drive(small.server, { requests: small.requests, seconds }),
      large: await drive(large.server, { requests: large.requests, seconds }),
    });
  }
  const rate = Math.floor(median(turns.map((turn) => turn.large.rate)) / 2);
  const offered: { small: Measured; large: Measured }[] = [];
  // The slowest hundredth of a short turn is one pause or none.
  const longer = seconds * 3;
  for (let round = 0; round < rounds; round += 1) {
    offered.push({
      small: await load(small.server.url, { requests: small.requests, seconds: longer, rate }),
      large: await load(large.server.url, { requests: large.requests, seconds: longer, rate }),
    });
  }
  const what = `${from.toLocaleString('en')} → ${to.toLocaleString('en')} users`;
  return [
    fromRounds(
      {
        scenario: 3,
        what: `p99 at half the maximum, ${what}`,
        unit: '×',
        bar: { atMost: 1.5 },
        details: {
          'offered/s': rate,
          'p99 ms small': middle(offered.map((turn) => turn.small.p99)),
          'p99 ms large': middle(offered.map((turn) => turn.large.p99)),
        },
      },
      offered.map((turn) => turn.large.p99 / turn.small.p99),
    ),
    fromRounds(
      {
        scenario: 3,
        what: `maximum, ${what}`,
        unit: '×',
        bar: { atLeast: 0.75 },
        details: {
          ...clockDetails('small', 'large', {
            one: turns.map((turn) => turn.small),
            other: turns.map((turn) => turn.large),
          }),
        },
      },
      turns.map((turn) => turn.large.perCpuSecond / turn.small.perCpuSecond),
    ),
  ];
}

/** Scenario 5: what it takes, with the settings that hold by default, when a part of all people has read. */
export async function memory(users: number, touched: number): Promise<Finding[]> {
  const server = await startServer('minitter', {
    MINITTER_DATA_DIR: sqliteFolder({ users, ...HABITS }),
    SESSION_CACHE: String(touched),
  });
  try {
    const requests = homeTimelines(users, touched);
    await load(server.url, { requests, amount: touched });
    const { rss, heapUsed, heapTotal, arrayBuffers, timelines } = await server.vitals();
    const latest = requests.slice(-Math.ceil(touched / 20));
    await load(server.url, { requests: latest, amount: latest.length });
    const again = (await server.vitals()).timelines;
    const hits = (again?.hits ?? 0) - (timelines?.hits ?? 0);
    const misses = (again?.misses ?? 0) - (timelines?.misses ?? 0);
    const inMb = (bytes = 0) => rounded(bytes / 1e6);
    return [
      {
        scenario: 5,
        what: `memory, ${users.toLocaleString('en')} users, ${touched.toLocaleString('en')} have read`,
        value: rounded(rss / 1e9),
        unit: 'GB RSS',
        bar: { atMost: 0.9 },
        details: {
          'timelines MB': inMb(timelines?.bytes),
          'objects MB': inMb(heapUsed),
          'heap MB': inMb(heapTotal),
          'buffers MB': inMb(arrayBuffers),
          'hit ratio, the last 5% again': rounded(hits / (hits + misses)),
        },
      },
    ];
  } finally {
    await server.stop();
  }
}

/**
 * What the clock says of two that were measured in turns, the second as a share of the first. A
 * finding compares them by the CPU time of the server, which does not depend on how much of a core it
 * got in those seconds; where it had a core to itself, both are the same.
 */
export function clockDetails(
  one: string,
  other: string,
  turns: { readonly one: readonly Driven[]; readonly other: readonly Driven[] },
): Record<string, number> {
  const inTurn = turns.other.map(({ rate }, i) => rate / (turns.one[i]?.rate ?? NaN));
  return {
    [`${one}/s`]: middle(turns.one.map(({ rate }) => rate)),
    [`${other}/s`]: middle(turns.other.map(({ rate }) => rate)),
    'by the clock': middle(inTurn),
    [`${one}, µs of CPU`]: middle(turns.one.map(({ perCpuSecond }) => 1e6 / perCpuSecond)),
    [`${other}, µs of CPU`]: middle(turns.other.map(({ perCpuSecond }) => 1e6 / perCpuSecond)),
  };
}

export const middle = (values: readonly number[]): number => rounded(median(values));
