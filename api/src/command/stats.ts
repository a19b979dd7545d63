/** `minitter stats`: how much this server is used. */
import type { Config } from '../config.ts';
import { ActivityDao } from '../model/activity.ts';
import { FollowDao } from '../model/follows.ts';
import { migrate } from '../model/migrate.ts';
import { openStore } from '../model/open.ts';
import { UserDao } from '../model/users.ts';
import { type Stats, StatsService } from '../service/stats.ts';

const BAR_WIDTH = 30;

export async function statsCommand(config: Config, { json }: { json?: boolean }): Promise<void> {
  const store = await openStore(config.database, { lock: false });
  try {
    await migrate(store);
    const stats = await new StatsService({
      store,
      users: new UserDao(store),
      follows: new FollowDao(store),
      activity: new ActivityDao(store),
      now: Date.now,
    }).read();
    if (json) console.log(JSON.stringify(stats));
    else for (const line of linesOf(stats)) console.log(line);
  } finally {
    await store.close();
  }
}

function linesOf({ people, active, follows, tweets }: Stats): string[] {
  const most = Math.max(1, ...tweets.map((one) => one.tweets));
  const line = (title: string, count: number) =>
    `${title.padEnd(24)}${count.toLocaleString('en').padStart(12)}`;
  return [
    line('people', people),
    line('active in the last day', active.day),
    line('… 7 days', active.week),
    line('… 30 days', active.month),
    line('follows', follows),
    '',
    'tweets by day (UTC)',
    ...tweets.map(({ day, tweets: count }) =>
      `${line(day, count)}  ${'█'.repeat(Math.round((count / most) * BAR_WIDTH))}`.trimEnd(),
    ),
  ];
}
