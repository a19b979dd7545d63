import type { Config } from '../config.ts';
import type { Store } from '../model/database.ts';
import { migrate } from '../model/migrate.ts';
import { openStore } from '../model/open.ts';
import { TimelineJournal } from '../model/timeline-journal.ts';
import { UserDao } from '../model/users.ts';
import { approveUser as approve } from '../service/users.ts';

/** `minitter user list`: one line per user, tab-separated. */
export async function listUsers(config: Config, { pending }: { pending?: boolean }): Promise<void> {
  await withStore(config, async (store) => {
    const users = new UserDao(store);
    let afterId = 0;
    for (;;) {
      const page = await users.list(afterId, pending ? 'pending' : undefined);
      for (const { id, username, email, state, created_at } of page) {
        console.log([id, username, email, state, new Date(created_at).toISOString()].join('\t'));
      }
      const last = page.at(-1);
      if (!last) return;
      afterId = last.id;
    }
  });
}

/** `minitter user approve <username>` */
export async function approveUser(config: Config, username: string): Promise<void> {
  await withStore(config, async (store) => {
    const user = await approve(
      store,
      new UserDao(store, new TimelineJournal(store)),
      username,
      Date.now(),
    );
    console.log(`${user.username} (${user.email}) may log in.`);
  });
}

/** Opens the database beside a server that may be running. */
async function withStore(config: Config, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore(config.database, { lock: false });
  try {
    await migrate(store);
    await work(store);
  } finally {
    await store.close();
  }
}
