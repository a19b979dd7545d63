/** How the person stands to others: once for each, wherever it is shown. */
import { SvelteMap } from 'svelte/reactivity';
import { type Account, api, type Relationship } from '#lib/api/client.ts';
import { allPages, knownPages } from './pages.svelte.ts';
import { complain } from './toasts.svelte.ts';
import { tweetOf } from './tweets.svelte.ts';

const relations = new SvelteMap<string, Relationship>();

/** Undefined until the server has said. */
export const relationTo = (id: string): Relationship | undefined => relations.get(id);

/** Asks the server about those it has not been asked about. */
export async function learnRelations(ids: readonly string[]): Promise<void> {
  const unknown = ids.filter((id) => !relations.has(id));
  if (unknown.length === 0) return;
  try {
    for (const one of await api().v1.accounts.relationships.fetch({ id: unknown })) {
      relations.set(one.id, one);
    }
  } catch {
    // The buttons wait; the page says what else is wrong.
  }
}

export function forgetRelations(): void {
  relations.clear();
}

/** Shows a change at once, and what was before when the server refuses. */
async function change(
  { id }: Pick<Account, 'id'>,
  shown: Partial<Relationship>,
  call: () => Promise<Relationship>,
): Promise<boolean> {
  const before = relations.get(id);
  if (before) relations.set(id, { ...before, ...shown });
  try {
    relations.set(id, await call());
    return true;
  } catch (error) {
    if (before) relations.set(id, before);
    complain(error);
    return false;
  }
}

const client = ({ id }: Pick<Account, 'id'>) => api().v1.accounts.$select(id);

export async function setFollow(account: Account, follows: boolean): Promise<void> {
  const shown =
    account.locked && follows ? { requested: true } : { following: follows, requested: false };
  const isDone = await change(account, shown, () =>
    follows ? client(account).follow() : client(account).unfollow(),
  );
  if (isDone) void knownPages('home')?.restart();
}

export async function setMute(account: Account, mutes: boolean): Promise<void> {
  const isDone = await change(account, { muting: mutes }, () =>
    mutes ? client(account).mute() : client(account).unmute(),
  );
  if (isDone && mutes) hideTweetsOf(account.id);
}

export async function setBlock(account: Account, blocks: boolean): Promise<void> {
  const shown = blocks
    ? { blocking: true, following: false, followedBy: false }
    : { blocking: false };
  const isDone = await change(account, shown, () =>
    blocks ? client(account).block() : client(account).unblock(),
  );
  if (isDone && blocks) hideTweetsOf(account.id);
}

function hideTweetsOf(accountId: string): void {
  for (const [, pages] of allPages()) {
    for (const { id } of pages.items) {
      const status = tweetOf(id);
      if (status?.account.id === accountId || status?.reblog?.account.id === accountId) {
        pages.remove(id);
      }
    }
  }
}
