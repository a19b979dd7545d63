/** The words of the pages. */
import { PASSWORD_MIN } from '../../service/limits.ts';
import type { Message } from '../../service/errors.ts';

export const TEXTS = {
  forgottenTitle: { en: 'Forgotten password', ko: '비밀번호를 잊으셨습니까?' },
  forgottenHelp: {
    en: 'We send you a link with which you can choose a new password.',
    ko: '새 비밀번호를 정할 수 있는 링크를 메일로 보내 드립니다.',
  },
  email: { en: 'E-mail address', ko: '이메일 주소' },
  send: { en: 'Send the link', ko: '링크 받기' },
  sentTitle: { en: 'Look into your mailbox', ko: '메일함을 확인해 주십시오' },
  sent: {
    en: 'If somebody has signed up with this address, the link is on its way to it. It is good for an hour.',
    ko: '이 주소로 가입한 계정이 있다면 링크를 보내 드렸습니다. 링크는 한 시간 동안 사용할 수 있습니다.',
  },
  resetTitle: { en: 'Choose a new password', ko: '새 비밀번호 설정' },
  password: { en: 'New password', ko: '새 비밀번호' },
  passwordHelp: {
    en: `At least ${PASSWORD_MIN} characters. You will be logged out everywhere.`,
    ko: `${PASSWORD_MIN}자 이상으로 정해 주십시오. 모든 기기에서 로그아웃됩니다.`,
  },
  change: { en: 'Change the password', ko: '비밀번호 변경' },
  resetDoneTitle: { en: 'Your password has been changed', ko: '비밀번호를 변경했습니다' },
  resetDone: {
    en: 'You can log in with it now.',
    ko: '이제 새 비밀번호로 로그인하실 수 있습니다.',
  },
  confirmTitle: { en: 'Confirm your e-mail address', ko: '이메일 주소 확인' },
  confirmHelp: {
    en: 'Press the button if it was you who gave this address.',
    ko: '본인이 등록한 주소가 맞다면 아래 버튼을 눌러 주십시오.',
  },
  confirm: { en: 'Confirm', ko: '확인' },
  confirmedTitle: { en: 'Your e-mail address is confirmed', ko: '이메일 주소를 확인했습니다' },
  confirmed: {
    en: 'Thank you. You can close this page.',
    ko: '감사합니다. 이 창은 닫으셔도 됩니다.',
  },
} as const satisfies Record<string, Message>;
