/** What the extension takes and gives. */
import { Type } from 'typebox';
import { PASSWORD_MAX, PASSWORD_MIN } from '../../service/limits.ts';

const Code = Type.String({ description: 'From the link in the mail.' });

export const ForgottenBody = Type.Object({ email: Type.String() });

export const ResetBody = Type.Object({
  code: Code,
  password: Type.String({ description: `${PASSWORD_MIN} to ${PASSWORD_MAX} characters.` }),
});

export const ConfirmBody = Type.Object({ code: Code });

export const Accepted = Type.Object(
  {},
  { description: 'The mail is on its way, if there is one.' },
);
export const Done = Type.Object({}, { description: 'It is done.' });
