/** Programs that act for people: how they are registered, and how they prove who they are. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { App, AppDao } from '../model/apps.ts';
import type { Store } from '../model/database.ts';
import { DomainError } from './errors.ts';
import { APP_ADDRESS_MAX, APP_NAME_MAX } from './limits.ts';
import { newJti, TOKEN_OF_APP_MS } from './new-sessions.ts';
import type { Clock } from './ports.ts';
import { redirectsText } from './redirects.ts';
import { covers, EVERYTHING, type Scopes, scopesText, USUAL_SCOPES } from './scopes.ts';
import { codePoints, showsNothing, storableText } from './text.ts';
import type { ThrottleService } from './throttles.ts';
import type { TokenSigner } from './tokens.ts';

export type { App };

/**
 * The server's own web client. It is there on every server: a public client (no secret, so PKCE is
 * a must) that people are not asked about. It may have everything (`EVERYTHING` in scopes.ts), and
 * its one redirect address is `/oauth-callback` on the server's own origin, whichever that is.
 */
export const OWN_CLIENT_ID = 'minitter-web';
const OWN_CALLBACK = '/oauth-callback';
const NO_SECRET = '';

/** What an app says of itself. */
export interface AppDraft {
  readonly name: string;
  readonly website?: string | undefined;
  readonly redirectUris: readonly string[];
  readonly scopes?: string | undefined;
}

/** How an app proves who it is; one without a secret names itself only. */
export interface ClientProof {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
}

/** An app that came with a token of its own, or somebody with it. */
export interface AppCaller {
  readonly appId: number;
  readonly jti: string;
  readonly scopes: Scopes;
}

/** A token that was given out. */
export interface GivenToken {
  readonly accessToken: string;
  readonly scopes: Scopes;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

interface Dependencies {
  readonly store: Store;
  readonly apps: AppDao;
  readonly tokens: TokenSigner;
  readonly throttles: ThrottleService;
  readonly now: Clock;
}

export class AppService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Registers an app.
   *
   * @param address the client's network address
   * @throws {DomainError} `app_invalid`, `redirect_invalid`, `scope_invalid`, `text_invalid`,
   *   `too_many_attempts`
   */
  async register(draft: AppDraft, address: string): Promise<{ app: App; clientSecret: string }> {
    const { store, apps, throttles, now } = this.#deps;
    await throttles.beforeApp(address);
    const clientSecret = randomBytes(32).toString('base64url');
    const app = {
      client_id: randomBytes(32).toString('base64url'),
      hashed_client_secret: sha256(clientSecret),
      name: appName(draft.name),
      website: websiteText(draft.website),
      redirect_uris: redirectsText(draft.redirectUris),
      scopes: scopesText(draft.scopes ?? USUAL_SCOPES),
      created_at: now(),
    };
    const id = await store.write((tx) => apps.insert(tx, app));
    return { app: { ...app, id }, clientSecret };
  }

  /** @throws {DomainError} `client_invalid` */
  async find(clientId: string): Promise<App> {
    const app = await this.#deps.apps.findByClientId(clientId);
    if (app) return app;
    if (clientId === OWN_CLIENT_ID) return this.#ownApp();
    throw new DomainError('client_invalid');
  }

  /** @throws {DomainError} `token_invalid` */
  async findById(id: number): Promise<App> {
    const app = await this.#deps.apps.findById(id);
    if (!app) throw new DomainError('token_invalid');
    return app;
  }

  /** @throws {DomainError} `client_invalid` */
  async prove({ clientId, clientSecret = NO_SECRET }: ClientProof): Promise<App> {
    const app = await this.find(clientId);
    if (!isPublic(app) && !isSame(sha256(clientSecret), app.hashed_client_secret)) {
      throw new DomainError('client_invalid');
    }
    return app;
  }

  /**
   * A token with which an app acts for nobody; the same one as long as it is good.
   *
   * @throws {DomainError} `client_invalid`, `scope_invalid`
   */
  async giveToken(client: ClientProof, scope: string | undefined): Promise<GivenToken> {
    const { store, apps, tokens, now } = this.#deps;
    const app = await this.prove(client);
    // Whoever has no secret cannot prove that he is this app.
    if (isPublic(app)) throw new DomainError('client_invalid');
    const scopes = scopesOf(app, scope);
    const { jti, created_at: createdAt } = await store.write(async (tx) => {
      const live = await apps.liveToken(tx, app.id, scopes);
      if (live) return live;
      const row = { jti: newJti(), app_id: app.id, scopes, created_at: now(), revoked_at: null };
      await apps.insertToken(tx, row);
      return row;
    });
    const expiresAt = createdAt + TOKEN_OF_APP_MS;
    const claims = { jti, appId: app.id, issuedAt: createdAt, expiresAt };
    return { accessToken: await tokens.signForApp(claims), scopes, createdAt };
  }

  /**
   * Which app comes with this token of its own.
   *
   * @throws {DomainError} `token_invalid`
   */
  async authenticate(token: string): Promise<AppCaller> {
    const { apps, tokens, now } = this.#deps;
    const { jti, appId } = await tokens.verifyForApp(token, now());
    const row = await apps.findToken(jti);
    if (row?.app_id !== appId || row.revoked_at !== null) throw new DomainError('token_invalid');
    return { appId, jti, scopes: row.scopes };
  }

  /** Ends a token of the app itself. */
  async revoke({ jti }: Pick<AppCaller, 'jti'>): Promise<void> {
    const { store, apps, now } = this.#deps;
    await store.write((tx) => apps.revokeToken(tx, jti, now()));
  }

  /** Stored when it is first asked for: what refers to apps refers to a row. */
  #ownApp(): Promise<App> {
    const { store, apps, now } = this.#deps;
    const app = {
      client_id: OWN_CLIENT_ID,
      hashed_client_secret: NO_SECRET,
      name: 'Minitter',
      website: null,
      redirect_uris: '',
      scopes: EVERYTHING,
      created_at: now(),
    };
    return store.write((tx) => apps.insertOnce(tx, app));
  }
}

/** Whether an app cannot keep a secret, and has none. */
export const isPublic = (app: App): boolean => app.hashed_client_secret === NO_SECRET;

/** Whether people need not be asked whether they let it in. */
export const isOwn = (app: App): boolean => app.client_id === OWN_CLIENT_ID;

/**
 * Where an app may have people sent back.
 *
 * @param origin the server's own, such as `https://minitter.example`
 */
export function redirectsOf(app: App, origin: string): readonly string[] {
  return isOwn(app) ? [origin + OWN_CALLBACK] : app.redirect_uris.split('\n');
}

/**
 * What an app that asks for `wanted` may have.
 *
 * @throws {DomainError} `scope_invalid` when it has not registered that
 */
export function scopesOf(app: App, wanted: string | undefined): Scopes {
  const scopes = scopesText(wanted ?? USUAL_SCOPES);
  if (!covers(app.scopes, scopes)) throw new DomainError('scope_invalid');
  return scopes;
}

function appName(text: string): string {
  const name = storableText(text).trim();
  if (showsNothing(name) || /\p{Cc}/u.test(name) || codePoints(name) > APP_NAME_MAX) {
    throw new DomainError('app_invalid');
  }
  return name;
}

function websiteText(text = ''): string | null {
  const website = storableText(text).trim();
  if (website === '') return null;
  const url = URL.parse(website);
  if (!url || !/^https?:$/.test(url.protocol) || website.length > APP_ADDRESS_MAX) {
    throw new DomainError('app_invalid');
  }
  return website;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
