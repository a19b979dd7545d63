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

/** What the token of an app says that acts for nobody. */
export interface AppTokenClaims extends Omit<TokenClaims, 'userId'> {
  readonly appId: number;
}

export class TokenSigner {
  readonly #key: Uint8Array;

  /** @param key at least 32 bytes */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  async sign({ userId, ...claims }: TokenClaims): Promise<string> {
    return this.#sign({ user_id: userId }, claims);
  }

  async signForApp({ appId, ...claims }: AppTokenClaims): Promise<string> {
    return this.#sign({ app_id: appId }, claims);
  }

  /**
   * @param now epoch milliseconds
   * @throws {DomainError} `token_invalid` for anything but a token of ours that has not run out
   */
  async verify(token: string, now: number): Promise<TokenClaims> {
    const { subject: userId, ...claims } = await this.#verify(token, 'user_id', now);
    return { ...claims, userId };
  }

  /** As {@link TokenSigner.verify}; the token of a person is none of an app. */
  async verifyForApp(token: string, now: number): Promise<AppTokenClaims> {
    const { subject: appId, ...claims } = await this.#verify(token, 'app_id', now);
    return { ...claims, appId };
  }

  async #sign(
    subject: { user_id: number } | { app_id: number },
    { jti, issuedAt, expiresAt }: Omit<TokenClaims, 'userId'>,
  ): Promise<string> {
    return new SignJWT(subject)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setJti(jti)
      .setIssuedAt(Math.floor(issuedAt / 1000))
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .sign(this.#key);
  }

  async #verify(token: string, subjectClaim: 'user_id' | 'app_id', now: number) {
    if (!isExact(token)) throw new DomainError('token_invalid');
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        typ: 'JWT',
        requiredClaims: ['exp', 'iat', 'jti', subjectClaim],
        currentDate: new Date(now),
      });
      const { jti, [subjectClaim]: subject, iat = 0, exp = 0 } = payload;
      const headerIsExact =
        protectedHeader.typ === 'JWT' && Object.keys(protectedHeader).length === 2;
      if (!headerIsExact || typeof jti !== 'string' || !Number.isSafeInteger(subject)) {
        throw new DomainError('token_invalid');
      }
      const times = { issuedAt: iat * 1000, expiresAt: exp * 1000 };
      return { jti, subject: subject as number, ...times };
    } catch (error) {
      if (error instanceof errors.JOSEError)
        throw new DomainError('token_invalid', { cause: error });
      throw error;
    }
  }
}

/**
 * Whether a token is spelt as whoever signed it spelt it. Decoders take padding, spaces and other bits
 * at the end as well; with those, one session would have many tokens.
 */
function isExact(token: string): boolean {
  const isSame = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part;
  return token.split('.').every(isSame);
}
