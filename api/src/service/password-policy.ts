/** Which passwords may be chosen. */
import { DomainError } from './errors.ts';
import { PASSWORD_MAX, PASSWORD_MIN } from './limits.ts';
import { codePoints, foldKey, showsNothing, storableText } from './text.ts';

/** How many of the commonest passwords are refused, of a list sorted by how common they are. */
const COMMON_PASSWORDS = 20_000;

let commonPasswords: Promise<ReadonlySet<string>> | undefined;

/** Loaded when the first password is chosen: half a megabyte that most starts never need. */
async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].slice(0, COMMON_PASSWORDS));
}

/**
 * @throws {DomainError} `text_invalid`, `password_too_short`, `password_too_long`,
 *   `password_common`, `password_is_identity`
 */
export async function checkPassword(
  password: string,
  { email, name }: { email: string; name: string },
): Promise<void> {
  const length = codePoints(storableText(password));
  if (length < PASSWORD_MIN) throw new DomainError('password_too_short');
  if (length > PASSWORD_MAX) throw new DomainError('password_too_long');

  // White space and the like is among the first things to guess.
  if (showsNothing(password)) throw new DomainError('password_common');
  const folded = foldKey(password);
  if (folded === foldKey(email) || folded === foldKey(name)) {
    throw new DomainError('password_is_identity');
  }
  commonPasswords ??= loadCommonPasswords();
  if ((await commonPasswords).has(folded)) throw new DomainError('password_common');
}
