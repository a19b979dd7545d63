/** Finds people by what they are called. */
import type { SearchPeopleDao } from '../model/search-people.ts';
import type { SearchablePerson, SearchProgressDao } from '../model/search-progress.ts';
import type { SearchTermDao } from '../model/search-terms.ts';
import { SEARCH_FRESH, SEARCH_PEOPLE } from './limits.ts';
import { searchedName } from './search-index.ts';
import { nameQuery, searchText } from './search-query.ts';
import { contains, neededTerms } from './search-terms.ts';
import { foldKey } from './text.ts';
import type { IsHere } from './text-entities.ts';

interface Dependencies {
  readonly searchTerms: SearchTermDao;
  readonly searchProgress: SearchProgressDao;
  readonly searchPeople: SearchPeopleDao;
  /** Whether a domain behind a name is this server's. */
  readonly isHere: IsHere;
}

/** Follows nothing that begins with the same. */
const LAST = '\u{10ffff}';
/** `@name` or `name@domain`. */
const HANDLE = /^@?(?<username>[a-z0-9_]+)(?:@(?<domain>[^\s@]+))?$/iu;

/** What somebody typed who looks for people. */
export interface PeopleQuery {
  /** A user name, folded, or its beginning; undefined where it cannot be one. */
  readonly username: string | undefined;
  /** Beginnings of words, folded. */
  readonly words: readonly string[];
}

/** @throws {DomainError} `text_invalid`, `search_too_long` */
export function peopleQuery(text: string, isHere: IsHere): PeopleQuery {
  const { username, domain } = HANDLE.exec(searchText(text))?.groups ?? {};
  if (domain !== undefined && !isHere(domain)) return { username: undefined, words: [] };
  return {
    username: username === undefined ? undefined : foldKey(username),
    words: nameQuery(domain === undefined ? text.replace(/^\s*@/u, '') : (username ?? '')),
  };
}

/**
 * People in good standing who are called so, those with the best match first.
 *
 * @param viewerId whose follows are looked through as well, however common the name
 */
export async function findPeople(
  deps: Dependencies,
  query: PeopleQuery,
  viewerId: number | undefined,
): Promise<SearchablePerson[]> {
  const { searchPeople } = deps;
  const { username, words } = query;
  if (username === undefined && words.length === 0) return [];
  const groups = await Promise.all([
    username === undefined ? [] : searchPeople.byUsername(username, username + LAST, SEARCH_PEOPLE),
    searchPeople.byIds(await indexedPeople(deps.searchTerms, words)),
    freshPeople(deps),
    viewerId === undefined ? [] : searchPeople.followedBy(viewerId, SEARCH_FRESH),
  ]);
  const people = new Map(groups.flat().map((person) => [person.id, person]));
  return [...people.values()]
    .filter((person) => isCalled(person, query))
    .toSorted((a, b) => closeness(b, query) - closeness(a, query) || a.id - b.id);
}

function isCalled(person: SearchablePerson, { username, words }: PeopleQuery): boolean {
  if (username !== undefined && foldKey(person.username).startsWith(username)) return true;
  const name = searchedName(person);
  return words.length > 0 && words.every((word) => contains(name, word, 'prefix'));
}

/** 2 for the very user name, 1 for its beginning. */
function closeness(person: SearchablePerson, { username }: PeopleQuery): number {
  const key = foldKey(person.username);
  if (username === undefined || !key.startsWith(username)) return 0;
  return key === username ? 2 : 1;
}

/** Those whom the rarest of the words leads to. */
async function indexedPeople(
  index: SearchTermDao,
  words: readonly string[],
): Promise<readonly number[]> {
  let rarest: readonly number[] | undefined;
  for (const term of words.flatMap((word) => [...neededTerms(word)])) {
    const ids = await index.usersBetween(term, term + LAST, SEARCH_PEOPLE);
    if (!rarest || ids.length < rarest.length) rarest = ids;
  }
  return [...new Set(rarest)];
}

async function freshPeople({
  searchProgress,
  searchPeople,
}: Dependencies): Promise<SearchablePerson[]> {
  const indexed = (await searchProgress.of('users'))?.position ?? 0;
  return searchPeople.changedAfter(indexed, SEARCH_FRESH);
}
