/** User names: 1 to 30 of `a-z 0-9 _`, never changed and never given twice. */
import { DomainError } from './errors.ts';
import { USERNAME_MAX } from './limits.ts';

const ALLOWED = new RegExp(`^[a-z0-9_]{1,${USERNAME_MAX}}$`);
/** The form the server itself gives; choosing one would take it from somebody else. */
const GIVEN = /^user\d+$/;
const SHORTEST_DERIVED = 3;

/** Names that would look like the server speaking, or like one of its addresses. */
const RESERVED = new Set(
  `about abuse account accounts admin administrator api app apps assets auth blog bookmarks contact
  docs everyone explore favicon favourites follow followers following healthz help here home hostmaster
  inbox info instance join json legal lists local login logout mail media me metrics minitter
  moderator nobody noreply notifications null oauth official openapi outbox owner ping policy postmaster
  privacy profile profile_picture public ready register robots root rules search security sessions
  settings share sign_in sign_up signin signup staff static status streaming support system tags team
  terms timeline timelines tweet undefined unfollow user username users webmaster welcome www`.split(
    /\s+/,
  ),
);

/**
 * A user name that somebody chose, lower-cased.
 *
 * @throws {DomainError} `username_invalid`, `username_reserved`
 */
export function chosenUsername(text: string): string {
  const username = text.trim().toLowerCase();
  if (!ALLOWED.test(username)) throw new DomainError('username_invalid');
  if (isReserved(username)) throw new DomainError('username_reserved');
  return username;
}

/** The user name of somebody from whose name none can be derived. */
export function givenUsername(userId: number): string {
  return `user${userId}`;
}

/**
 * User names made from a person's name, the nicest first; empty when the name has too few letters
 * that a user name may have.
 */
export function derivedUsernames(name: string): string[] {
  const base = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\s.\-_]+/g, '_')
    .replace(/[^a-z0-9_]/g, '')
    .replace(/_+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, USERNAME_MAX);
  if (base.length < SHORTEST_DERIVED || isReserved(base)) return [];
  const numbered = [2, 3, 4, 5, ...Array.from({ length: 5 }, randomNumber)];
  return [
    base,
    ...numbered.map((n) => `${base.slice(0, USERNAME_MAX - `${n}`.length)}${n}`),
  ].filter((username) => !isReserved(username));
}

function isReserved(username: string): boolean {
  return RESERVED.has(username) || GIVEN.test(username);
}

/** So that the thousandth of one name does not try a thousand. */
function randomNumber(): number {
  return 10_000 + Math.floor(Math.random() * 90_000_000);
}
