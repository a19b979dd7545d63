/** What the classic endpoints take and give. The bodies are the course's, and frozen. */
import { Type } from 'typebox';
import {
  EMAIL_MAX,
  NAME_MAX,
  PASSWORD_MAX,
  PASSWORD_MIN,
  PROFILE_MAX,
  TIMELINE_PAGE,
  TIMELINE_PAGE_MAX,
  TWEET_MAX,
  USERNAME_MAX,
} from '../../service/limits.ts';

const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

export const UserParams = Type.Object({ user_id: Id });

export const IdempotencyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'Sent again with the same key within a day, nothing is done twice.',
    }),
  ),
});

export const SignUpBody = Type.Object({
  name: Type.String({ description: `1 to ${NAME_MAX} characters.` }),
  email: Type.String({ description: `Up to ${EMAIL_MAX} characters.` }),
  password: Type.String({ description: `${PASSWORD_MIN} to ${PASSWORD_MAX} characters.` }),
  profile: Type.Optional(Type.String({ description: `Up to ${PROFILE_MAX} characters.` })),
  username: Type.Optional(
    Type.String({
      description: `1 to ${USERNAME_MAX} of a–z, 0–9 and _; made from the name if left out.`,
    }),
  ),
});

export const SignedUp = Type.Object(
  {
    id: Id,
    name: Type.String(),
    email: Type.String(),
    profile: Type.String(),
    username: Type.String(),
  },
  { description: 'The new user.' },
);

export const LogInBody = Type.Object({ email: Type.String(), password: Type.String() });

export const LoggedIn = Type.Object(
  { user_id: Id, access_token: Type.String() },
  { description: 'Who has logged in, and the token to send from now on.' },
);

export const TweetBody = Type.Object({
  tweet: Type.String({ description: `1 to ${TWEET_MAX} characters as a person counts them.` }),
});

export const FollowBody = Type.Object({ follow: Id });
export const UnfollowBody = Type.Object({ unfollow: Id });

export const TimelineQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: TIMELINE_PAGE_MAX,
      description: `Tweets on the page; ${TIMELINE_PAGE} if left out.`,
    }),
  ),
  before: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Older tweets only. Take it from the Link header of the page before.',
    }),
  ),
});

export const Timeline = Type.Object(
  {
    user_id: Id,
    timeline: Type.Array(Type.Object({ user_id: Id, tweet: Type.String() })),
  },
  { description: 'Whose timeline it is, and the tweets, newest first.' },
);

export const PictureAddress = Type.Object(
  { img_url: Type.String() },
  { description: 'The address of the picture.' },
);

/** The picture itself, or its address for those who accept JSON. */
export const PictureFile = {
  description: 'The picture, or its address.',
  content: {
    'image/*': { schema: Type.String({ contentMediaType: 'image/*' }) },
    'application/json': { schema: PictureAddress },
  },
};

export const PictureUpload = Type.Object({
  'profile-pic': Type.String({
    format: 'binary',
    description: 'A JPEG, PNG or WebP file. The field may be called profile_pic too.',
  }),
});

export const Ready = Type.Object(
  { status: Type.Literal('ready') },
  { description: 'The database answers, and can be written to.' },
);

const Failure = Type.Object({
  error: Type.String({ description: 'A stable code; see docs/errors.md.' }),
  message: Type.String({ description: 'For people, in English or Korean by Accept-Language.' }),
  request_id: Type.Optional(Type.String({ description: 'For the log; with status 500 only.' })),
  missing: Type.Optional(
    Type.Array(Type.String(), { description: 'With the code not_ready: what does not answer.' }),
  ),
});

/** What each status says, whichever the error. */
const FAILURES = {
  400: 'Something in the request is missing or wrong.',
  401: 'The token, the e-mail address or the password is missing or wrong.',
  403: 'Not allowed to this account or app, or on this server; or the password is wrong.',
  404: 'There is no such thing.',
  409: 'Somebody else has it already.',
  413: 'It is larger than this server takes.',
  415: 'It is of a kind that is not taken here.',
  422: 'The Idempotency-Key was sent before with another request.',
  429: 'Too many attempts; Retry-After says when to come back.',
  501: 'This server sends no mails.',
  503: 'The server is busy, or cannot store right now; Retry-After says when to come back.',
} as const;
type FailureStatus = keyof typeof FAILURES;

/** Errors that a route may answer with, by status. */
export function failures<const S extends FailureStatus>(
  ...statuses: S[]
): Record<S, typeof Failure> {
  const described = (status: S): typeof Failure =>
    Object.assign({ ...Failure }, { description: FAILURES[status] });
  return Object.fromEntries(statuses.map((status) => [status, described(status)])) as Record<
    S,
    typeof Failure
  >;
}

/** A reply whose body is empty. */
export const Empty = Type.Null({ description: 'Empty.' });
