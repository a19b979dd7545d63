/** Tokens: JWTs whose header is exactly `{"alg":"HS256","typ":"JWT"}` (RFC 7519). */
import { errors, jwtVerify, SignJWT } from 'jose';
import { DomainError } from './errors.ts';

/** What a token says. Times are epoch milliseconds. */
export interface TokenClaims {
  /** Names the row in `sessions`. */
  readonly jti: string;
  readonly userId: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export class TokenSigner {
  readonly #key: Uint8Array;

  /** @param key at least 32 bytes */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  async sign({ jti, userId, issuedAt, expiresAt }: TokenClaims): Promise<string> {
    return new SignJWT({ user_id: userId })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setJti(jti)
      .setIssuedAt(Math.floor(issuedAt / 1000))
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .sign(this.#key);
  }

  /**
   * @param now epoch milliseconds
   * @throws {DomainError} `token_invalid` for anything but a token of ours that has not run out
   */
  async verify(token: string, now: number): Promise<TokenClaims> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        typ: 'JWT',
        requiredClaims: ['exp', 'iat', 'jti', 'user_id'],
        currentDate: new Date(now),
      });
      const { jti, user_id: userId, iat = 0, exp = 0 } = payload;
      const headerIsExact =
        protectedHeader.typ === 'JWT' && Object.keys(protectedHeader).length === 2;
      if (!headerIsExact || typeof jti !== 'string' || !Number.isSafeInteger(userId)) {
        throw new DomainError('token_invalid');
      }
      return { jti, userId: userId as number, issuedAt: iat * 1000, expiresAt: exp * 1000 };
    } catch (error) {
      if (error instanceof errors.JOSEError)
        throw new DomainError('token_invalid', { cause: error });
      throw error;
    }
  }
}
