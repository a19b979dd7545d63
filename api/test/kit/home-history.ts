/**
 * Random histories for home timelines with reblogs and hashtags: what people do, when the store is
 * told of it, and reads that overlap with both. Whatever is read when nothing overlaps must be the
 * definition's page; what overlaps must at least have belonged there at some time.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Store } from '../../src/model/database.ts';
import { TimelineDao } from '../../src/model/timelines.ts';
import type { TweetDao } from '../../src/model/tweets.ts';
import { DomainError } from '../../src/service/errors.ts';
import { FeedService } from '../../src/service/feeds.ts';
import type { MaybePromise, TimelineStore } from '../../src/service/ports.ts';
import type { TimelineRange } from '../../src/service/timelines.ts';
import { type Change, type Deed, store as storeDeed } from './home-deeds.ts';
import { entriesOf, NOTHING, pageOf, type State } from './home-definition.ts';
import { addUser, tweetDao } from './rows.ts';
import { GatedTables, type MakeStore, type WorldOptions } from './timeline-history.ts';

const PEOPLE = 6;
const HASHTAGS = 2;
/** Reads overlap with so many changes at most: every subset of them is tried. */
const OVERLAP = 4;

type Turn =
  /** The oldest change that the store does not know of is told to it. */
  | { readonly kind: 'tell' }
  | { readonly kind: 'read' | 'begin read'; readonly who: number; readonly page: PageChoice }
  /** The queries under way go on by one step. */
  | { readonly kind: 'go on' | 'fan out' | 'time passes' | 'drop everything' | 'restart' };

type Step = Deed | Turn;

const TURNS: ReadonlySet<string> = new Set<Turn['kind']>([
  'tell',
  'read',
  'begin read',
  'go on',
  'fan out',
  'time passes',
  'drop everything',
  'restart',
]);
const isTurn = (step: Step): step is Turn => TURNS.has(step.kind);

interface PageChoice {
  readonly limit: number;
  readonly fromBelow: boolean;
  /** Between which tweets; undefined for no bound. */
  readonly below: number | undefined;
  readonly above: number | undefined;
}

const person = fc.nat(PEOPLE - 1);
const which = fc.nat(200);
const hashtags = fc.uniqueArray(fc.nat(HASHTAGS - 1), { maxLength: 2 });
const bound = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, which);
const page: fc.Arbitrary<PageChoice> = fc.record({
  limit: fc.constantFrom(1, 2, 5, 20, 40),
  fromBelow: fc.boolean(),
  below: bound,
  above: bound,
});
const just = <K extends string>(...kinds: K[]) => fc.record({ kind: fc.constantFrom(...kinds) });

export const homeHistories: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('tweet' as const),
        who: person,
        visibility: fc.constantFrom(0, 0, 0, 1, 2, 3),
        answers: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, which),
        hashtags,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('many tweets' as const),
        who: person,
        count: fc.integer({ min: 10, max: 40 }),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant('reblog' as const), who: person, which }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete tweet' as const), which }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('edit' as const), which, hashtags }) },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('follow' as const),
        who: person,
        whom: person,
        flag: fc.boolean(),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom('mute', 'block', 'keep apart', 'follow hashtag', 'follow hashtag'),
        who: person,
        whom: person,
        flag: fc.boolean(),
        isForLong: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('unfollow' as const), who: person, whom: person }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('suspend' as const, 'reinstate' as const, 'delete user' as const),
        who: person,
      }),
    },
    { weight: 8, arbitrary: just('tell') },
    { weight: 9, arbitrary: fc.record({ kind: fc.constant('read' as const), who: person, page }) },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('begin read' as const), who: person, page }),
    },
    { weight: 9, arbitrary: just('go on') },
    { weight: 3, arbitrary: just('fan out') },
    { weight: 2, arbitrary: just('time passes', 'drop everything', 'restart') },
  ),
  { minLength: 20, maxLength: 120, size: 'max' },
);

