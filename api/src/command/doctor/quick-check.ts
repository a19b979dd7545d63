/**
 * A program of `minitter doctor`: reads through the SQLite file that it is given, and writes `ok` or what
 * is wrong with it. It may be killed at any moment.
 */
import { SqliteConnection } from '../../model/sqlite/connection.ts';

const MOST_FAULTS = 5;

const [, , file = ''] = process.argv;
const connection = SqliteConnection.openReader(file);
const { rows } = connection.run(`PRAGMA quick_check(${MOST_FAULTS})`, []);
connection.close();
console.log((rows as { quick_check: string }[]).map((row) => row.quick_check).join('\n'));
