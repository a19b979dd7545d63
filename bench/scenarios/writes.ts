/** Scenario 6: tweets that are on disk when they are answered. */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openStore } from '../../api/src/model/open.ts';
import { migrate } from '../../api/src/model/migrate.ts';
import { TweetIds } from '../../api/src/model/tweet-ids.ts';
import { TweetDao } from '../../api/src/model/tweets.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { middle } from './timelines.ts';

const WRITERS = 64;

/** Tweets per second of so many writers, each of whom waits for his answer. */
async function rate(tweets: TweetDao, writers: number, ms: number): Promise<number> {
  const end = performance.now() + ms;
  let stored = 0;
  const write = async () => {
    while (performance.now() < end) {
      const row = {
        user_id: 1,
        tweet: 'What everybody writes when nothing comes to mind',
        visibility: 0,
      };
      await tweets.insertAlone(row);
      stored += 1;
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: writers }, write));
  return (stored / (performance.now() - begun)) * 1000;
}

export async function durableTweets(
  folder: string,
  rounds: number,
  ms: number,
): Promise<Finding[]> {
  const at = mkdtempSync(path.join(folder, 'writes-'));
  const file = path.join(at, 'minitter.db');
  const store = await openStore({ engine: 'sqlite', file, writeQueue: 1000 }, { lock: true });
  try {
    await migrate(store);
    await store.write((tx) =>
      tx
        .insertInto('users')
        .values({ ...SOMEBODY, created_at: 1, updated_at: 1 })
        .execute(),
    );
    const tweets = new TweetDao(store, new TweetIds({ node: () => 0, above: 0, now: Date.now }));
    const turns: { together: number; alone: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // One writer: each tweet has a commit of its own.
      const alone = await rate(tweets, 1, ms);
      turns.push({ alone, together: await rate(tweets, WRITERS, ms) });
    }
    const details = {
      'tweets/s': middle(turns.map(({ together }) => together)),
      'one commit per tweet, tweets/s': middle(turns.map(({ alone }) => alone)),
    };
    return [
      fromRounds(
        {
          scenario: 6,
          what: `durable tweets of ${WRITERS} writers against one commit per tweet`,
          unit: '×',
          bar: { atLeast: 8 },
          details,
        },
        turns.map(({ together, alone }) => together / alone),
      ),
    ];
  } finally {
    await store.close();
    rmSync(at, { recursive: true });
  }
}

const SOMEBODY = {
  name: 'Ada',
  email: 'ada@example.com',
  email_key: 'ada@example.com',
  username: 'ada',
  username_key: 'ada',
  hashed_password: 'none',
  profile: '',
  profile_picture: null,
  state: 'active',
  role: 'user',
  locale: null,
  email_confirmed_at: null,
} as const;
