/**
 * Stored objects when a restore takes the place of the rows that referred to them: they are doomed,
 * unless the new rows refer to them too, as after a restore into the same place.
 */
import { KEPT_TABLES } from './tables.ts';

const COLUMNS = KEPT_TABLES.flatMap(({ name, objects }) =>
  objects.map((column) => ({ table: name, column })),
);

/**
 * Statements that doom every object that the rows refer to.
 *
 * @param now since when they may be deleted, in epoch milliseconds
 * @param prefix of the tables that are read, such as `old.`
 */
export function doomObjects(now: number, prefix = ''): readonly string[] {
  return COLUMNS.map(
    ({ table, column }) =>
      `INSERT INTO doomed_objects (object, not_before)
       SELECT DISTINCT ${column}, ${now} FROM ${prefix}${table} WHERE ${column} IS NOT NULL
       AND ${column} NOT IN (SELECT object FROM (SELECT object FROM doomed_objects) AS doomed)`,
  );
}

/** Statements that spare every object that the rows refer to. */
export const spareObjects: readonly string[] = COLUMNS.map(
  ({ table, column }) =>
    `DELETE FROM doomed_objects WHERE object IN
     (SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL)`,
);
