/** Logging in, and knowing who is calling. */
import type { Store } from '../model/database.ts';
import type { ActivityDao } from '../model/activity.ts';
import type { Session, SessionDao, SessionWithApp } from '../model/sessions.ts';
import type { Credentials, LogIn, Proof } from './credentials.ts';
import { DomainError } from './errors.ts';
import { SESSIONS_SHOWN } from './limits.ts';
import { claimsOf, newSession } from './new-sessions.ts';
import type { Clock, Log } from './ports.ts';
import { EVERYTHING, type Scopes } from './scopes.ts';
import { type Keepable, SecondChanceCache } from './second-chance-cache.ts';
import type { TokenSigner } from './tokens.ts';

export type { SessionWithApp };

/** Somebody who has logged in. */
export interface Viewer {
  readonly userId: number;
  /** The session he came with. */
  readonly jti: string;
  /** What the app he came with may do for him. */
  readonly scopes: Scopes;
  /** That app; undefined for the classic log-in. */
  readonly appId?: number | undefined;
}

interface Dependencies {
  readonly store: Store;
  readonly sessions: SessionDao;
  readonly activity: ActivityDao;
  readonly credentials: Credentials;
  readonly tokens: TokenSigner;
  readonly now: Clock;
  readonly log: Log;
  /** How long a token of the classic log-in is good for. */
  readonly tokenTtlMs: number;
  /** How long a session of an app goes on without being used. */
  readonly sessionIdleMs: number;
  /** How many sessions are remembered between requests. */
  readonly cacheSize: number;
  /**
   * How long a session is believed to go on without asking the database: a second at most where
   * others may end it, longer where {@link SessionService.forgetAll} is called when they may have.
   */
  readonly believeMs: number;
}

/** A session that was found to be good. */
interface KnownSession extends Viewer, Keepable {
  /** Believed until then, in epoch milliseconds. */
  readonly until: number;
}

/** How exactly `last_used_at` is kept. */
const TOUCH_EVERY_MS = 3_600_000;

export class SessionService {
  readonly #deps: Dependencies;
  /** By token: to hash it first costs more than all the rest here (docs/adr/0006). */
  readonly #known: SecondChanceCache<string, KnownSession>;
  /** The keys of the above, by jti. */
  readonly #tokens = new Map<string, string>();

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
    this.#known = new SecondChanceCache({
      most: dependencies.cacheSize,
      dropped: (_, { jti }) => this.#tokens.delete(jti),
    });
  }

  /**
   * Opens a session.
   *
   * @throws {DomainError} `wrong_credentials`, `too_many_attempts`, `busy`, `account_pending`,
   *   `account_suspended`
   */
  async logIn(logIn: LogIn): Promise<{ userId: number; accessToken: string }> {
    return this.#deps.credentials.prove(logIn, async (proof) => {
      const accessToken = await this.#open(proof);
      return accessToken === undefined ? undefined : { userId: proof.user.id, accessToken };
    });
  }

  /** Who comes with this token, when that is known without asking the database. */
  recall(token: string): Viewer | undefined {
    const known = this.#known.get(token);
    return known && known.until > this.#deps.now() ? known : undefined;
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

    const { app_id } = session;
    const scopes = onceInMemory(session.scopes);
    const until = Math.min(now() + believeMs, expiresAt, session.expires_at);
    const viewer = { userId, jti, scopes, appId: app_id ?? undefined, until, wasAskedFor: false };
    // One token of a session is known at a time, so that it ends with its session.
    this.forget([jti]);
    this.#known.set(token, viewer);
    this.#tokens.set(jti, token);
    if (session.last_used_at < now() - TOUCH_EVERY_MS) this.#touch(session);
    return viewer;
  }

  /** Those of these sessions that go on, as the database has it. */
  async liveAmong(jtis: readonly string[]): Promise<Set<string>> {
    return this.#deps.sessions.liveAmong(jtis, this.#deps.now());
  }

  /** Ends a session; its token is refused from now on (elsewhere within a second). */
  async end({ jti }: Pick<Viewer, 'jti'>): Promise<void> {
    const { store, sessions, now } = this.#deps;
    await store.write((tx) => sessions.revoke(tx, jti, now()));
    this.#known.delete(this.#tokens.get(jti) ?? '');
  }

  /** Where somebody is logged in, the session last used first; the oldest of very many are left out. */
  async list({ userId }: Viewer): Promise<SessionWithApp[]> {
    return this.#deps.sessions.liveOf(userId, this.#deps.now(), SESSIONS_SHOWN);
  }

  /**
   * Ends one of somebody's own sessions, be it the one that he comes with.
   *
   * @throws {DomainError} `session_not_found`
   */
  async endOwn({ userId }: Viewer, jti: string): Promise<void> {
    const { store, sessions, now } = this.#deps;
    const hasEnded = await store.write((tx) => sessions.revokeOf(tx, userId, jti, now()));
    if (!hasEnded) throw new DomainError('session_not_found');
    this.forget([jti]);
  }

  /** Ends all sessions of somebody but the one that he comes with. */
  async endOthers({ userId, jti: but }: Viewer): Promise<void> {
    const { store, sessions, now } = this.#deps;
    this.forget(await store.write((tx) => sessions.revokeAllOf(tx, userId, now(), but)));
  }

  /** To be told when these sessions have been ended on this server. */
  forget(jtis: readonly string[]): void {
    for (const jti of jtis) this.#known.delete(this.#tokens.get(jti) ?? '');
  }

  /** To be told when sessions may have been ended elsewhere. */
  forgetAll(): void {
    this.#known.clear();
    this.#tokens.clear();
  }

  /** @returns its token; undefined when the proof does not hold any more */
  async #open(proof: Proof): Promise<string | undefined> {
    const { store, sessions, activity, credentials, tokens, tokenTtlMs } = this.#deps;
    const now = this.#deps.now();
    const userId = proof.user.id;
    const session = newSession({ userId, scopes: EVERYTHING, now, lastsMs: tokenTtlMs });
    const isOpen = await store.write(async (tx) => {
      if (!(await credentials.holds(tx, proof))) return false;
      await sessions.insert(tx, session);
      await activity.note(tx, userId, now);
      return true;
    });
    return isOpen ? tokens.sign(claimsOf(session)) : undefined;
  }

  /** Nobody waits for it, and nothing depends on it. */
  #touch({ jti, user_id, app_id }: Session): void {
    const { store, sessions, activity, now, log, sessionIdleMs } = this.#deps;
    store
      .write(async (tx) => {
        await sessions.touch(tx, jti, now(), app_id === null ? undefined : now() + sessionIdleMs);
        await activity.note(tx, user_id, now());
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
