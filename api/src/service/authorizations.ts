/**
 * How apps are let in by people (OAuth 2, RFC 6749, with PKCE, RFC 7636): a person says yes with his
 * password, the app gets a code, and for the code a session of its own.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ActivityDao } from '../model/activity.ts';
import type { Authorization, AuthorizationDao } from '../model/authorizations.ts';
import type { Store, Tx } from '../model/database.ts';
import type { Session, SessionDao } from '../model/sessions.ts';
import type { UserDao } from '../model/users.ts';
import {
  type App,
  type AppService,
  type ClientProof,
  type GivenToken,
  isPublic,
  redirectsOf,
  scopesOf,
} from './apps.ts';
import type { Credentials, LogIn } from './credentials.ts';
import { DomainError } from './errors.ts';
import { claimsOf, newSession } from './new-sessions.ts';
import type { Clock } from './ports.ts';
import type { Scopes } from './scopes.ts';
import type { SessionService } from './sessions.ts';
import type { TokenSigner } from './tokens.ts';

/** Who asks to be let in, and where the answer goes. */
export interface Asking {
  readonly app: App;
  readonly redirectUri: string;
}

/** What an app asks a person for. */
export interface Wish {
  readonly responseType: string;
  readonly scope?: string | undefined;
  readonly codeChallenge?: string | undefined;
  readonly codeChallengeMethod?: string | undefined;
}

/** What a person is asked to agree to. */
export interface Consent extends Asking {
  readonly scopes: Scopes;
  readonly codeChallenge: string | null;
}

export interface CodeExchange extends ClientProof {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier?: string | undefined;
}

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly sessions: SessionDao;
  readonly activity: ActivityDao;
  readonly authorizations: AuthorizationDao;
  readonly apps: AppService;
  readonly credentials: Credentials;
  readonly sessionService: SessionService;
  readonly tokens: TokenSigner;
  readonly now: Clock;
  readonly sessionIdleMs: number;
  /** Whether apps may send passwords themselves. */
  readonly takesPasswords: boolean;
}

/** How long a code is good for. */
export const CODE_MS = 10 * 60_000;

/** A SHA-256 sum in base64url. */
const CHALLENGE = /^[\w-]{43}$/;
/** RFC 7636, 4.1. */
const VERIFIER = /^[\w.~-]{43,128}$/;

export class AuthorizationService {
  /** Whether {@link logIn} is allowed here. */
  readonly takesPasswords: boolean;
  readonly #deps: Omit<Dependencies, 'apps' | 'takesPasswords'>;
  readonly #apps: AppService;

  constructor({ apps, takesPasswords, ...dependencies }: Dependencies) {
    this.takesPasswords = takesPasswords;
    this.#deps = dependencies;
    this.#apps = apps;
  }

  /**
   * Who asks. When this is refused, nobody is to be sent to the address.
   *
   * @param origin the server's own, such as `https://minitter.example`
   * @throws {DomainError} `client_invalid`, `redirect_invalid`
   */
  async asking(clientId: string, redirectUri: string, origin: string): Promise<Asking> {
    const app = await this.#apps.find(clientId);
    if (!redirectsOf(app, origin).includes(redirectUri)) throw new DomainError('redirect_invalid');
    return { app, redirectUri };
  }

  /**
   * What a person is to be asked.
   *
   * @throws {DomainError} `response_unsupported`, `scope_invalid`, `challenge_invalid`; the app
   *   may be told so
   */
  consent(asking: Asking, wish: Wish): Consent {
    const { responseType, scope, codeChallenge, codeChallengeMethod } = wish;
    if (responseType !== 'code') throw new DomainError('response_unsupported');
    const isRight =
      codeChallenge === undefined
        ? !isPublic(asking.app)
        : codeChallengeMethod === 'S256' && CHALLENGE.test(codeChallenge);
    if (!isRight) throw new DomainError('challenge_invalid');
    const scopes = scopesOf(asking.app, scope);
    return { ...asking, scopes, codeChallenge: codeChallenge ?? null };
  }

  /**
   * Says yes, with a password.
   *
   * @returns a code for the app: good once, for ten minutes
   * @throws {DomainError} as a log-in
   */
  async allow(consent: Consent, logIn: LogIn): Promise<string> {
    const { store, authorizations, credentials, now } = this.#deps;
    const code = randomBytes(32).toString('base64url');
    return credentials.prove(logIn, async (proof) => {
      const isStored = await store.write(async (tx) => {
        if (!(await credentials.holds(tx, proof))) return false;
        await authorizations.insert(tx, {
          code_hash: sha256(code).toString('hex'),
          app_id: consent.app.id,
          user_id: proof.user.id,
          redirect_uri: consent.redirectUri,
          scopes: consent.scopes,
          code_challenge: consent.codeChallenge,
          jti: null,
          expires_at: now() + CODE_MS,
        });
        return true;
      });
      return isStored ? code : undefined;
    });
  }

