/**
 * What search costs on SQLite: `node --max-old-space-size=8192 bench/micro/search.ts [tweets]`, a million
 * if not given. Tweets of a made-up Korean with some English are stored and loaded into the index, but for
 * the last 20,000, which the server's own indexer takes on; then people search, and others write. Times of
 * the processor are of all threads.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MemoryCounterStore } from '../../api/src/adapter/counter-store/memory.ts';
import { seededRandom, zipf } from '../../api/src/command/seed/random.ts';
import { loadConfig } from '../../api/src/config.ts';
import { makeDaos } from '../../api/src/model/daos.ts';
import { LeaseDao } from '../../api/src/model/leases.ts';
import { migrate } from '../../api/src/model/migrate.ts';
import { openStore } from '../../api/src/model/open.ts';
import { authorTerm } from '../../api/src/model/search-progress.ts';
import { tweetIdAt, TweetIds } from '../../api/src/model/tweet-ids.ts';
import { FilterMatchers } from '../../api/src/service/filter-matchers.ts';
import { SearchService } from '../../api/src/service/search.ts';
import { SearchIndex } from '../../api/src/service/search-index.ts';
import { SearchIndexer } from '../../api/src/service/search-indexer.ts';
import { ThrottleService } from '../../api/src/service/throttles.ts';
import { foldForSearch, termsOf } from '../../api/src/service/search-terms.ts';
import { TweetViews } from '../../api/src/service/tweet-views.ts';
import { UserViews } from '../../api/src/service/user-views.ts';
import { median, percentile, rounded } from '../kit/stats.ts';

const TWEETS = Number(process.argv[2] ?? 1_000_000);
const USERS = 1000;
/** Indexed as a server does. */
const NEW = Math.min(TWEETS / 2, 20_000);
const SEARCHES = 300;
const WRITERS = 64;
const SCRATCH = path.join(import.meta.dirname, '..', 'data');
const random = seededRandom(1);

/** Words of two syllables mostly, as frequent as words are; verbs and nouns bear endings. */
const syllables = zipf(1500, 0.8, random);
const word = () =>
  Array.from({ length: 1 + random.below(2) + random.below(2) }, () =>
    String.fromCodePoint(0xac00 + ((syllables() * 7919) % 11_172)),
  ).join('');
const KOREAN = Array.from({ length: 30_000 }, word);
const ENGLISH = Array.from({ length: 10_000 }, (_, i) => `w${i.toString(36)}`);
const ENDINGS = '을 를 이 가 은 는 에 에서 도 하고 했어요 합니다 해요 네요 입니다'.split(' ');
const korean = zipf(KOREAN.length, 0.9, random);
const english = zipf(ENGLISH.length, 0.9, random);

function tweetText(): string {
  const words = Array.from({ length: 6 + random.below(10) }, () => {
    if (random.unit() < 0.15) return ENGLISH[english()] ?? '';
    return `${KOREAN[korean()]}${random.unit() < 0.6 ? ENDINGS[random.below(ENDINGS.length)] : ''}`;
  });
  return words.join(' ');
}

/** The rows of the index, in their order. */
function load(db: DatabaseSync, terms: ReadonlyMap<string, readonly number[]>, last: number): void {
  const insert = db.prepare('INSERT INTO tweets_terms (term, tweet_id) VALUES (?, ?)');
  for (const term of [...terms.keys()].toSorted((a, b) => (a < b ? -1 : 1))) {
    for (const id of terms.get(term) ?? []) insert.run(term, id);
  }
  const progress = db.prepare('INSERT INTO search_progress VALUES (?, ?, 0)');
  progress.run('tweets above', last);
  progress.run('tweets below', 0);
}

