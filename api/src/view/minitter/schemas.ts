/** What the extension takes and gives. */
import { Type } from 'typebox';
import { EMAIL_MAX, PASSWORD_MAX, PASSWORD_MIN } from '../../service/limits.ts';

const Code = Type.String({ description: 'From the link in the mail.' });

export const ForgottenBody = Type.Object({ email: Type.String() });

const NewPassword = Type.String({
  description: `The new one: ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`,
});

export const ResetBody = Type.Object({ code: Code, password: NewPassword });

export const PasswordBody = Type.Object({
  current_password: Type.String(),
  password: NewPassword,
});

export const EmailBody = Type.Object({
  email: Type.String({ description: `The new one, up to ${EMAIL_MAX} characters.` }),
  password: Type.String({ description: 'Your password.' }),
});

export const DeletionBody = Type.Object({
  password: Type.String({ description: 'Your password.' }),
});

export const EmailAnswer = Type.Object(
  { changed: Type.Boolean({ description: 'False: a link was sent to the new address.' }) },
  { description: 'Whether it has changed already.' },
);

export const SignUpBody = Type.Object({
  name: Type.String(),
  username: Type.Optional(Type.String({ description: 'Made from the name if left out.' })),
  email: Type.String({ description: `Up to ${EMAIL_MAX} characters.` }),
  password: Type.String({ description: `${PASSWORD_MIN} to ${PASSWORD_MAX} characters.` }),
  locale: Type.Optional(Type.String({ description: 'The language to be written in, such as ko.' })),
  client_id: Type.Optional(
    Type.String({ description: 'An app without a secret, to be logged in with it.' }),
  ),
});

export const Newcomer = Type.Object(
  {
    id: Type.String(),
    username: Type.String(),
    state: Type.Union([Type.Literal('active'), Type.Literal('pending')], {
      description: 'Pending: an administrator has to let you in first.',
    }),
    access_token: Type.Union([Type.String(), Type.Null()], {
      description: 'For the app, if one was named.',
    }),
  },
  { description: 'The new user.' },
);

const Session = Type.Object({
  id: Type.String(),
  app: Type.Union([
    Type.Object({ name: Type.String(), website: Type.Union([Type.String(), Type.Null()]) }),
    Type.Null({ description: 'The classic log-in.' }),
  ]),
  scopes: Type.Array(Type.String()),
  created_at: Type.String({ format: 'date-time' }),
  last_used_at: Type.String({ format: 'date-time' }),
  current: Type.Boolean({ description: 'Whether it is the one that you come with.' }),
});

export const SessionList = Type.Array(Session, { description: 'Your sessions.' });
export const SessionParams = Type.Object({ id: Type.String({ maxLength: 64 }) });

export const ZipFile = {
  description: 'The file.',
  content: { 'application/zip': { schema: Type.String({ contentMediaType: 'application/zip' }) } },
};

export const ConfirmBody = Type.Object({ code: Code });

export const Accepted = Type.Object(
  {},
  { description: 'The mail is on its way, if there is one.' },
);
export const Done = Type.Object({}, { description: 'It is done.' });