  /**
   * Gives an app a session for the code that it got. A code that comes again has been stolen, from
   * one side or the other: the session that it was exchanged for ends.
   *
   * @throws {DomainError} `client_invalid`, `grant_invalid`
   */
  async exchange(exchange: CodeExchange): Promise<GivenToken> {
    const { store, sessionService } = this.#deps;
    const app = await this.#apps.prove(exchange);
    const result = await store.write((tx) => this.#exchange(tx, app, exchange));
    if (!result) throw new DomainError('grant_invalid');
    if ('reused' in result) {
      await sessionService.end({ jti: result.reused });
      throw new DomainError('grant_invalid');
    }
    return this.#given(result);
  }

  /**
   * Gives an app a session for a password that somebody told it, where that is allowed.
   *
   * @throws {DomainError} `grant_unsupported`, `client_invalid`, `scope_invalid`; as a log-in
   */
  async logIn(client: ClientProof, scope: string | undefined, logIn: LogIn): Promise<GivenToken> {
    const { store, credentials } = this.#deps;
    if (!this.takesPasswords) throw new DomainError('grant_unsupported');
    const app = await this.#apps.prove(client);
    const scopes = scopesOf(app, scope);
    const session = await credentials.prove(logIn, (proof) =>
      store.write(async (tx) => {
        if (!(await credentials.holds(tx, proof))) return undefined;
        return this.#begin(tx, { userId: proof.user.id, appId: app.id, scopes });
      }),
    );
    return this.#given(session);
  }

  /**
   * Ends a token that an app has, if it is its own; any other text is no token any more.
   *
   * @throws {DomainError} `client_invalid`, also for the token of another app
   */
  async revoke(client: ClientProof, token: string): Promise<void> {
    const { tokens, sessions, sessionService, now } = this.#deps;
    const app = await this.#apps.prove(client);
    const ownToken = await tokens.verifyForApp(token, now()).catch(noToken);
    const claims = ownToken ? undefined : await tokens.verify(token, now()).catch(noToken);
    const session = claims && (await sessions.find(claims.jti));
    const appId = ownToken?.appId ?? session?.app_id;
    if (!ownToken && !session) return;
    if (appId !== app.id) throw new DomainError('client_invalid');
    if (ownToken) await this.#apps.revoke(ownToken);
    else if (session) await sessionService.end(session);
  }

  /** Begins a session for somebody with an app that may have all that it has registered. */
  async begin(userId: number, { id: appId, scopes }: App): Promise<GivenToken> {
    const { store } = this.#deps;
    return this.#given(await store.write((tx) => this.#begin(tx, { userId, appId, scopes })));
  }

  /** @returns undefined for a code that is wrong; the session of one that has been used */
  async #exchange(
    tx: Tx,
    app: App,
    { code, redirectUri, codeVerifier }: CodeExchange,
  ): Promise<Session | { reused: string } | undefined> {
    const { users, authorizations, now } = this.#deps;
    const found = await authorizations.lock(tx, sha256(code).toString('hex'));
    if (found?.app_id !== app.id) return undefined;
    if (found.jti !== null) return { reused: found.jti };
    const isRight =
      found.expires_at > now() &&
      found.redirect_uri === redirectUri &&
      isVerified(found, codeVerifier);
    const user = isRight ? await users.lock(tx, found.user_id) : undefined;
    if (user?.state !== 'active') return undefined;
    const { scopes } = found;
    const session = await this.#begin(tx, { userId: user.id, appId: app.id, scopes });
    await authorizations.use(tx, found.code_hash, session.jti);
    return session;
  }

  async #begin(tx: Tx, who: { userId: number; appId: number; scopes: Scopes }): Promise<Session> {
    const { sessions, activity, sessionIdleMs } = this.#deps;
    const now = this.#deps.now();
    const session = newSession({ ...who, now, lastsMs: sessionIdleMs });
    await sessions.insert(tx, session);
    await activity.note(tx, who.userId, now);
    return session;
  }

  async #given(session: Session): Promise<GivenToken> {
    const accessToken = await this.#deps.tokens.sign(claimsOf(session));
    return { accessToken, scopes: session.scopes, createdAt: session.created_at };
  }
}

/** Whether whoever brings a code is the one who asked for it. */
function isVerified({ code_challenge }: Authorization, verifier: string | undefined): boolean {
  if (code_challenge === null || verifier === undefined) {
    return code_challenge === null && verifier === undefined;
  }
  return VERIFIER.test(verifier) && sha256(verifier).toString('base64url') === code_challenge;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

function noToken(error: unknown): undefined {
  if (!(error instanceof DomainError)) throw error;
}
