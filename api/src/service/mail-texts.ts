/**
 * What stands in mails. Nothing in them was typed by whoever had them sent, lest he speak through
 * them: of the user there is the user name alone.
 */
import type { Language } from './errors.ts';
import type { Mail } from './ports.ts';

/** Whom a mail is for. */
export interface Addressee {
  readonly email: string;
  readonly username: string;
  /** The language that he has chosen, if any. */
  readonly locale: string | null;
}

interface Parts {
  readonly username: string;
  /** How people reach the server. */
  readonly site: string;
  readonly link: string;
}

type Texts = Readonly<Record<Language, (parts: Parts) => Pick<Mail, 'subject' | 'text'>>>;

const PASSWORD_RESET: Texts = {
  en: ({ username, site, link }) => ({
    subject: 'A new password for Minitter',
    text: `Hello @${username},

somebody, probably you, wants to choose a new password for your account at
${site}. You can do so within an hour, here:

${link}

The link works once. If it was not you, there is nothing to do: your password
stays as it is.
`,
  }),
  ko: ({ username, site, link }) => ({
    subject: 'Minitter 비밀번호 재설정 안내',
    text: `@${username} 님, 안녕하십니까.

${site} 계정의 비밀번호 재설정 요청을 받았습니다.
한 시간 안에 아래 주소에서 새 비밀번호를 정하실 수 있습니다.

${link}

이 주소는 한 번만 사용할 수 있습니다. 직접 요청하지 않으셨다면 이 메일은
무시하셔도 됩니다. 비밀번호는 그대로 유지됩니다.
`,
  }),
};

const EMAIL_CONFIRMATION: Texts = {
  en: ({ username, site, link }) => ({
    subject: 'Is this your e-mail address?',
    text: `Hello @${username},

somebody, probably you, has signed up at ${site}
with this e-mail address. Please confirm that it is yours, within three days:

${link}

If it was not you, there is nothing to do.
`,
  }),
  ko: ({ username, site, link }) => ({
    subject: 'Minitter 이메일 주소 확인',
    text: `@${username} 님, 안녕하십니까.

이 이메일 주소로 ${site} 회원 가입이 이루어졌습니다.
본인의 주소가 맞다면 사흘 안에 아래 주소에서 확인해 주십시오.

${link}

직접 가입하지 않으셨다면 이 메일은 무시하셔도 됩니다.
`,
  }),
};

const PASSWORD_CHANGED: Texts = {
  en: ({ username, site, link }) => ({
    subject: 'Your password for Minitter has been changed',
    text: `Hello @${username},

the password of your account at ${site}
has just been changed, and all other devices have been logged out.

If it was not you, choose another password now, and look after your mailbox:
whoever can read it can do the same again.

${link}
`,
  }),
  ko: ({ username, site, link }) => ({
    subject: 'Minitter 비밀번호가 변경되었습니다',
    text: `@${username} 님, 안녕하십니까.

${site} 계정의 비밀번호가 방금 변경되었으며, 다른 모든 기기에서
로그아웃되었습니다.

직접 변경하지 않으셨다면 지금 바로 아래 주소에서 비밀번호를 다시 정하시고,
메일 계정의 보안도 확인해 주십시오. 메일을 읽을 수 있는 사람은 비밀번호를
다시 바꿀 수 있습니다.

${link}
`,
  }),
};

const EMAIL_CHANGE: Texts = {
  en: ({ username, site, link }) => ({
    subject: 'Use this e-mail address for Minitter?',
    text: `Hello,

@${username} at ${site}
would like to use this e-mail address from now on. If that is you, please
confirm it within three days:

${link}

If it is not, there is nothing to do: the address is not used.
`,
  }),
  ko: ({ username, site, link }) => ({
    subject: 'Minitter 새 이메일 주소 확인',
    text: `안녕하십니까.

${site}의 @${username} 계정에서 이 주소를 새 이메일 주소로 사용하려고 합니다.
본인이 요청하셨다면 사흘 안에 아래 주소에서 확인해 주십시오.

${link}

요청하신 적이 없다면 이 메일은 무시하셔도 됩니다. 주소는 등록되지 않습니다.
`,
  }),
};

const EMAIL_CHANGED: Texts = {
  en: ({ username, site }) => ({
    subject: 'Your e-mail address for Minitter has been changed',
    text: `Hello @${username},

your account at ${site}
has just been given another e-mail address. You do not log in with this one
any more, and get no more mails here.

If it was not you, write to the people who run ${site} at once.
`,
  }),
  ko: ({ username, site }) => ({
    subject: 'Minitter 이메일 주소가 변경되었습니다',
    text: `@${username} 님, 안녕하십니까.

${site} 계정의 이메일 주소가 방금 다른 주소로 변경되었습니다.
앞으로는 이 주소로 로그인하실 수 없으며, 메일도 새 주소로 보내 드립니다.

직접 변경하지 않으셨다면 즉시 ${site} 운영자에게 알려 주십시오.
`,
  }),
};

const ACCOUNT_DELETED: Texts = {
  en: ({ username, site }) => ({
    subject: 'Your account at Minitter has been deleted',
    text: `Hello @${username},

your account at ${site}
has been deleted as you asked, with all that was in it. It cannot be brought
back, and nobody gets your user name. This is our last mail to you.

Thank you for having been here.
`,
  }),
  ko: ({ username, site }) => ({
    subject: 'Minitter 계정이 삭제되었습니다',
    text: `@${username} 님, 안녕하십니까.

요청하신 대로 ${site} 계정과 그 안의 모든 내용을 삭제했습니다.
삭제한 계정은 되돌릴 수 없으며, 사용하시던 사용자 이름은 누구도 다시 쓸 수
없습니다. 앞으로는 메일을 보내 드리지 않습니다.

그동안 이용해 주셔서 감사합니다.
`,
  }),
};

const TEXTS = {
  'password reset': { texts: PASSWORD_RESET, path: '/password/reset' },
  'e-mail confirmation': { texts: EMAIL_CONFIRMATION, path: '/email/confirm' },
  'e-mail change': { texts: EMAIL_CHANGE, path: '/email/confirm' },
  'e-mail changed': { texts: EMAIL_CHANGED, path: '/' },
  'account deleted': { texts: ACCOUNT_DELETED, path: '/' },
  'password changed': { texts: PASSWORD_CHANGED, path: '/password/forgot' },
} as const;

export type MailKind = keyof typeof TEXTS;

/**
 * A mail in the language that its reader has chosen, or else in `fallback`.
 *
 * @param code what makes the link work, if it takes one
 */
export function writeMail(
  kind: MailKind,
  { email, username, locale }: Addressee,
  { site, code, fallback }: { site: string; code?: string; fallback: Language },
): Mail {
  const language = languageOf(locale) ?? fallback;
  const { texts, path } = TEXTS[kind];
  const query = new URLSearchParams({ ...(code !== undefined && { code }), lang: language });
  const link = `${site}${path}?${query.toString()}`;
  return { to: email, language, ...texts[language]({ username, site, link }) };
}

/** Of a locale such as `ko-KR`, the language, when there are texts in it. */
function languageOf(locale: string | null): Language | undefined {
  const language = locale?.split(/[-_]/)[0]?.toLowerCase();
  return language === 'ko' || language === 'en' ? language : undefined;
}
