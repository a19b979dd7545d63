/** Sessions as they begin, and the tokens that name them. */
import { randomBytes } from 'node:crypto';
import type { Session } from '../model/sessions.ts';
import type { Scopes } from './scopes.ts';
import type { TokenClaims } from './tokens.ts';

/** Tokens of apps say no end: they live by their row. Apps never ask for another one. */
export const TOKEN_OF_APP_MS = 100 * 365 * 86_400_000;

/** A name for a token: 128 random bits. */
export const newJti = (): string => randomBytes(16).toString('base64url');

export interface NewSession {
  readonly userId: number;
  /** Undefined for the classic log-in. */
  readonly appId?: number;
  readonly scopes: Scopes;
  readonly now: number;
  /** How long it lasts; that of an app, from its last use. */
  readonly lastsMs: number;
}

/** The row of a session that begins now. */
export function newSession({ userId, appId, scopes, now, lastsMs }: NewSession): Session {
  return {
    jti: newJti(),
    user_id: userId,
    app_id: appId ?? null,
    scopes,
    created_at: now,
    last_used_at: now,
    expires_at: now + lastsMs,
    revoked_at: null,
  };
}

/** What its token says. */
export function claimsOf({ jti, user_id, app_id, created_at, expires_at }: Session): TokenClaims {
  return {
    jti,
    userId: user_id,
    issuedAt: created_at,
    expiresAt: app_id === null ? expires_at : created_at + TOKEN_OF_APP_MS,
  };
}
