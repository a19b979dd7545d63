/** Who follows whom in a course database. */
import type { AdoptedFollow } from '../model/adoptions.ts';
import type { Tx } from '../model/database.ts';
import {
  type AdoptionDeps,
  draftFollow,
  mayBeNew,
  type Outcome,
  Refused,
  type RoundFacts,
  type RowRemark,
} from './adopted-rows.ts';
import type { CourseFollow } from './ports.ts';

/** Stores those of a batch that are not here yet. Twice is once. */
export async function takeFollows(
  { adoptions }: AdoptionDeps,
  round: RoundFacts,
  tx: Tx,
  batch: readonly CourseFollow[],
): Promise<Outcome> {
  const fresh = batch.filter(({ user_id, follow_user_id, created_at }) =>
    mayBeNew(round, created_at ?? 0, user_id, follow_user_id),
  );
  const ids = fresh.flatMap(({ user_id, follow_user_id }) => [user_id, follow_user_id]);
  const people = await adoptions.usersAmong(tx, [...new Set(ids)]);
  const follows: AdoptedFollow[] = [];
  const remarks: RowRemark[] = [];
  for (const follow of fresh) {
    const { user_id, follow_user_id } = follow;
    try {
      if (!people.has(user_id) || !people.has(follow_user_id)) throw new Refused('user_not_taken');
      follows.push(draftFollow(follow));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      remarks.push({ row: { user_id, follow_user_id }, refused: error.reason });
    }
  }
  const taken = await adoptions.insertFollows(tx, follows);
  return { taken, known: batch.length - remarks.length - taken, remarks };
}