interface OpenRead {
  readonly userId: number;
  readonly base: State;
  /** What the reader may or may not see: changes stored but not told, or that came meanwhile. */
  readonly overlapping: Change[];
  readonly now: number;
  answer?: readonly number[];
  failure?: unknown;
  isDone: boolean;
}

export class HomeWorld {
  readonly #db: Store;
  readonly #tweets: TweetDao;
  readonly #make: MakeStore;
  readonly #tables: GatedTables;
  readonly #options: WorldOptions;
  #people: number[] = [];
  #hashtags: number[] = [];
  #store: TimelineStore;
  #feeds: FeedService;
  #now = 1000;
  #state: State = NOTHING;
  /** The states since the one that the store was told of last. */
  #untold: Change[] = [];
  #told: State = NOTHING;
  #reads: OpenRead[] = [];
  #slices: (() => void)[] = [];

  private constructor(db: Store, tweets: TweetDao, make: MakeStore, options: WorldOptions) {
    this.#db = db;
    this.#tweets = tweets;
    this.#make = make;
    this.#options = options;
    this.#tables = new GatedTables(new TimelineDao(db));
    this.#store = this.#makeStore();
    this.#feeds = this.#makeFeeds();
  }

  /** A world with new people in the database; those of earlier worlds don't matter. */
  static async start(
    db: Store,
    make: MakeStore,
    name: string,
    options: WorldOptions = {},
  ): Promise<HomeWorld> {
    const world = new HomeWorld(db, await tweetDao(db, options.journal), make, options);
    for (let n = 0; n < PEOPLE; n += 1) world.#people.push(await addUser(db, `${name}-${n}`));
    for (let n = 0; n < HASHTAGS; n += 1) {
      const hashtag = { name: `${name}-${n}`, name_key: `${name}-${n}`, created_at: 1 };
      const insert = (tx: Parameters<Parameters<Store['write']>[0]>[0]) =>
        tx.insertInto('hashtags').values(hashtag).executeTakeFirstOrThrow();
      world.#hashtags.push(Number((await db.write(insert)).insertId));
    }
    const users = new Map(world.#people.map((id) => [id, 'active'] as const));
    world.#state = { ...NOTHING, users };
    world.#told = world.#state;
    return world;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#run(step);
    await this.#settle();
    const whole = { below: undefined, above: undefined };
    for (const userId of this.#people) {
      await this.#readExactly(userId, { ...whole, fromBelow: false, limit: 200 });
      await this.#readExactly(userId, { ...whole, fromBelow: false, limit: 20 });
      await this.#readExactly(userId, { ...whole, fromBelow: true, limit: 20 });
    }
  }

  /** Lets everything go on that still waits. */
  open(): void {
    this.#tables.isOpen = true;
    this.#tables.goOn();
  }

  async #run(step: Step): Promise<void> {
    if (!isTurn(step)) return this.#do(step);
    switch (step.kind) {
      case 'tell':
        return this.#tell();
      case 'go on':
        this.#tables.goOn();
        return this.#quiesce();
      case 'fan out':
        this.#slices.shift()?.();
        return undefined;
      case 'time passes':
        await this.#finishReads();
        this.#now += 10;
        return undefined;
      case 'drop everything':
        return this.#store.everythingChanged();
      case 'restart':
        await this.#settle();
        this.#store = this.#makeStore();
        this.#feeds = this.#makeFeeds();
        return undefined;
      case 'begin read':
        return this.#beginRead(this.#person(step.who), this.#range(step.page));
      case 'read':
        await this.#settle();
        return this.#readExactly(this.#person(step.who), this.#range(step.page));
    }
    return step satisfies never;
  }

