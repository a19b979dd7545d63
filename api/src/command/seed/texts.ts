/** Tweets that read like tweets, in English and in Korean. */
import type { Random } from './random.ts';

const ENGLISH = (
  'the a my your this that morning evening coffee bread train rain window street cat dog garden ' +
  'music record book page story friend sister neighbour lunch soup river bridge light camera ' +
  'walk run read wrote found lost made cooked saw heard love like miss need want quiet loud warm ' +
  'cold slow bright small old new again today tomorrow tonight always never maybe almost really ' +
  'and but so because while after before with without near under over'
).split(' ');
const KOREAN = (
  '오늘 내일 아침 저녁 점심 커피 빵 지하철 버스 비 눈 바람 햇살 골목 고양이 강아지 책 음악 영화 ' +
  '친구 동네 시장 떡볶이 김밥 국수 산책 운동 공부 여행 사진 하늘 바다 정말 너무 조금 다시 벌써 ' +
  '아직 먹었어요 마셨어요 봤어요 읽었어요 걸었어요 좋아요 싫어요 그리워요 추워요 따뜻해요 졸려요 ' +
  '행복해요 궁금해요 고마워요 기다려요 그래서 그런데 그리고 혼자 같이 천천히'
).split(' ');
const ENDINGS = ['.', '.', '.', '!', '?', '…', ' 🙂', ' 😂', ''];
/** Of all tweets. */
const KOREAN_SHARE = 0.5;

const MEDIAN_LENGTH = 62;
const LENGTH_SPREAD = 0.75;
const LONGEST = 280;

/** Makes one tweet: half of them shorter than 62 characters, a few as long as they may be. */
export function tweetText(random: Random): string {
  const words = random.unit() < KOREAN_SHARE ? KOREAN : ENGLISH;
  const wanted = Math.min(LONGEST, MEDIAN_LENGTH * Math.exp(LENGTH_SPREAD * random.normal()));
  let text = words[random.below(words.length)] ?? '';
  while (text.length < wanted) text += ` ${words[random.below(words.length)]}`;
  return text.slice(0, LONGEST) + ENDINGS[random.below(ENDINGS.length)];
}

const FIRST_NAMES =
  'Ada Grace Linus Ken Barbara Alan Edith Hedy 민준 서연 도윤 지우 하준 서윤 은우 지민'.split(' ');

/** The name that a person shows. */
export function personName(random: Random, id: number): string {
  return `${FIRST_NAMES[random.below(FIRST_NAMES.length)]} ${id}`;
}
