/** The tweets of a course database. */
import { adoptedIdsAt, idIn } from '../model/adopted-tweet-ids.ts';
import type { AdoptedTweet } from '../model/adoptions.ts';
import type { Tx } from '../model/database.ts';
import { VISIBILITY } from '../model/schema.ts';
import {
  type AdoptionDeps,
  draftTweet,
  mayBeNew,
  type Outcome,
  Refused,
  type RoundFacts,
  type RowRemark,
  type TweetDraft,
} from './adopted-rows.ts';
import type { CourseTweet } from './ports.ts';

/** A tweet of a table without ids has a number among those that are equal to it. */
export type NumberedTweet = CourseTweet & { readonly twin: number };

/** Numbers equal tweets without ids, from 0 on; they come one after the other. */
export async function* withTwins(
  batches: AsyncIterable<readonly CourseTweet[]>,
): AsyncGenerator<NumberedTweet[]> {
  let before: NumberedTweet | undefined;
  for await (const batch of batches) {
    const numbered: NumberedTweet[] = [];
    for (const row of batch) {
      const twin: number = before && row.id === null && isSame(row, before) ? before.twin + 1 : 0;
      before = { ...row, twin };
      numbered.push(before);
    }
    yield numbered;
  }
}

const isSame = (a: CourseTweet, b: CourseTweet) =>
  a.user_id === b.user_id && a.tweet === b.tweet && a.created_at === b.created_at;

/** Stores those of a batch that are not here yet. */
export async function takeTweets(
  { adoptions }: AdoptionDeps,
  round: RoundFacts,
  tx: Tx,
  batch: readonly NumberedTweet[],
): Promise<Outcome> {
  const fresh = batch.filter((row) => mayBeNew(round, row.created_at ?? 0, row.user_id));
  const people = await adoptions.usersAmong(tx, [...new Set(fresh.map((row) => row.user_id))]);
  const drafts: TweetDraft[] = [];
  const remarks: RowRemark[] = [];
  for (const row of fresh) {
    try {
      if (!people.has(row.user_id)) throw new Refused('user_not_taken');
      drafts.push(draftTweet(row, round.now));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      remarks.push({ row: { id: row.id, user_id: row.user_id }, refused: error.reason });
    }
  }
  const tweets = await withIds(adoptions, tx, drafts);
  await adoptions.insertTweets(tx, tweets);
  await adoptions.note(tx, { highest_tweet_id: Math.max(0, ...tweets.map(({ id }) => id)) });
  return { taken: tweets.length, known: batch.length - remarks.length - tweets.length, remarks };
}

/** The tweets that are not here yet, each under an id that nobody has. */
async function withIds(
  adoptions: AdoptionDeps['adoptions'],
  tx: Tx,
  drafts: readonly TweetDraft[],
): Promise<AdoptedTweet[]> {
  const wished = drafts.map(({ created_at, key }) => idIn(adoptedIdsAt(created_at), key));
  const here = await adoptions.tweetsAmong(tx, [...new Set(wished)]);
  const asked = new Set(wished);
  const given = new Map<number, AdoptedTweet>();
  for (const draft of drafts) {
    const range = adoptedIdsAt(draft.created_at);
    // Ids of one second are hardly ever used up; whoever comes second there takes the next.
    for (let n = draft.key; ; n += 1) {
      const id = idIn(range, n);
      if (!asked.has(id)) {
        for (const [one, tweet] of await adoptions.tweetsAmong(tx, [id])) here.set(one, tweet);
        asked.add(id);
      }
      const other = here.get(id);
      if (other?.user_id === draft.user_id && other.tweet === draft.tweet) break;
      if (other || given.has(id)) continue;
      given.set(id, rowOf(draft, id));
      break;
    }
  }
  return [...given.values()];
}

function rowOf({ user_id, tweet, created_at }: TweetDraft, id: number): AdoptedTweet {
  return {
    id,
    user_id,
    tweet,
    visibility: VISIBILITY.public,
    reply_to_id: null,
    reblog_of_id: null,
    created_at,
  };
}
