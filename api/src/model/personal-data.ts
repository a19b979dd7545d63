/** All rows of a person, whatever tables they are in. */
import type { Statement, Store } from './database.ts';
import type { PersonalTable } from './personal-tables.ts';

export type PersonalRow = Readonly<Record<string, number | string | null>>;

/** Rows read at once. */
const ROWS_AT_ONCE = 500;

export class PersonalDataDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * What one table has of a person, some hundred rows at a time and in the order of its key: the columns
   * that are shown, and beside ids what people know them by (`follow_user` beside `follow_user_id`).
   */
  async *rows(table: PersonalTable, userId: number): AsyncGenerator<readonly PersonalRow[]> {
    const columns = [...table.shown, ...Object.keys(table.names).map(nameOf)];
    for (let after: readonly unknown[] | undefined; ;) {
      const rows = await this.#store.readRows(statementOf(table, userId, after));
      if (rows.length > 0) yield rows.map((row) => zip(columns, row));
      if (rows.length < ROWS_AT_ONCE) return;
      after = rows.at(-1)?.slice(-table.key.length);
    }
  }

  /** How many rows one table has of a person. */
  async count(table: PersonalTable, userId: number): Promise<number> {
    const sql = `SELECT COUNT(*) ${fromOf(table)}`;
    const [row] = await this.#store.readRows({ sql, parameters: [userId] });
    return Number(row?.[0] ?? 0);
  }
}

const nameOf = (column: string) => column.replace(/_id$/, '');

const zip = (columns: readonly string[], row: readonly unknown[]): PersonalRow =>
  Object.fromEntries(
    columns.map((column, i) => [column, (row[i] ?? null) as number | string | null]),
  );

/** @param after the key of the last row that was read */
function statementOf(
  table: PersonalTable,
  userId: number,
  after: readonly unknown[] | undefined,
): Statement {
  const { key, shown, names } = table;
  const columns = [
    ...shown.map((column) => `t.${column}`),
    ...Object.values(names).map(([, column], i) => `n${i}.${column}`),
    ...key.map((column) => `t.${column}`),
  ];
  return {
    sql:
      `SELECT ${columns.join()} ${fromOf(table)}${after ? ` AND (${isAfter(key)})` : ''}` +
      ` ORDER BY ${key.map((column) => `t.${column}`).join()} LIMIT ${ROWS_AT_ONCE}`,
    parameters: after ? [userId, ...valuesAfter(after)] : [userId],
  };
}

/** His rows, and those that they are named by. */
function fromOf({ table, owner, parent, names }: PersonalTable): string {
  const parents = parent ? ` JOIN ${parent} p ON p.id = t.${owner}` : '';
  const others = Object.entries(names).map(
    ([column, [other]], i) => ` LEFT JOIN ${other} n${i} ON n${i}.id = t.${column}`,
  );
  const whose = parent ? 'p.user_id' : `t.${owner}`;
  return `FROM ${table} t${parents}${others.join('')} WHERE ${whose} = ?`;
}

/** (a, b) > (?, ?), in words that both engines find an index for. */
function isAfter([first, ...rest]: readonly string[]): string {
  return rest.length === 0
    ? `t.${first} > ?`
    : `t.${first} >= ? AND (t.${first} > ? OR (${isAfter(rest)}))`;
}

function valuesAfter([first, ...rest]: readonly unknown[]): unknown[] {
  return rest.length === 0 ? [first] : [first, first, ...valuesAfter(rest)];
}