  async #do(deed: Deed): Promise<void> {
    const change = await storeDeed(deed, {
      db: this.#db,
      tweets: this.#tweets,
      journal: this.#options.journal,
      people: this.#people,
      hashtags: this.#hashtags,
      now: this.#now,
      state: this.#state,
    });
    if (!change) return;
    this.#state = change.apply(this.#state);
    this.#untold.push(change);
    for (const read of this.#reads) read.overlapping.push(change);
    // So that the subsets to try stay few.
    if (this.#untold.length > 2) this.#tell();
    if (this.#reads.some(({ overlapping }) => overlapping.length > OVERLAP)) {
      await this.#finishReads();
    }
  }

  #tell(): void {
    const change = this.#untold.shift();
    if (!change) return;
    this.#told = change.apply(this.#told);
    change.tell(this.#store);
  }

  async #beginRead(userId: number, range: TimelineRange): Promise<void> {
    if (this.#reads.length >= 3) await this.#finishReads();
    this.#tables.isOpen = false;
    const overlapping = [...this.#untold];
    const read = { userId, base: this.#told, overlapping, now: this.#now, isDone: false };
    this.#reads.push(read);
    void note(read, () => this.#feeds.home(this.#viewer(userId), range));
    await this.#quiesce();
  }

  /** Checks the reads that have ended. */
  async #quiesce(): Promise<void> {
    await (this.#options.pause ?? nextTurn)();
    for (const read of this.#reads.filter(({ isDone }) => isDone)) assertAllowed(read);
    this.#reads = this.#reads.filter(({ isDone }) => !isDone);
  }

  async #finishReads(): Promise<void> {
    this.#tables.isOpen = true;
    while (this.#reads.length > 0) {
      this.#tables.goOn();
      await this.#quiesce();
    }
  }

  /** Ends all reads and tells everything that is untold; fan-outs may still be under way. */
  async #settle(): Promise<void> {
    await this.#finishReads();
    while (this.#untold.length > 0) this.#tell();
  }

  /** Reads when nothing is open: the answer must be the definition's. */
  async #readExactly(userId: number, range: TimelineRange): Promise<void> {
    const expected = pageOf(this.#state, userId, range, this.#now);
    const home = async () => this.#feeds.home(this.#viewer(userId), range);
    const answer = await home().catch(ifNobody);
    assert.deepEqual(answer, expected, `home of ${userId} (${JSON.stringify(range)})`);
  }

  #makeStore(): TimelineStore {
    this.#slices = [];
    return this.#make(
      this.#tables,
      (run) => this.#slices.push(run),
      (query) => this.#tables.gated(query),
    );
  }

  #makeFeeds(): FeedService {
    const unused = undefined as never;
    return new FeedService({
      timelines: this.#store,
      timelineEntries: unused,
      hashtags: unused,
      lists: unused,
      now: () => this.#now,
    });
  }

  #viewer = (userId: number) => ({ userId, jti: '', scopes: [] as never });

  #person(n: number): number {
    return this.#people[n % PEOPLE] ?? 0;
  }

  #range({ limit, fromBelow, below, above }: PageChoice): TimelineRange {
    const ids = [...this.#state.tweets.keys()];
    const at = (n: number | undefined) =>
      n === undefined ? undefined : ids[n % (ids.length || 1)];
    return { limit, fromBelow, below: at(below), above: at(above) };
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** What there is for somebody who is gone. */
function ifNobody(error: unknown): undefined {
  if (error instanceof DomainError && error.code === 'token_invalid') return undefined;
  throw error;
}

async function note(read: OpenRead, home: () => MaybePromise<readonly number[]>): Promise<void> {
  try {
    read.answer = await home();
  } catch (error) {
    read.failure = error;
  }
  read.isDone = true;
}

/** Each entry must have belonged there after some of the changes that overlapped with the read. */
function assertAllowed({ userId, base, overlapping, now, answer = [], failure }: OpenRead): void {
  if (failure !== undefined) ifNobody(failure);
  const allowed = new Set<number>();
  for (let subset = 0; subset < 2 ** overlapping.length; subset += 1) {
    const seen = overlapping.filter((_, i) => (subset >> i) % 2 === 1);
    const state = seen.reduce((before, change) => change.apply(before), base);
    for (const { id } of entriesOf(state, userId, now)) allowed.add(id);
  }
  const strangers = answer.filter((id) => !allowed.has(id));
  assert.deepEqual(strangers, [], `on the home timeline of ${userId} it never belonged`);
  const ordered = [...new Set(answer)].toSorted((a, b) => b - a);
  assert.deepEqual(answer, ordered, 'newest first, each once');
}
