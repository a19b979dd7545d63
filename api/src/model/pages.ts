/** Pages of lists that are ordered by an id. */
import { CompiledQuery } from 'kysely';
import type { Reader } from './database.ts';

/** Which part of a list is wanted. It comes newest first, that is, with the highest id. */
export interface Page {
  /** Smaller ids only. */
  readonly below: number | undefined;
  /** Larger ids only. */
  readonly above: number | undefined;
  /** The ones just above `above`, not the newest. */
  readonly fromBelow: boolean;
  readonly limit: number;
}

/** A list in SQL that both engines take. */
export interface List {
  /** `SELECT … FROM … WHERE …`, to which more conditions can be added. */
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** The column that it is ordered by. */
  readonly by: string;
}

/** The rows of a page. */
export async function readPage<R>(db: Reader, list: List, page: Page): Promise<R[]> {
  const { below, above, fromBelow, limit } = page;
  const bounds = [
    ...(below === undefined ? [] : [{ sql: ` AND ${list.by} < ?`, value: below }]),
    ...(above === undefined ? [] : [{ sql: ` AND ${list.by} > ?`, value: above }]),
  ];
  const query = CompiledQuery.raw(
    `${list.sql}${bounds.map(({ sql }) => sql).join('')}
     ORDER BY ${list.by} ${fromBelow ? 'ASC' : 'DESC'} LIMIT ?`,
    [...list.parameters, ...bounds.map(({ value }) => value), limit],
  ) as CompiledQuery<R>;
  const { rows } = await db.executeQuery(query);
  return fromBelow ? rows.toReversed() : rows;
}
