/** People that have been looked up, by their names: to come back to a profile shows it at once. */
import { SvelteMap } from 'svelte/reactivity';
import { type Account, api } from '#lib/api/client.ts';

const known = new SvelteMap<string, Account>();

/** Those that a reload takes up again, at most. */
const SAVED = 5;

/** The people looked up last. */
export const lastProfiles = (): Account[] => [...known.values()].slice(-SAVED);

export const profileOf = (name: string): Account | undefined => known.get(name.toLowerCase());

export function keepProfile(account: Account): void {
  const key = account.acct.toLowerCase();
  known.delete(key);
  known.set(key, account);
}

/** @throws whatever the server says: `404` for nobody */
export async function lookUp(name: string): Promise<Account> {
  const account = await api().v1.accounts.lookup({ acct: name });
  keepProfile(account);
  return account;
}
