/**
 * Which tweets, people and marks a commit has touched, for whoever keeps something that was made of
 * them. The database itself tells: triggers of the connection that writes see every row, also those
 * that go with another. So no service has to remember to say what it has changed.
 */

/** What is kept: a tweet with what stands below it, a person with his numbers, one person's marks, his filters. */
export const TOUCHED_KINDS = ['tweet', 'user', 'marks', 'filters'] as const;
export type TouchedKind = (typeof TOUCHED_KINDS)[number];

/** What a row of a table has to do with: the column has the id. */
interface Touch {
  readonly table: string;
  readonly kind: TouchedKind;
  readonly column: string;
}

const TOUCHES: readonly Touch[] = [
  { table: 'tweets', kind: 'tweet', column: 'id' },
  { table: 'tweets', kind: 'tweet', column: 'reply_to_id' },
  { table: 'tweets', kind: 'tweet', column: 'reblog_of_id' },
  { table: 'tweets', kind: 'user', column: 'user_id' },
  { table: 'tweets', kind: 'marks', column: 'user_id' },
  { table: 'media', kind: 'tweet', column: 'tweet_id' },
  { table: 'mentions', kind: 'tweet', column: 'tweet_id' },
  { table: 'tweets_hashtags', kind: 'tweet', column: 'tweet_id' },
  { table: 'users', kind: 'user', column: 'id' },
  { table: 'users_follow_list', kind: 'user', column: 'user_id' },
  { table: 'users_follow_list', kind: 'user', column: 'follow_user_id' },
  { table: 'favourites', kind: 'tweet', column: 'tweet_id' },
  { table: 'favourites', kind: 'marks', column: 'user_id' },
  { table: 'bookmarks', kind: 'marks', column: 'user_id' },
  { table: 'pins', kind: 'marks', column: 'user_id' },
  { table: 'muted_conversations', kind: 'marks', column: 'user_id' },
  { table: 'filters', kind: 'filters', column: 'user_id' },
];

/** The function that the triggers call with a kind's number and an id; also with NULL for none. */
export const TOUCHED = 'minitter_touched';

const EVENTS = [
  { event: 'INSERT', rows: ['NEW'] },
  { event: 'DELETE', rows: ['OLD'] },
  { event: 'UPDATE', rows: ['OLD', 'NEW'] },
] as const;

/** Statements that make SQLite tell of each row; they hold for one connection. */
export function touchTriggers(): string[] {
  const byTable = Map.groupBy(TOUCHES, ({ table }) => table);
  return [...byTable].flatMap(([table, touches]) =>
    EVENTS.map(({ event, rows }) => {
      const calls = rows.flatMap((row) =>
        touches.map(
          ({ kind, column }) =>
            `SELECT ${TOUCHED}(${TOUCHED_KINDS.indexOf(kind)}, ${row}.${column});`,
        ),
      );
      const name = `touched_${table}_${event.toLowerCase()}`;
      return `CREATE TEMP TRIGGER ${name} AFTER ${event} ON main.${table}
        BEGIN ${calls.join(' ')} END`;
    }),
  );
}

/** What a commit has touched: ids by kind. */
export type TouchedRows = Readonly<Record<TouchedKind, ReadonlySet<number>>>;

/** Gathers what is touched until it is taken. */
export class TouchedSet {
  #rows = emptyRows();
  #isEmpty = true;

  /** Takes the arguments of {@link TOUCHED}. */
  add(kind: number, id: number | null): void {
    if (id === null) return;
    this.#rows[TOUCHED_KINDS[kind] as TouchedKind].add(id);
    this.#isEmpty = false;
  }

  /** @returns undefined when there is nothing */
  take(): TouchedRows | undefined {
    if (this.#isEmpty) return undefined;
    const rows = this.#rows;
    this.#rows = emptyRows();
    this.#isEmpty = true;
    return rows;
  }
}

const emptyRows = () => ({
  tweet: new Set<number>(),
  user: new Set<number>(),
  marks: new Set<number>(),
  filters: new Set<number>(),
});
