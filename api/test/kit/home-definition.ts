/** What a home timeline with reblogs and hashtags is, written down without a thought for speed. */
import type { TimelineRange } from '../../src/service/timelines.ts';

export interface StatedTweet {
  readonly id: number;
  readonly author: number;
  readonly visibility: number;
  /** Whose tweet it answers. */
  readonly answers: number | undefined;
  /** Which tweet it repeats. */
  readonly repeats: number | undefined;
  readonly hashtags: readonly number[];
}

/** What the tables say, as values. Pairs are written `1 2`. */
export interface State {
  readonly users: ReadonlyMap<number, 'active' | 'suspended'>;
  readonly tweets: ReadonlyMap<number, StatedTweet>;
  /** Who follows whom, and whether he wants reblogs. */
  readonly follows: ReadonlyMap<string, boolean>;
  /** Until when. */
  readonly mutes: ReadonlyMap<string, number>;
  readonly blocks: ReadonlySet<string>;
  /** Who has whom on an exclusive list. */
  readonly exclusive: ReadonlySet<string>;
  /** Who follows which hashtag. */
  readonly hashtags: ReadonlySet<string>;
}

export const NOTHING: State = {
  users: new Map(),
  tweets: new Map(),
  follows: new Map(),
  mutes: new Map(),
  blocks: new Set(),
  exclusive: new Set(),
  hashtags: new Set(),
};

const WINDOW = 40;
const [PUBLIC, UNLISTED, PRIVATE] = [0, 1, 2];

/** All that belongs to a home timeline, newest first, repeated or not. */
export function entriesOf(state: State, viewer: number, now: number): StatedTweet[] {
  const follows = (id: number) => state.follows.has(`${viewer} ${id}`);
  const isHidden = (id: number | undefined) =>
    id !== undefined &&
    id !== viewer &&
    ((state.mutes.get(`${viewer} ${id}`) ?? 0) > now ||
      state.blocks.has(`${viewer} ${id}`) ||
      state.blocks.has(`${id} ${viewer}`));

  const belongs = (entry: StatedTweet): boolean => {
    const { author, visibility, answers, repeats, hashtags } = entry;
    const original = repeats === undefined ? undefined : state.tweets.get(repeats);
    if (state.users.get(author) !== 'active' || visibility > PRIVATE) return false;
    if (isHidden(author) || isHidden(original?.author)) return false;
    if (author !== viewer && state.exclusive.has(`${viewer} ${author}`)) return false;
    if (repeats !== undefined) {
      if (!original || state.users.get(original.author) !== 'active') return false;
      if (original.visibility > UNLISTED && original.author !== author) return false;
      return author === viewer || state.follows.get(`${viewer} ${author}`) === true;
    }
    if (author === viewer) return true;
    if (isHidden(answers)) return false;
    const isTagged =
      visibility === PUBLIC && hashtags.some((tag) => state.hashtags.has(`${viewer} ${tag}`));
    if (!follows(author) && !isTagged) return false;
    return answers === undefined || answers === viewer || answers === author || follows(answers);
  };
  return [...state.tweets.values()].filter(belongs).toSorted((a, b) => b.id - a.id);
}

/** The page by its definition; undefined when there is no such user. */
export function pageOf(
  state: State,
  viewer: number,
  { below = Infinity, above = 0, fromBelow, limit }: TimelineRange,
  now: number,
): number[] | undefined {
  if (!state.users.has(viewer)) return undefined;
  const entries = entriesOf(state, viewer, now);
  const shown = entries
    .filter(({ repeats }, i) => {
      const before = entries.slice(i + 1, i + 1 + WINDOW);
      return repeats === undefined || !before.some((one) => (one.repeats ?? one.id) === repeats);
    })
    .map(({ id }) => id)
    .filter((id) => id < below && id > above);
  return fromBelow ? shown.slice(-limit) : shown.slice(0, limit);
}