function fill(file: string, at: number): void {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA synchronous = OFF');
  db.exec('BEGIN');
  const user = db.prepare(
    `INSERT INTO users (name, email, email_key, username, username_key, hashed_password, profile,
       profile_picture, state, role, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, 'none', '', NULL, 'active', 'user', 1, 1)`,
  );
  for (let n = 1; n <= USERS; n += 1) {
    user.run(`사람 ${n}`, `${n}@example.com`, `${n}@example.com`, `u${n}`, `u${n}`);
  }
  const tweet = db.prepare(
    'INSERT INTO tweets (id, user_id, tweet, visibility, created_at) VALUES (?, ?, ?, 0, 1)',
  );
  const terms = new Map<string, number[]>();
  let last = 0;
  for (let n = 0; n < TWEETS; n += 1) {
    const id = tweetIdAt(at - (TWEETS - n) * 10_000);
    const [userId, text] = [1 + random.below(USERS), tweetText()];
    tweet.run(id, userId, text);
    if (n >= TWEETS - NEW) continue;
    last = id;
    for (const term of [authorTerm(userId), ...termsOf(foldForSearch(text))]) {
      const ids = terms.get(term);
      if (ids) ids.push(id);
      else terms.set(term, [id]);
    }
  }
  db.exec('COMMIT');
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  console.log(`${TWEETS} tweets: ${Math.round(statSync(file).size / 1e6)} MB`);
  db.exec('BEGIN');
  load(db, terms, last);
  db.exec('COMMIT');
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

const folder = mkdtempSync(path.join(SCRATCH, 'search-'));
try {
  const file = path.join(folder, 'minitter.db');
  const megabytes = () => Math.round(statSync(file).size / 1e6);
  const open = () => openStore({ engine: 'sqlite', file, writeQueue: 1000 }, { lock: true });
  const empty = await open();
  await migrate(empty);
  await empty.close();
  const begun = Date.now();
  fill(file, begun);
  console.log(`with the index: ${megabytes()} MB`);

  const store = await open();
  const now = Date.now;
  const log = console;
  const daos = makeDaos(
    store,
    new TweetIds({ node: () => 0, above: tweetIdAt(begun), now }),
    (name) => name,
  );
  const searchIndex = new SearchIndex(daos);
  const leases = new LeaseDao(store);
  const indexer = new SearchIndexer({ ...daos, store, searchIndex, leases, now, log });
  const cpu = process.cpuUsage();
  const from = performance.now();
  await indexer.run();
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `${NEW} tweets more: ${rounded(seconds)} s, with pauses; ` +
      `${rounded((user + system) / NEW)} µs of the processor for each; now ${megabytes()} MB`,
  );

  const userViews = new UserViews(daos);
  const filterMatchers = new FilterMatchers({ ...daos, believeMs: 1000, now });
  const search = new SearchService({
    ...daos,
    userViews,
    tweetViews: new TweetViews({ ...daos, userViews, filterMatchers, now }),
    throttles: new ThrottleService(new MemoryCounterStore(now), loadConfig({}).throttles),
    isHere: () => true,
    now,
  });
  const some = (all: readonly string[], isWanted: (text: string) => boolean, skip = 0) => {
    const fitting = all.slice(skip).filter(isWanted);
    return () => fitting[random.below(fitting.length)] ?? '';
  };
  const long = (n: number) => (text: string) => text.length === n;
  const frequent = KOREAN.slice(0, 300);
  const KINDS: Readonly<Record<string, () => string>> = {
    'one syllable': some(KOREAN, long(1)),
    'two syllables': some(KOREAN, long(2)),
    'two syllables, frequent': some(frequent, long(2)),
    'three syllables': some(KOREAN, long(3)),
    'an English word': some(ENGLISH, () => true),
    'two frequent words': () => `${frequent[random.below(300)]} ${frequent[random.below(300)]}`,
    'two frequent words that stand together': () =>
      `"${frequent[random.below(300)]} ${frequent[random.below(300)]}"`,
    'a word of one author': () => `from:u${1 + random.below(USERS)} ${frequent[random.below(300)]}`,
    'what nobody said': () => `${KOREAN[random.below(30_000)]}쀍뷁`,
  };
  for (const [kind, query] of Object.entries(KINDS)) {
    const times: number[] = [];
    let found = 0;
    const before = process.cpuUsage();
    for (let n = 0; n < SEARCHES; n += 1) {
      const text = query();
      const start = performance.now();
      found += (await search.tweets({ text, viewerId: undefined, limit: 20 })).length;
      times.push(performance.now() - start);
    }
    const spent = process.cpuUsage(before);
    const busy = (spent.user + spent.system) / 1000 / SEARCHES;
    console.log(
      `${kind}: p50 ${rounded(median(times))} ms, p99 ${rounded(percentile(times, 0.99))} ms, ` +
        `${rounded(busy)} ms of the processor on average; ${rounded(found / SEARCHES)} found`,
    );
  }

  const row = () => ({ user_id: 1, tweet: tweetText(), visibility: 0 });
  const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
    'a tweet alone': () => daos.tweets.insertAlone(row()),
    'a tweet in a unit of its own': () => store.write((tx) => daos.tweets.insert(tx, row())),
    'a tweet with its terms': () =>
      store.write(async (tx) => {
        await searchIndex.addTweets(tx, [await daos.tweets.insert(tx, row())]);
      }),
  };
  for (const [way, write] of Object.entries(WAYS)) {
    const end = performance.now() + 5000;
    let stored = 0;
    const writer = async () => {
      while (performance.now() < end) {
        await write();
        stored += 1;
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    console.log(`${way}: ${rounded(stored / 5)} /s of ${WRITERS} writers`);
  }
  await store.close();
} finally {
  rmSync(folder, { recursive: true });
}
