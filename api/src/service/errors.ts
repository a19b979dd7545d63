/**
 * What can go wrong in the domain: a stable code, and a message that is safe to show, in each
 * language. Nothing here knows of HTTP; `view/errors.ts` maps codes to statuses.
 */
import {
  APP_NAME_MAX,
  EMAIL_MAX,
  ENDORSEMENTS_MAX,
  FIELD_MAX,
  FIELDS_MAX,
  FILTER_KEYWORD_MAX,
  FILTER_KEYWORDS_MAX,
  FILTER_TITLE_MAX,
  FILTER_TWEETS_MAX,
  FILTER_WORDS_MAX,
  FILTERS_MAX,
  FOLLOWED_HASHTAGS_MAX,
  HASHTAG_MAX,
  LIST_MEMBERS_MAX,
  LIST_TITLE_MAX,
  LISTS_MAX,
  MEDIA_DESCRIPTION_MAX,
  MEDIA_PER_TWEET,
  NAME_MAX,
  PASSWORD_MAX,
  PASSWORD_MIN,
  PINS_MAX,
  PROFILE_MAX,
  SEARCH_MAX,
  TWEET_MAX,
  TWEET_MAX_CODE_POINTS,
  USER_NOTE_MAX,
  USERNAME_MAX,
} from './limits.ts';

// What the database may say to whoever calls a service.
export { StoreBusy, StoreUnavailable } from '../model/database.ts';

export type Language = 'en' | 'ko';

/** One text in every language that people read here. */
export type Message = Readonly<Record<Language, string>>;

