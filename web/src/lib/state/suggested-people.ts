/** Whom one might follow: people who have written lately, for everybody to read. */
import { type Account, api } from '#lib/api/client.ts';
import { learnRelations, relationTo } from './people.svelte.ts';
import { session } from './session.svelte.ts';

const TWEETS = 40;
const PEOPLE = 5;

/** Those whom the viewer does not follow yet, the last to have written first. @throws what the server says */
export async function suggestedPeople(): Promise<Account[]> {
  const statuses = await api().v1.timelines.public.list({ limit: TWEETS });
  const authors = new Map(statuses.map(({ account }) => [account.id, account]));
  authors.delete(session.me?.id ?? '');
  await learnRelations([...authors.keys()]);
  return [...authors.values()].filter(({ id }) => isNew(id)).slice(0, PEOPLE);
}

function isNew(id: string): boolean {
  const relation = relationTo(id);
  return relation !== undefined && !relation.following && !relation.requested;
}
