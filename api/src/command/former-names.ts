import { signingKey } from '../adapter/signing-key.ts';
import type { Config } from '../config.ts';
import type { NameHash } from '../model/former-users.ts';
import { formerNameHash } from '../service/former-names.ts';

/** What is kept of the names of those who were deleted: the same as the servers keep. */
export const formerNames = ({ secret, dataDir }: Config): NameHash =>
  formerNameHash(signingKey(secret, dataDir));