/** Every domain error there is. `docs/errors.md` lists the same codes. */
export const DOMAIN_ERRORS = {
  name_invalid: {
    en: `A name has 1 to ${NAME_MAX} characters.`,
    ko: `이름은 1자 이상 ${NAME_MAX}자 이하로 입력해 주세요.`,
  },
  email_invalid: {
    en: `This is not an e-mail address (${EMAIL_MAX} characters at most).`,
    ko: `올바른 이메일 주소가 아닙니다(최대 ${EMAIL_MAX}자).`,
  },
  email_taken: {
    en: 'Somebody has signed up with this e-mail address already.',
    ko: '이미 가입된 이메일 주소입니다.',
  },
  profile_too_long: {
    en: `A profile has at most ${PROFILE_MAX} characters.`,
    ko: `프로필은 ${PROFILE_MAX}자까지 입력할 수 있습니다.`,
  },
  fields_too_many: {
    en: `A profile has at most ${FIELDS_MAX} fields.`,
    ko: `프로필 항목은 ${FIELDS_MAX}개까지 등록할 수 있습니다.`,
  },
  field_too_long: {
    en: `The name or the value of a field has at most ${FIELD_MAX} characters.`,
    ko: `프로필 항목의 이름과 내용은 각각 ${FIELD_MAX}자까지 입력할 수 있습니다.`,
  },
  visibility_invalid: {
    en: 'Tweets cannot be seen by those whom they mention alone unless each says so.',
    ko: '기본 공개 범위를 언급한 사람만으로 설정할 수 없습니다.',
  },
  language_invalid: {
    en: 'This is not the code of a language, such as en or ko.',
    ko: '올바른 언어 코드가 아닙니다. 예: en, ko',
  },
  text_invalid: {
    en: 'The text has characters that cannot be stored.',
    ko: '저장할 수 없는 문자가 포함되어 있습니다.',
  },
  username_invalid: {
    en: `A user name has 1 to ${USERNAME_MAX} of a–z, 0–9 and _.`,
    ko: `사용자 이름은 영문 소문자, 숫자, 밑줄(_)로 1자 이상 ${USERNAME_MAX}자 이하여야 합니다.`,
  },
  username_reserved: {
    en: 'This user name cannot be chosen.',
    ko: '사용할 수 없는 사용자 이름입니다.',
  },
  username_taken: {
    en: 'Somebody has this user name already.',
    ko: '이미 사용 중인 사용자 이름입니다.',
  },
  password_too_short: {
    en: `A password has at least ${PASSWORD_MIN} characters.`,
    ko: `비밀번호는 ${PASSWORD_MIN}자 이상이어야 합니다.`,
  },
  password_too_long: {
    en: `A password has at most ${PASSWORD_MAX} characters.`,
    ko: `비밀번호는 ${PASSWORD_MAX}자 이하여야 합니다.`,
  },
  password_common: {
    en: 'Too many people use this password. Choose another one.',
    ko: '너무 흔한 비밀번호입니다. 다른 비밀번호를 사용해 주세요.',
  },
  password_is_identity: {
    en: 'The password must not be the e-mail address or the name.',
    ko: '이메일 주소나 이름과 같은 비밀번호는 사용할 수 없습니다.',
  },
  registrations_closed: {
    en: 'This server takes no new users.',
    ko: '현재 이 서버에서는 회원 가입을 받지 않습니다.',
  },
  wrong_credentials: {
    en: 'E-mail address or password is wrong.',
    ko: '이메일 주소 또는 비밀번호가 올바르지 않습니다.',
  },
  password_wrong: {
    en: 'The password is wrong.',
    ko: '비밀번호가 올바르지 않습니다.',
  },
  session_not_found: {
    en: 'You have no such session.',
    ko: '존재하지 않는 로그인 기록입니다.',
  },
  account_pending: {
    en: 'An administrator has not let this account in yet.',
    ko: '관리자의 가입 승인을 기다리고 있는 계정입니다.',
  },
  account_suspended: {
    en: 'This account has been suspended.',
    ko: '이용이 정지된 계정입니다.',
  },
  token_invalid: {
    en: 'Log in first: the token is missing, wrong or has ended.',
    ko: '로그인이 필요합니다. 토큰이 없거나 올바르지 않거나 만료되었습니다.',
  },
  tweet_blank: {
    en: 'The tweet is empty.',
    ko: '내용을 입력해 주세요.',
  },
  tweet_too_long: {
    en: `The tweet is over ${TWEET_MAX} characters.`,
    ko: `${TWEET_MAX}자를 초과했습니다`,
  },
  tweet_too_complex: {
    en: `The tweet is over ${TWEET_MAX_CODE_POINTS} code points.`,
    ko: `너무 많은 코드 포인트(최대 ${TWEET_MAX_CODE_POINTS}개)로 이루어진 내용입니다.`,
  },
  tweet_not_found: {
    en: 'There is no such tweet, or not for you.',
    ko: '존재하지 않거나 볼 수 없는 글입니다.',
  },
  notification_not_found: {
    en: 'There is no such notification.',
    ko: '존재하지 않는 알림입니다.',
  },
  media_too_many: {
    en: `A tweet has at most ${MEDIA_PER_TWEET} pictures.`,
    ko: `사진은 ${MEDIA_PER_TWEET}장까지 첨부할 수 있습니다.`,
  },
  media_not_found: {
    en: 'There is no such picture of yours.',
    ko: '존재하지 않거나 내가 올리지 않은 사진입니다.',
  },
  media_not_attachable: {
    en: 'There is no such picture of yours, or it is in another tweet already.',
    ko: '존재하지 않거나 이미 다른 글에 첨부된 사진입니다.',
  },
  media_in_use: {
    en: 'The picture is in a tweet.',
    ko: '글에 첨부된 사진입니다.',
  },
  media_too_many_waiting: {
    en: 'Too many pictures of yours are in no tweet yet. Post or delete some of them first.',
    ko: '아직 글에 첨부하지 않은 사진이 너무 많습니다. 먼저 사진을 첨부하거나 삭제해 주세요.',
  },
  media_unsupported: {
    en: 'The picture must be a JPEG, PNG, WebP or GIF file.',
    ko: 'JPEG, PNG, WebP, GIF 형식의 사진만 올릴 수 있습니다.',
  },
  media_description_too_long: {
    en: `The description is over ${MEDIA_DESCRIPTION_MAX} characters.`,
    ko: `사진 설명은 ${MEDIA_DESCRIPTION_MAX}자까지 쓸 수 있습니다.`,
  },
  media_focus_invalid: {
    en: 'The focus is two numbers from -1 to 1 with a comma between.',
    ko: '초점은 -1 이상 1 이하의 두 수를 쉼표로 이어 적어야 합니다.',
  },
  pin_refused: {
    en: `Only tweets of your own can be pinned, and ${PINS_MAX} at most.`,
    ko: `내가 쓴 글만 ${PINS_MAX}개까지 고정할 수 있습니다.`,
  },
  feature_missing: {
    en: 'This server has no polls, scheduled tweets or quotes.',
    ko: '이 서버는 투표, 예약 글, 인용을 지원하지 않습니다.',
  },
  reblog_refused: {
    en: 'This tweet cannot be repeated.',
    ko: '리트윗할 수 없는 글입니다.',
  },
  scope_missing: {
    en: 'The app has not been allowed to do this.',
    ko: '이 작업을 수행할 권한이 앱에 없습니다.',
  },
  user_required: {
    en: 'This needs the token of somebody who has logged in.',
    ko: '로그인한 사용자의 토큰이 필요합니다.',
  },
  app_required: {
    en: 'This needs the token of an app.',
    ko: '앱의 토큰이 필요합니다.',
  },
  app_invalid: {
    en: `An app has a name of 1 to ${APP_NAME_MAX} characters, and a website that is an address.`,
    ko: `앱 이름은 1자 이상 ${APP_NAME_MAX}자 이하, 웹사이트는 올바른 주소여야 합니다.`,
  },
  redirect_invalid: {
    en: 'The redirect address is not one that an app can have, or that this app has registered.',
    ko: '리디렉션 주소가 올바르지 않거나 앱에 등록되지 않은 주소입니다.',
  },
  client_invalid: {
    en: 'The app is not known here, or its secret is wrong.',
    ko: '등록되지 않은 앱이거나 앱의 비밀키가 올바르지 않습니다.',
  },
  scope_invalid: {
    en: 'A scope is not known, or the app has not registered it.',
    ko: '알 수 없는 권한 범위이거나 앱에 등록되지 않은 권한 범위입니다.',
  },
  grant_invalid: {
    en: 'The code is wrong, has expired or has been used, or belongs to another app.',
    ko: '인증 코드가 올바르지 않거나 만료되었거나 이미 사용되었거나 다른 앱의 것입니다.',
  },
  grant_unsupported: {
    en: 'This server gives no tokens in this way.',
    ko: '지원하지 않는 토큰 발급 방식입니다.',
  },
  response_unsupported: {
    en: 'The only response_type is "code".',
    ko: 'response_type은 "code"만 지원합니다.',
  },
  challenge_invalid: {
    en: 'The code_challenge is missing or not one of the method S256.',
    ko: 'code_challenge가 없거나 S256 방식이 아닙니다.',
  },
  follow_self: {
    en: 'Nobody can follow himself.',
    ko: '자기 자신은 팔로우할 수 없습니다.',
  },
  follow_refused: {
    en: 'One of you has blocked the other.',
    ko: '차단한 사이에서는 팔로우할 수 없습니다.',
  },
  follow_request_not_found: {
    en: 'This user has not asked to follow you, or does not any more.',
    ko: '이 사용자가 보낸 팔로우 요청이 없습니다.',
  },
  hashtag_invalid: {
    en: `A hashtag has 1 to ${HASHTAG_MAX} letters, digits and _, and not digits alone.`,
    ko: `해시태그는 글자, 숫자, 밑줄(_)로 1자 이상 ${HASHTAG_MAX}자 이하여야 하며, 숫자만으로는 만들 수 없습니다.`,
  },
  too_many_hashtags: {
    en: `Nobody can follow more than ${FOLLOWED_HASHTAGS_MAX} hashtags.`,
    ko: `해시태그는 ${FOLLOWED_HASHTAGS_MAX}개까지 팔로우할 수 있습니다.`,
  },
  filter_not_found: {
    en: 'You have no such filter.',
    ko: '존재하지 않는 필터입니다.',
  },
  filter_title_invalid: {
    en: `The title of a filter has 1 to ${FILTER_TITLE_MAX} characters.`,
    ko: `필터 이름은 1자 이상 ${FILTER_TITLE_MAX}자 이하로 입력해 주세요.`,
  },
  filter_keyword_invalid: {
    en: `A word of a filter has 1 to ${FILTER_KEYWORD_MAX} characters.`,
    ko: `필터에 넣을 단어는 1자 이상 ${FILTER_KEYWORD_MAX}자 이하로 입력해 주세요.`,
  },
  filter_contexts_missing: {
    en: 'Say where the filter is to apply.',
    ko: '필터를 적용할 곳을 선택해 주세요.',
  },
  filters_too_many: {
    en: `Nobody has more than ${FILTERS_MAX} filters.`,
    ko: `필터는 ${FILTERS_MAX}개까지 만들 수 있습니다.`,
  },
  filter_full: {
    en: `A filter has at most ${FILTER_KEYWORDS_MAX} words and ${FILTER_TWEETS_MAX} tweets, and all of yours at most ${FILTER_WORDS_MAX} words.`,
    ko: `필터 하나에는 단어를 ${FILTER_KEYWORDS_MAX}개, 글을 ${FILTER_TWEETS_MAX}개까지 넣을 수 있고, 모든 필터의 단어는 합해서 ${FILTER_WORDS_MAX}개까지입니다.`,
  },
  relation_self: {
    en: 'Nobody can do this to himself.',
    ko: '자기 자신에게는 할 수 없는 작업입니다.',
  },
  endorsement_refused: {
    en: `Only people whom you follow can be shown on your profile, and ${ENDORSEMENTS_MAX} at most.`,
    ko: `내가 팔로우하는 사람만 ${ENDORSEMENTS_MAX}명까지 프로필에 표시할 수 있습니다.`,
  },
  note_too_long: {
    en: `A note has at most ${USER_NOTE_MAX} characters.`,
    ko: `메모는 ${USER_NOTE_MAX}자까지 입력할 수 있습니다.`,
  },
  user_not_found: {
    en: 'There is no such user.',
    ko: '존재하지 않는 사용자입니다.',
  },
  picture_not_found: {
    en: 'This user has no profile picture.',
    ko: '프로필 사진이 없는 사용자입니다.',
  },
  picture_unsupported: {
    en: 'The picture must be a JPEG, PNG or WebP file.',
    ko: 'JPEG, PNG, WebP 형식의 사진만 올릴 수 있습니다.',
  },
  picture_broken: {
    en: 'The picture cannot be read; the file is damaged.',
    ko: '사진을 읽을 수 없습니다. 파일이 손상되었습니다.',
  },
  picture_too_many_pixels: {
    en: 'The picture has too many pixels.',
    ko: '사진의 가로세로 크기가 너무 큽니다.',
  },
  list_not_found: {
    en: 'There is no such list of yours.',
    ko: '존재하지 않는 리스트입니다.',
  },
  list_title_invalid: {
    en: `A list has a title of 1 to ${LIST_TITLE_MAX} characters.`,
    ko: `리스트 이름은 1자 이상 ${LIST_TITLE_MAX}자 이하로 입력해 주세요.`,
  },
  too_many_lists: {
    en: `Nobody can have more than ${LISTS_MAX} lists.`,
    ko: `리스트는 ${LISTS_MAX}개까지 만들 수 있습니다.`,
  },
  list_full: {
    en: `A list has at most ${LIST_MEMBERS_MAX} members.`,
    ko: `한 리스트에는 ${LIST_MEMBERS_MAX}명까지 추가할 수 있습니다.`,
  },
  list_member_not_followed: {
    en: 'Only people whom you follow can be on a list of yours.',
    ko: '내가 팔로우하는 사람만 리스트에 추가할 수 있습니다.',
  },
  idempotency_key_invalid: {
    en: 'An Idempotency-Key has 1 to 255 visible ASCII characters.',
    ko: 'Idempotency-Key는 1자 이상 255자 이하의 ASCII 문자여야 합니다.',
  },
  idempotency_key_reused: {
    en: 'This Idempotency-Key was sent before with another request.',
    ko: '이미 다른 요청에 사용된 Idempotency-Key입니다.',
  },
  stream_unknown: {
    en: 'There is no such stream.',
    ko: '존재하지 않는 스트림입니다.',
  },
  too_many_streams: {
    en: 'There are too many streams open already.',
    ko: '열려 있는 스트림이 너무 많습니다.',
  },
  search_too_long: {
    en: `A search has at most ${SEARCH_MAX} characters.`,
    ko: `검색어는 ${SEARCH_MAX}자까지 입력할 수 있습니다.`,
  },
  too_many_attempts: {
    en: 'Too many attempts. Wait a little and try again.',
    ko: '시도 횟수가 너무 많습니다. 잠시 후 다시 시도해 주세요.',
  },
  mail_unavailable: {
    en: 'This server sends no mails. Ask its administrator.',
    ko: '이 서버는 메일을 보내지 않습니다. 관리자에게 문의해 주세요.',
  },
  code_invalid: {
    en: 'The link has been used or has expired, or is not complete. Ask for a new one.',
    ko: '이미 사용했거나 만료되었거나 올바르지 않은 링크입니다. 새 링크를 요청해 주세요.',
  },
  busy: {
    en: 'The server is busy. Try again in a moment.',
    ko: '서버에 요청이 많습니다. 잠시 후 다시 시도해 주세요.',
  },
} as const satisfies Record<string, Message>;

export type DomainErrorCode = keyof typeof DOMAIN_ERRORS;

/** A rule of the domain was broken; `code` says which one. */
export class DomainError extends Error {
  readonly code: DomainErrorCode;

  constructor(code: DomainErrorCode, options?: ErrorOptions) {
    super(DOMAIN_ERRORS[code].en, options);
    this.name = 'DomainError';
    this.code = code;
  }
}

/** Refused for now; `retryAfterMs` says when to come back. */
export class TryLaterError extends DomainError {
  readonly retryAfterMs: number;

  constructor(code: 'too_many_attempts' | 'busy', retryAfterMs: number) {
    super(code);
    this.name = 'TryLaterError';
    this.retryAfterMs = retryAfterMs;
  }
}

/** A mail that would be refused however often it were tried. */
export class MailRefused extends Error {
  constructor(cause: unknown) {
    super('the mail was refused', { cause });
    this.name = 'MailRefused';
  }
}
