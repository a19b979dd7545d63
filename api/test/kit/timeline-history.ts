/**
 * Random histories for a timeline store: what people do, when the store is told of it, and reads
 * that overlap with both. Each answer is held against what the tables' definition allows.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TimelineTables } from '../../src/adapter/timeline-store/memory/store.ts';
import type { Store } from '../../src/model/database.ts';
import { FollowDao } from '../../src/model/follows.ts';
import type { TimelineJournal } from '../../src/model/timeline-journal.ts';
import { TimelineDao } from '../../src/model/timelines.ts';
import type { TweetDao } from '../../src/model/tweets.ts';
import { UserDao } from '../../src/model/users.ts';
import type { TimelinePage, TimelineStore } from '../../src/service/ports.ts';
import { addUser, tweetDao } from './rows.ts';

const PEOPLE = 7;
/** Reads overlap with so many changes at most: every subset of them is tried. */
const OVERLAP = 5;

/** Something that changes the tables; people and tweets are named by numbers that wrap around. */
type Deed =
  | { readonly kind: 'tweet'; readonly who: number; readonly visibility: number }
  | { readonly kind: 'delete tweet'; readonly which: number }
  | { readonly kind: 'follow' | 'unfollow'; readonly who: number; readonly whom: number }
  | { readonly kind: 'suspend' | 'reinstate' | 'delete user'; readonly who: number };

/** Something that happens besides. */
type Turn =
  /** The oldest change that the store does not know of is told to it. */
  | { readonly kind: 'tell' }
  /** Everything untold is told, then one reads: the answer must be exact. */
  | { readonly kind: 'read'; readonly who: number; readonly page: PageChoice }
  /** Somebody begins to read. */
  | { readonly kind: 'begin read'; readonly who: number; readonly page: PageChoice }
  /** The queries under way go on by one step; slices of fan-outs, too. */
  | { readonly kind: 'go on' }
  | { readonly kind: 'fan out' }
  | { readonly kind: 'drop everything' | 'restart' };

type Step = Deed | Turn;

interface PageChoice {
  readonly limit: number;
  readonly widest: number;
  /** Which tweet the page begins below; undefined for the newest. */
  readonly below: number | undefined;
}

const person = fc.nat(PEOPLE - 1);
const page: fc.Arbitrary<PageChoice> = fc.record({
  limit: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(21), fc.constant(60)),
  widest: fc.constantFrom(1, 2),
  below: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.nat(200)),
});

export const histories: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('tweet' as const),
        who: person,
        visibility: fc.constantFrom(0, 0, 0, 1, 2),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('delete tweet' as const), which: fc.nat(200) }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('follow' as const, 'follow' as const, 'unfollow' as const),
        who: person,
        whom: person,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('suspend' as const, 'reinstate' as const, 'delete user' as const),
        who: person,
      }),
    },
    { weight: 6, arbitrary: fc.constant({ kind: 'tell' as const }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('read' as const), who: person, page }) },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('begin read' as const), who: person, page }),
    },
    { weight: 10, arbitrary: fc.constant({ kind: 'go on' as const }) },
    { weight: 3, arbitrary: fc.constant({ kind: 'fan out' as const }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { kind: 'drop everything' as const },
        { kind: 'restart' as const },
      ),
    },
  ),
  { minLength: 20, maxLength: 120, size: 'max' },
);

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** What the tables say, as values. */
interface State {
  readonly users: ReadonlyMap<number, 'active' | 'suspended'>;
  readonly follows: ReadonlySet<string>;
  readonly tweets: ReadonlyMap<number, { user_id: number; visibility: number }>;
}

/** A change that is stored: how it alters the state, and how the store is told. */
interface Change {
  readonly apply: (state: State) => State;
  readonly tell: (store: TimelineStore) => void;
  /** The first half of the change that comes next: readers may see it alone, the store is told both. */
  readonly isHalf?: true;
}

interface OpenRead {
  readonly userId: number;
  readonly page: TimelinePage;
  readonly base: State;
  /** What the reader may or may not see: changes stored but not told, or that came meanwhile. */
  readonly overlapping: Change[];
  answer?: readonly number[] | undefined;
  /** What it threw, if it did. */
  failure?: unknown;
  isDone: boolean;
}

/** The page by its definition. */
function pageOf(state: State, userId: number, { before, limit, widest }: TimelinePage) {
  if (!state.users.has(userId)) return undefined;
  return [...state.tweets]
    .filter(
      ([id, tweet]) =>
        (tweet.user_id === userId || state.follows.has(`${userId} ${tweet.user_id}`)) &&
        state.users.get(tweet.user_id) === 'active' &&
        tweet.visibility <= widest &&
        id < (before ?? Infinity),
    )
    .map(([id]) => id)
    .toSorted((a, b) => b - a)
    .slice(0, limit);
}

