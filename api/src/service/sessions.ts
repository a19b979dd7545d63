/** Logging in, and knowing who is calling. */
import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Store } from '../model/database.ts';
import type { ActivityDao } from '../model/activity.ts';
import type { SessionDao } from '../model/sessions.ts';
import type { User, UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { PasswordHasher } from './passwords.ts';
import type { Clock, Log } from './ports.ts';
import { EVERYTHING, type Scopes } from './scopes.ts';
import { foldKey } from './text.ts';
import { networkOf, type ThrottleService } from './throttles.ts';
import type { TokenSigner } from './tokens.ts';

/** Somebody who has logged in. */
export interface Viewer {
  readonly userId: number;
  /** The session he came with. */
  readonly jti: string;
  /** What the app he came with may do for him. */
  readonly scopes: Scopes;
}

export interface LogIn {
  readonly email: string;
  readonly password: string;
  /** The client's network address. */
  readonly address: string;
  /** Aborted when he does not wait for the answer any more. */
  readonly gone?: AbortSignal | undefined;
}

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly sessions: SessionDao;
  readonly activity: ActivityDao;
  readonly passwords: PasswordHasher;
  readonly throttles: ThrottleService;
  readonly tokens: TokenSigner;
  readonly now: Clock;
  readonly log: Log;
  /** How long a token of the classic log-in is good for. */
  readonly tokenTtlMs: number;
  /** How many sessions are remembered between requests. */
  readonly cacheSize: number;
  /**
   * How long a session is believed to go on without asking the database: a second at most where
   * others may end it, longer where {@link SessionService.forgetAll} is called when they may have.
   */
  readonly believeMs: number;
}

/** A session that was found to be good. */
interface KnownSession {
  readonly viewer: Viewer;
  /** Believed until then, in epoch milliseconds. */
  readonly until: number;
}

/** How exactly `last_used_at` is kept. */
const TOUCH_EVERY_MS = 3_600_000;

export class SessionService {
  readonly #deps: Dependencies;
  /** By token: to hash it first costs more than all the rest here (docs/adr/0006). */
  readonly #known: LRUCache<string, KnownSession>;
  /** The keys of the above, by jti. */
  readonly #tokens = new Map<string, string>();

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
    this.#known = new LRUCache({
      max: dependencies.cacheSize,
      dispose: ({ viewer: { jti } }) => this.#tokens.delete(jti),
    });
  }

  /**
   * Opens a session.
   *
   * @throws {DomainError} `wrong_credentials`, `too_many_attempts`, `busy`, `account_pending`,
   *   `account_suspended`
   */
  async logIn({
    email,
    password,
    address,
    gone,
  }: LogIn): Promise<{ userId: number; accessToken: string }> {
    const { users, passwords, throttles } = this.#deps;
    const emailKey = foldKey(email);
    const attempt = await throttles.beforeLogIn(address, emailKey);

    for (;;) {
      const user = await users.findByEmailKey(emailKey);
      const isRight = await passwords.verify(password, user?.hashed_password, {
        name: networkOf(address),
        gone,
      });
      if (!user || !isRight) throw new DomainError('wrong_credentials');
      await attempt.succeeded();
      if (user.state !== 'active') throw new DomainError(`account_${user.state}`);
      const accessToken = await this.#open(user, password);
      if (accessToken !== undefined) return { userId: user.id, accessToken };
    }
  }

  /** Who comes with this token, when that is known without asking the database. */
  recall(token: string): Viewer | undefined {
    // Not `get`: to note each use costs more than to let the oldest go, used or not.
    const known = this.#known.peek(token);
    return known && known.until > this.#deps.now() ? known.viewer : undefined;
  }

  /**
   * Who comes with this token.
   *
   * @throws {DomainError} `token_invalid`
   */
  async authenticate(token: string): Promise<Viewer> {
    const recalled = this.recall(token);
    if (recalled) return recalled;

    const { tokens, sessions, now, believeMs } = this.#deps;
    const { jti, userId, expiresAt } = await tokens.verify(token, now());
    const session = await sessions.find(jti);
    const isLive =
      session?.user_id === userId &&
      session.revoked_at === null &&
      session.expires_at > now() &&
      session.user_state === 'active';
    if (!isLive) throw new DomainError('token_invalid');

    const viewer = { userId, jti, scopes: onceInMemory(session.scopes) };
    this.#known.set(token, { viewer, until: Math.min(now() + believeMs, expiresAt) });
    this.#tokens.set(jti, token);
    if (session.last_used_at < now() - TOUCH_EVERY_MS) this.#touch(viewer);
    return viewer;
  }

  /** Ends a session; its token is refused from now on (elsewhere within a second). */
  async end({ jti }: Pick<Viewer, 'jti'>): Promise<void> {
    const { store, sessions, now } = this.#deps;
    await store.write((tx) => sessions.revoke(tx, jti, now()));
    this.#known.delete(this.#tokens.get(jti) ?? '');
  }

  /** To be told when these sessions have been ended on this server. */
  forget(jtis: readonly string[]): void {
    for (const jti of jtis) this.#known.delete(this.#tokens.get(jti) ?? '');
  }

  /** To be told when sessions may have been ended elsewhere. */
  forgetAll(): void {
    this.#known.clear();
  }

  /**
   * Opens a session for a user whose password was right.
   *
   * @returns its token; undefined when password or state have changed since the user was read, so
   *   that a session cannot outlive the password that it was opened with
   */
  async #open(user: User, password: string): Promise<string | undefined> {
    const { store, users, sessions, activity, passwords, tokens, tokenTtlMs } = this.#deps;
    const now = this.#deps.now();
    const newHash = passwords.isOutdated(user.hashed_password)
      ? await passwords.hash(password)
      : undefined;
    const jti = randomBytes(16).toString('base64url');
    const expiresAt = now + tokenTtlMs;
    const isOpen = await store.write(async (tx) => {
      const current = await users.lock(tx, user.id);
      const isSame =
        current?.hashed_password === user.hashed_password && current.state === user.state;
      if (!isSame) return false;
      if (newHash !== undefined) await users.update(tx, user.id, { hashed_password: newHash }, now);
      await sessions.insert(tx, {
        jti,
        user_id: user.id,
        app_id: null,
        scopes: EVERYTHING,
        created_at: now,
        last_used_at: now,
        expires_at: expiresAt,
        revoked_at: null,
      });
      await activity.note(tx, user.id, now);
      return true;
    });
    return isOpen ? tokens.sign({ jti, userId: user.id, issuedAt: now, expiresAt }) : undefined;
  }

  /** Nobody waits for it, and nothing depends on it. */
  #touch({ userId, jti }: Viewer): void {
    const { store, sessions, activity, now, log } = this.#deps;
    store
      .write(async (tx) => {
        await sessions.touch(tx, jti, now());
        await activity.note(tx, userId, now());
      })
      .catch((error: unknown) => log.warn({ err: error }, 'the use of a session was not noted'));
  }
}

/** Most sessions have the same scopes: hundreds of thousands of copies would be kept. */
const scopesInMemory = new Map<Scopes, Scopes>();
const MOST_KINDS = 1000;

function onceInMemory(scopes: Scopes): Scopes {
  const known = scopesInMemory.get(scopes);
  if (known !== undefined) return known;
  if (scopesInMemory.size < MOST_KINDS) scopesInMemory.set(scopes, scopes);
  return scopes;
}
