/** What this server keeps of people and what it does with that, as the software behaves. */
import type { Language } from '../../service/errors.ts';
import { joined, markup } from '../html.ts';

const UPDATED_AT = '2026-11-24';

const TEXT: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'This server keeps what you give it: your name, e-mail address, profile, posts, pictures and ' +
      'lists, whom you follow, block and mute, and when you were last here. Your password is kept ' +
      'as a hash alone.',
    'Public posts can be read by everybody, other posts by those you chose. Your e-mail address, ' +
      'your bookmarks, and whom you block and mute are shown to nobody but you.',
    'There are no advertisements and no trackers. Nothing is given to others.',
    'You can download everything of yours and delete your account at any time. Then all of it goes; ' +
      'your id and a hash of your user name stay, so that nobody gets them again. Backups may hold ' +
      'it until they run out.',
  ],
  ko: [
    '이 서버는 회원님이 제공한 정보(이름, 이메일 주소, 프로필, 글, 사진, 리스트, 팔로우·차단·뮤트 ' +
      '목록)와 마지막 이용 시각을 보관합니다. 비밀번호는 해시로만 저장합니다.',
    '공개 글은 누구나, 그 밖의 글은 회원님이 정한 사람만 볼 수 있습니다. 이메일 주소와 북마크, 차단 및 ' +
      '뮤트 목록은 본인만 볼 수 있습니다.',
    '광고나 추적 기능은 없으며, 정보를 다른 곳에 제공하지 않습니다.',
    '언제든지 모든 데이터를 내려받거나 계정을 삭제할 수 있습니다. 계정을 삭제하면 모든 정보가 ' +
      '지워지고, 다른 사람이 다시 쓰지 못하도록 번호와 사용자 이름의 해시만 남습니다. 백업에는 보관 ' +
      '기간 동안 남아 있을 수 있습니다.',
  ],
};

/** The policy in this language, as paragraphs, and the day on which it last changed. */
export function policyText(language: Language): { updatedAt: string; text: readonly string[] } {
  return { updatedAt: UPDATED_AT, text: TEXT[language] };
}

/** Paragraphs of HTML; empty ones are left out. */
export function paragraphs(texts: readonly string[]): string {
  const filled = texts.filter((text) => text !== '');
  return joined(filled.map((text) => markup`<p>${text}</p>`)).text;
}
