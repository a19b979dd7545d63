/** Rows in every table that backups keep, made from the list of tables: new tables have some, too. */
import type { Store } from '../../src/model/database.ts';
import { KEPT_TABLES, type KeptTable } from '../../src/model/tables.ts';

/** Rows in each table, but for those of which there is one at most. */
export const ROWS = 3;

const TIME = Date.UTC(2026, 0, 1);
/** Where the database, or whoever reads the row, does not take any text. */
const TEXTS: Readonly<Record<string, string>> = {
  state: 'active',
  role: 'user',
  kind: 'image',
  fields: '[{"name":"site","value":"https://example.com"}]',
  media: '[]',
  contexts: 'home',
  action: 'warn',
  replies_policy: 'list',
};

interface Column {
  readonly name: string;
  readonly isNumber: boolean;
}

/** @returns the stored objects that these rows name, as `<store>:<key>` */
export async function fillEveryTable(store: Store): Promise<string[]> {
  const objects: string[] = [];
  for (const table of KEPT_TABLES) {
    const columns = await columnsOf(store, table.name);
    for (let n = 1; n <= (table.name === 'adoptions' ? 1 : ROWS); n += 1) {
      const row = columns.map((column) => valueOf(table, column, n));
      objects.push(...row.filter((value) => String(value).startsWith('disk:')).map(String));
      await store.writeOne(() => ({
        sql:
          `INSERT INTO ${table.name} (${columns.map(({ name }) => name).join()}) ` +
          `VALUES (${columns.map(() => '?').join()})`,
        parameters: row,
      }));
    }
  }
  return objects;
}

/** The columns of a table, in their order. */
export async function columnsOf(store: Store, table: string): Promise<Column[]> {
  const rows = await store.readRows(
    store.dialect.engine === 'sqlite'
      ? { sql: `SELECT name, type FROM pragma_table_info('${table}')`, parameters: [] }
      : {
          sql:
            'SELECT column_name, data_type FROM information_schema.columns ' +
            'WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position',
          parameters: [table],
        },
  );
  return rows.map(([name, type]) => ({ name: String(name), isNumber: /int/i.test(String(type)) }));
}

/** What stands in the `n`th row: all of them differ, and refer to rows that are there. */
function valueOf({ name: table, references, objects }: KeptTable, column: Column, n: number) {
  const { name, isNumber } = column;
  // Two people in one row are not the same.
  const nth = Object.keys(references).indexOf(name);
  if (references[name] === table) return n === 1 ? null : n - 1;
  if (nth >= 0) return ((n + nth - 1) % ROWS) + 1;
  if (objects.includes(name)) return `disk:${table}-${name}-${n}.png`;
  if (name.endsWith('_at')) return TIME + n;
  if (/^(is|shows|hides|notifies|default_sensitive)/.test(name)) return n % 2;
  return isNumber ? n : (TEXTS[name] ?? `${n} 안녕 "x"`);
}
