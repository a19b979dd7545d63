/** What stands above and below a tweet. */
import type { ConversationDao } from '../model/conversations.ts';
import type { TweetView, TweetViews } from './tweet-views.ts';
import type { ViewerId } from './visibility.ts';

interface Dependencies {
  readonly conversations: ConversationDao;
  readonly tweetViews: TweetViews;
}

/** The tweets around one, as far as the viewer may see them. */
export interface Surroundings {
  /** What it answers, the oldest first. */
  readonly above: readonly TweetView[];
  /** What answers it, each behind what it answers. */
  readonly below: readonly TweetView[];
}

/** What somebody who has not logged in sees: a reader, hardly more. */
const FOR_ANYBODY = { above: 40, below: 60, depth: 20 };
const FOR_VIEWER = { above: 500, below: 1000, depth: 200 };

export class ConversationService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** @throws {DomainError} `tweet_not_found` */
  async around(id: number, viewerId: ViewerId): Promise<Surroundings> {
    const { conversations, tweetViews } = this.#deps;
    const most = viewerId === undefined ? FOR_ANYBODY : FOR_VIEWER;
    await tweetViews.one(id, viewerId);
    const [aboveIds, belowIds] = await Promise.all([
      conversations.ancestorsOf(id, most.above),
      conversations.descendantsOf(id, most.below, most.depth),
    ]);
    const above = await tweetViews.load(aboveIds, viewerId);
    const below = await tweetViews.load(belowIds, viewerId);
    return { above, below: inThreads(id, below) };
  }
}

/** Each behind what it answers, those with the same parent in the order of time. */
function inThreads(root: number, views: readonly TweetView[]): TweetView[] {
  const byParent = Map.groupBy(views, ({ tweet }) => tweet.reply_to_id);
  const ordered: TweetView[] = [];
  const waiting = [...(byParent.get(root) ?? [])].toReversed();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    ordered.push(next);
    waiting.push(...(byParent.get(next.tweet.id) ?? []).toReversed());
  }
  return ordered;
}
