/** The users of a course database. */
import type { AdoptedUser } from '../model/adoptions.ts';
import type { Tx } from '../model/database.ts';
import {
  type AdoptionDeps,
  draftUser,
  type Outcome,
  Refused,
  type RoundFacts,
  type RowRemark,
  type UserDraft,
} from './adopted-rows.ts';
import type { CourseUser } from './ports.ts';
import { derivedUsernames, givenUsername } from './usernames.ts';

/**
 * Stores those of a batch that are not here yet.
 *
 * @throws {Error} when a user here has the id of another one there
 */
export async function takeUsers(
  deps: AdoptionDeps,
  round: RoundFacts,
  tx: Tx,
  batch: readonly CourseUser[],
): Promise<Outcome> {
  const { adoptions } = deps;
  const ids = batch.map(({ id }) => id);
  const here = await adoptions.usersAmong(tx, ids);
  refuseStrangers(batch, here);
  const candidates = batch.filter(({ id }) => !here.has(id));
  const { drafts, remarks } = await draftAll(deps, round, tx, candidates);
  const rows = await withUsernames(deps, tx, drafts);
  await adoptions.insertUsers(tx, rows);
  await adoptions.note(tx, { highest_user_id: Math.max(0, ...rows.map(({ id }) => id)) });
  return { taken: rows.length, known: here.size, remarks, newUsers: rows.map(({ id }) => id) };
}

/** The time when somebody signed up never changes: another time, another person. */
function refuseStrangers(batch: readonly CourseUser[], here: ReadonlyMap<number, number>): void {
  for (const { id, created_at } of batch) {
    const ours = here.get(id);
    if (ours === undefined || ours === (created_at ?? 0)) continue;
    throw new Error(
      `The user with the id ${id} is another one here. This is not the database that was imported before.`,
    );
  }
}

async function draftAll(
  { adoptions }: AdoptionDeps,
  { unusable }: RoundFacts,
  tx: Tx,
  users: readonly CourseUser[],
) {
  const former = await adoptions.formerAmong(
    tx,
    users.map(({ id }) => id),
  );
  const drafts: UserDraft[] = [];
  const remarks: RowRemark[] = [];
  for (const user of users) {
    const row = { id: user.id };
    try {
      if (former.has(user.id)) throw new Refused('deleted_here');
      drafts.push(draftUser(user, unusable));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      remarks.push({ row, refused: error.reason });
    }
  }
  return withoutTwins(drafts, await takenEmails(adoptions, tx, drafts), remarks);
}

function takenEmails(
  adoptions: AdoptionDeps['adoptions'],
  tx: Tx,
  drafts: readonly UserDraft[],
): Promise<Set<string>> {
  return adoptions.takenEmailKeys(
    tx,
    drafts.map(({ row }) => row.email_key),
  );
}

/** Of two whose e-mail addresses are the same to us, the one who came first has it. */
function withoutTwins(
  all: readonly UserDraft[],
  taken: Set<string>,
  refusals: readonly RowRemark[],
): { drafts: UserDraft[]; remarks: RowRemark[] } {
  const drafts: UserDraft[] = [];
  const remarks = [...refusals];
  for (const draft of all) {
    const { id, email_key: key } = draft.row;
    if (taken.has(key)) remarks.push({ row: { id }, refused: 'email_taken' });
    else {
      taken.add(key);
      drafts.push(draft);
      for (const changed of draft.changes) remarks.push({ row: { id }, changed });
    }
  }
  return { drafts, remarks };
}

/** User names as sign-up makes them: from the name, and never from the e-mail address. */
async function withUsernames(
  { users, formerUsers }: AdoptionDeps,
  tx: Tx,
  drafts: readonly UserDraft[],
): Promise<AdoptedUser[]> {
  const wishes = drafts.map(({ row }) => derivedUsernames(row.name));
  const taken = await users.takenUsernameKeys(tx, wishes.flat());
  for (const key of await formerUsers.takenUsernameKeys(wishes.flat(), tx)) taken.add(key);
  return drafts.map(({ row }, i) => {
    const free = wishes[i]?.find((username) => !taken.has(username));
    const username = free ?? givenUsername(row.id);
    taken.add(username);
    return { ...row, username, username_key: username };
  });
}
