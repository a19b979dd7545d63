/** Mails that tell somebody what has just been done to his account, in case it was not he. */
import type { Language } from './errors.ts';
import { type Addressee, type MailKind, writeMail } from './mail-texts.ts';
import type { MailRoom } from './outbox.ts';

/**
 * Tells him, where mails are sent.
 *
 * @param fallback the language, when he has chosen none
 */
export function postNotice(
  mailRoom: MailRoom | undefined,
  kind: MailKind,
  { email, username, locale }: Addressee,
  fallback: Language,
): void {
  const addressee = { email, username, locale };
  mailRoom?.outbox.post(kind, async () =>
    writeMail(kind, addressee, { site: mailRoom.site, fallback }),
  );
}