/** The tables behind gates: each query waits for a `go on` before it runs and after. */
export class GatedTables implements TimelineTables {
  readonly #tables: TimelineDao;
  #waiting: (() => void)[] = [];
  isOpen = true;

  constructor(tables: TimelineDao) {
    this.#tables = tables;
  }

  read(...args: Parameters<TimelineDao['read']>) {
    return this.gated(() => this.#tables.read(...args));
  }

  authorsFor(...args: Parameters<TimelineDao['authorsFor']>) {
    return this.gated(() => this.#tables.authorsFor(...args));
  }

  newestOf(...args: Parameters<TimelineDao['newestOf']>) {
    return this.gated(() => this.#tables.newestOf(...args));
  }

  hashtagsFor(...args: Parameters<TimelineDao['hashtagsFor']>) {
    return this.gated(() => this.#tables.hashtagsFor(...args));
  }

  findEntries(...args: Parameters<TimelineDao['findEntries']>) {
    return this.gated(() => this.#tables.findEntries(...args));
  }

  lensOf(...args: Parameters<TimelineDao['lensOf']>) {
    return this.gated(() => this.#tables.lensOf(...args));
  }

  homeEntries(...args: Parameters<TimelineDao['homeEntries']>) {
    return this.gated(() => this.#tables.homeEntries(...args));
  }

  goOn(): void {
    for (const proceed of this.#waiting.splice(0)) proceed();
  }

  /** Any other query, held up likewise. */
  async gated<T>(query: () => Promise<T>): Promise<T> {
    await this.#gate();
    const rows = await query();
    await this.#gate();
    return rows;
  }

  async #gate(): Promise<void> {
    if (!this.isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** Runs a query when the world says so. */
export type Gate = <T>(query: () => Promise<T>) => Promise<T>;

/** Makes the store that is under test. `later` collects the slices of fan-outs. */
export type MakeStore = (
  tables: TimelineTables,
  later: (run: () => void) => void,
  gated: Gate,
) => TimelineStore;

export interface WorldOptions {
  /** Is told of all changes in their own transactions. */
  readonly journal?: TimelineJournal;
  /** Lets queries come as far as they can. */
  readonly pause?: () => Promise<unknown>;
}

export class World {
  readonly #db: Store;
  readonly #tweetDao: TweetDao;
  readonly #make: MakeStore;
  readonly #tables: GatedTables;
  #people: number[] = [];
  #store: TimelineStore;
  #state: State = { users: new Map(), follows: new Set(), tweets: new Map() };
  /** The state that the store was told of. */
  #told: State = this.#state;
  #untold: Change[] = [];
  #reads: OpenRead[] = [];
  #slices: (() => void)[] = [];
  readonly #journal: TimelineJournal | undefined;
  readonly #pause: () => Promise<unknown>;

  private constructor(db: Store, tweets: TweetDao, make: MakeStore, options: WorldOptions) {
    this.#db = db;
    this.#journal = options.journal;
    this.#pause = options.pause ?? nextTurn;
    this.#tweetDao = tweets;
    this.#make = make;
    this.#tables = new GatedTables(new TimelineDao(db));
    this.#store = this.#makeStore();
  }

  /** A world with new people in the database; those of earlier worlds don't matter. */
  static async start(
    db: Store,
    make: MakeStore,
    name: string,
    options: WorldOptions = {},
  ): Promise<World> {
    const world = new World(db, await tweetDao(db, options.journal), make, options);
    for (let n = 0; n < PEOPLE; n += 1) world.#people.push(await addUser(db, `${name}-${n}`));
    world.#state = { ...world.#state, users: new Map(world.#people.map((id) => [id, 'active'])) };
    world.#told = world.#state;
    return world;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#run(step);
    await this.#settle();
    for (const userId of this.#people) {
      for (const [limit, widest] of [
        [5, 1],
        [21, 2],
        [200, 2],
      ] as const) {
        await this.#readExactly(userId, { before: undefined, limit, widest });
      }
    }
  }

  /** Lets everything go on that still waits. */
  open(): void {
    this.#tables.isOpen = true;
    this.#tables.goOn();
  }

  async #run(step: Step): Promise<void> {
    switch (step.kind) {
      case 'tell':
        return this.#tell();
      case 'go on':
        this.#tables.goOn();
        return this.#quiesce();
      case 'fan out':
        this.#slices.shift()?.();
        return undefined;
      case 'drop everything':
        return this.#store.everythingChanged();
      case 'restart':
        await this.#settle();
        this.#store = this.#makeStore();
        return undefined;
      case 'begin read':
        return this.#beginRead(this.#person(step.who), this.#page(step.page));
      case 'read':
        await this.#settle();
        return this.#readExactly(this.#person(step.who), this.#page(step.page));
      case 'tweet':
      case 'delete tweet':
      case 'follow':
      case 'unfollow':
      case 'suspend':
      case 'reinstate':
      case 'delete user': {
        const change = await this.#change(step);
        // A reader asks twice, for the user and for his tweets: in between both may go.
        if (change && step.kind === 'delete user') this.#stored(tweetsGone(this.#person(step.who)));
        if (change) this.#stored(change);
      }
    }
  }

  /** Stores a change in the tables. */
  async #change(step: Deed): Promise<Change | undefined> {
    const state = this.#state;
    const isThere = (id: number) => state.users.has(id);
    switch (step.kind) {
      case 'tweet': {
        const user_id = this.#person(step.who);
        if (!isThere(user_id)) return undefined;
        const { visibility } = step;
        const { id } = await this.#db.write((tx) =>
          this.#tweetDao.insert(tx, { user_id, tweet: 'words', visibility }),
        );
        return tweeted(id, user_id, visibility);
      }
      case 'delete tweet': {
        const id = this.#tweet(step.which);
        const tweet = id === undefined ? undefined : state.tweets.get(id);
        if (id === undefined || !tweet) return undefined;
        await this.#db.write((tx) => this.#tweetDao.delete(tx, id));
        return untweeted(id, tweet.user_id);
      }
      case 'follow':
      case 'unfollow': {
        const [who, whom] = [this.#person(step.who), this.#person(step.whom)];
        if (who === whom || !isThere(who) || !isThere(whom)) return undefined;
        const follows = new FollowDao(this.#db, this.#journal);
        await this.#db.write((tx) =>
          step.kind === 'follow' ? follows.insert(tx, who, whom, 1) : follows.delete(tx, who, whom),
        );
        return followed(who, whom, step.kind === 'follow');
      }
      case 'suspend':
      case 'reinstate': {
        const who = this.#person(step.who);
        if (!isThere(who)) return undefined;
        const to = step.kind === 'suspend' ? 'suspended' : 'active';
        const users = new UserDao(this.#db, this.#journal);
        await this.#db.write((tx) => users.update(tx, who, { state: to }, 2));
        return stateChanged(who, to);
      }
      case 'delete user': {
        const who = this.#person(step.who);
        if (!isThere(who)) return undefined;
        await this.#db.write(async (tx) => {
          await this.#journal?.userChanged(tx, who);
          await tx.deleteFrom('users').where('id', '=', who).execute();
        });
        return userDeleted(who);
      }
    }
    return step satisfies never;
  }

  #stored(change: Change): void {
    this.#state = change.apply(this.#state);
    this.#untold.push(change);
    for (const read of this.#reads) read.overlapping.push(change);
    // So that the subsets to try stay few.
    if (this.#untold.length > 2) this.#tell();
    if (this.#reads.some((read) => read.overlapping.length > OVERLAP)) this.#tables.isOpen = true;
  }

  #tell(): void {
    const change = this.#untold.shift();
    if (!change) return;
    this.#told = change.apply(this.#told);
    change.tell(this.#store);
    // Both halves of one change are told together.
    if (change.isHalf) this.#tell();
  }

  async #beginRead(userId: number, page: TimelinePage): Promise<void> {
    if (this.#reads.length >= 3) await this.#finishReads();
    this.#tables.isOpen = false;
    const read: OpenRead = {
      userId,
      page,
      base: this.#told,
      overlapping: [...this.#untold],
      isDone: false,
    };
    this.#reads.push(read);
    const answer = this.#store.read(userId, page);
    void note(read, answer);
    await this.#quiesce();
  }

  /** Checks the reads that have ended. */
  async #quiesce(): Promise<void> {
    await this.#pause();
    for (const read of this.#reads.filter(({ isDone }) => isDone)) assertAllowed(read);
    this.#reads = this.#reads.filter(({ isDone }) => !isDone);
    if (this.#reads.some((read) => read.overlapping.length > OVERLAP)) await this.#finishReads();
  }

  async #finishReads(): Promise<void> {
    this.#tables.isOpen = true;
    while (this.#reads.length > 0) {
      this.#tables.goOn();
      await this.#pause();
      for (const read of this.#reads.filter(({ isDone }) => isDone)) assertAllowed(read);
      this.#reads = this.#reads.filter(({ isDone }) => !isDone);
    }
  }

  /** Ends all reads and tells everything that is untold; fan-outs may still be under way. */
  async #settle(): Promise<void> {
    await this.#finishReads();
    while (this.#untold.length > 0) this.#tell();
  }

  /** Reads when nothing is open: the answer must be the definition's, and that of plain SQL. */
  async #readExactly(userId: number, page: TimelinePage): Promise<void> {
    const answer = await this.#store.read(userId, page);
    assert.deepEqual(answer, pageOf(this.#state, userId, page), describe(userId, page));
    if (answer) assert.deepEqual(answer, await this.#naiveJoin(userId, page));
  }

  /** The timeline as one would write it down without a thought for speed. */
  async #naiveJoin(userId: number, { before, limit, widest }: TimelinePage): Promise<number[]> {
    const rows = await this.#db.reader
      .selectFrom('tweets')
      .innerJoin('users', 'users.id', 'tweets.user_id')
      .leftJoin('users_follow_list as follow', (join) =>
        join
          .onRef('follow.follow_user_id', '=', 'tweets.user_id')
          .on('follow.user_id', '=', userId),
      )
      .where((is) => is.or([is('tweets.user_id', '=', userId), is('follow.user_id', '=', userId)]))
      .where('users.state', '=', 'active')
      .where('tweets.visibility', '<=', widest)
      .where('tweets.id', '<', before ?? Number.MAX_SAFE_INTEGER)
      .select('tweets.id')
      .orderBy('tweets.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  }

  #makeStore(): TimelineStore {
    this.#slices = [];
    const gated: Gate = (query) => this.#tables.gated(query);
    return this.#make(this.#tables, (run) => this.#slices.push(run), gated);
  }

  #person(n: number): number {
    return this.#people[n % PEOPLE] ?? 0;
  }

  #tweet(n: number): number | undefined {
    const ids = [...this.#state.tweets.keys()];
    return ids[n % (ids.length || 1)];
  }

  #page({ limit, widest, below }: PageChoice): TimelinePage {
    return { limit, widest, before: below === undefined ? undefined : this.#tweet(below) };
  }
}

const tweeted = (id: number, user_id: number, visibility: number): Change => ({
  apply: (state) => ({
    ...state,
    tweets: new Map([...state.tweets, [id, { user_id, visibility }]]),
  }),
  tell: (store) => store.tweetAdded({ id, user_id, visibility }),
});

const untweeted = (id: number, userId: number): Change => ({
  apply: (state) => ({
    ...state,
    tweets: new Map([...state.tweets].filter(([one]) => one !== id)),
  }),
  tell: (store) => store.tweetRemoved(id, userId),
});

const followed = (who: number, whom: number, isNow: boolean): Change => ({
  apply: (state) => {
    const others = [...state.follows].filter((edge) => edge !== `${who} ${whom}`);
    return { ...state, follows: new Set(isNow ? [...others, `${who} ${whom}`] : others) };
  },
  tell: (store) => store.followsChanged(who),
});

const stateChanged = (who: number, to: 'active' | 'suspended'): Change => ({
  apply: (state) => ({ ...state, users: new Map([...state.users, [who, to]]) }),
  tell: (store) => store.userChanged(who),
});

const tweetsGone = (who: number): Change => ({
  apply: (state) => ({
    ...state,
    tweets: new Map([...state.tweets].filter(([, tweet]) => tweet.user_id !== who)),
  }),
  tell: () => {},
  isHalf: true,
});

const userDeleted = (who: number): Change => ({
  apply: ({ users, follows, tweets }) => ({
    users: new Map([...users].filter(([id]) => id !== who)),
    follows: new Set([...follows].filter((edge) => !edge.split(' ').includes(String(who)))),
    tweets: new Map([...tweets].filter(([, tweet]) => tweet.user_id !== who)),
  }),
  tell: (store) => store.userChanged(who),
});

async function note(read: OpenRead, answer: ReturnType<TimelineStore['read']>): Promise<void> {
  try {
    read.answer = await answer;
  } catch (error) {
    read.failure = error;
  }
  read.isDone = true;
}

/** The answer must be the definition's after some of the changes that overlapped with the read. */
function assertAllowed(read: OpenRead): void {
  const { userId, page, base, overlapping, answer, failure } = read;
  if (failure !== undefined) throw failure;
  for (let subset = 0; subset < 2 ** overlapping.length; subset += 1) {
    const seen = overlapping.filter((_, i) => (subset >> i) % 2 === 1);
    const state = seen.reduce((before, change) => change.apply(before), base);
    if (JSON.stringify(pageOf(state, userId, page)) === JSON.stringify(answer)) return;
  }
  assert.fail(`${describe(userId, page)} was never ${JSON.stringify(answer)}`);
}

const describe = (userId: number, page: TimelinePage) =>
  `the timeline of ${userId} (${JSON.stringify(page)})`;
