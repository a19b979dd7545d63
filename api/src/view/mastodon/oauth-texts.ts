/** The words of the pages on which people let apps in. */
import type { Language, Message } from '../../service/errors.ts';
import { type Html, markup } from '../html.ts';

export const TEXTS = {
  logInTitle: { en: 'Log in', ko: '로그인' },
  allowTitle: { en: 'Let an app in?', ko: '앱 사용 허용' },
  failedTitle: { en: 'This did not work', ko: '요청을 처리할 수 없습니다' },
  codeTitle: { en: 'Your code', ko: '인증 코드' },
  deniedTitle: { en: 'You have said no', ko: '허용하지 않았습니다' },
  denied: {
    en: 'The app has not been let in. You can close this page.',
    ko: '앱이 계정을 사용하도록 허용하지 않았습니다. 이 창은 닫으셔도 됩니다.',
  },
  codeHelp: { en: 'Copy this code into the app:', ko: '아래 코드를 앱에 입력해 주십시오.' },
  email: { en: 'E-mail address', ko: '이메일 주소' },
  password: { en: 'Password', ko: '비밀번호' },
  logIn: { en: 'Log in', ko: '로그인' },
  allow: { en: 'Log in and allow', ko: '로그인하고 허용' },
  deny: { en: 'Do not allow', ko: '허용하지 않음' },
  forgotten: { en: 'Forgotten your password?', ko: '비밀번호를 잊으셨습니까?' },
  wishes: { en: 'It wants to', ko: '앱이 요청하는 권한' },
  otherLanguage: { en: '한국어', ko: 'English' },
} as const satisfies Record<string, Message>;

/** Says which app asks, and where people go from here. */
export const ASKS: Readonly<Record<Language, (app: Html, place: Html) => Html>> = {
  en: (app, place) =>
    markup`The app ${app} would like to use your account. Then you go on to ${place}.`,
  ko: (app, place) =>
    markup`${app} 앱이 회원님의 계정을 사용하려고 합니다. 로그인하시면 ${place}(으)로 이동합니다.`,
};

/** Where people go when the code is shown to them. */
export const NO_PLACE: Message = { en: 'a page with a code', ko: '인증 코드를 보여 주는 화면' };

const WHOLE: Readonly<Record<string, Message>> = {
  read: { en: 'read everything in your account', ko: '계정의 모든 내용 읽기' },
  write: { en: 'write in your name and change your account', ko: '글 쓰기 및 계정 변경' },
  follow: {
    en: 'see and change whom you follow, block and mute',
    ko: '팔로우, 차단, 뮤트 목록 보기 및 변경',
  },
  push: { en: 'receive your notifications', ko: '알림 받기' },
  profile: { en: 'see your name and your profile', ko: '이름과 프로필 보기' },
  'admin:read': { en: 'read what administrators see', ko: '관리자 정보 읽기' },
  'admin:write': { en: 'do what administrators do', ko: '관리자 작업 수행' },
};

const PARTS: Readonly<Record<string, Message>> = {
  accounts: { en: 'accounts', ko: '계정' },
  blocks: { en: 'blocks', ko: '차단' },
  bookmarks: { en: 'bookmarks', ko: '북마크' },
  conversations: { en: 'conversations', ko: '대화' },
  favourites: { en: 'favourites', ko: '좋아요' },
  filters: { en: 'filters', ko: '필터' },
  follows: { en: 'follows', ko: '팔로우' },
  lists: { en: 'lists', ko: '리스트' },
  media: { en: 'pictures', ko: '사진' },
  mutes: { en: 'mutes', ko: '뮤트' },
  notifications: { en: 'notifications', ko: '알림' },
  reports: { en: 'reports', ko: '신고' },
  search: { en: 'search', ko: '검색' },
  statuses: { en: 'posts', ko: '글' },
};

const VERBS: Readonly<Record<string, Readonly<Record<Language, (what: string) => string>>>> = {
  read: { en: (what) => `read: ${what}`, ko: (what) => `${what} 읽기` },
  write: { en: (what) => `change: ${what}`, ko: (what) => `${what} 변경` },
};

/** What a scope lets an app do; its own name where there is nothing better. */
export function scopeText(scope: string, language: Language): string {
  const whole = WHOLE[scope]?.[language];
  if (whole !== undefined) return whole;
  const [verb = '', part = ''] = scope.split(':');
  const what = PARTS[part]?.[language];
  return what === undefined ? scope : (VERBS[verb]?.[language](what) ?? scope);
}
