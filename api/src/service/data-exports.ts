/** What this server has of one person, as files for himself. */
import type { PersonalDataDao, PersonalRow } from '../model/personal-data.ts';
import { PERSONAL_TABLES, type PersonalTable } from '../model/personal-tables.ts';
import { VISIBILITY } from '../model/schema.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { Clock } from './ports.ts';
import type { ObjectStores } from './stored-files.ts';

/** One file; its content is to be read before the next file is asked for. */
export interface ExportFile {
  /** With its folder, by `/`; made of ASCII letters, digits, `-`, `_`, `.` alone. */
  readonly name: string;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

interface Dependencies {
  readonly users: UserDao;
  readonly personalData: PersonalDataDao;
  readonly objects: ObjectStores;
  readonly now: Clock;
}

const FORMAT_VERSION = 1;
/** Names the pictures that could not be found. */
export const MISSING = 'missing.json';
/** Where the pictures are. */
const FOLDER = 'pictures/';

export class DataExports {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * First `about.json`; then one file for each kind of data (`user.json`, `tweets.json`, `follows.json`,
   * …: arrays of rows, times in ISO 8601); then his pictures, as they are named in those; last, if
   * some of them could not be found, `missing.json` with their names. It is read while people go on, so
   * what changes meanwhile is in it or not. No passwords, keys or tokens are in it.
   *
   * @throws {DomainError} `user_not_found`, before there is any file
   */
  async *of(userId: number): AsyncGenerator<ExportFile, void> {
    const user = await this.#deps.users.findById(userId);
    if (!user) throw new DomainError('user_not_found');
    yield { name: 'about.json', content: this.#about(user) };
    for (const table of PERSONAL_TABLES) {
      yield { name: `${table.file}.json`, content: this.#json(table, userId) };
    }
    const missing: string[] = [];
    for (const table of PERSONAL_TABLES) {
      if (table.objects.length > 0) yield* this.#pictures(table, userId, missing);
    }
    if (missing.length > 0) yield { name: MISSING, content: encode(missing) };
  }

  /** About how many files there will be. */
  async countFiles(userId: number): Promise<number> {
    let count = 1 + PERSONAL_TABLES.length;
    for (const table of PERSONAL_TABLES) {
      if (table.objects.length > 0) {
        count += table.objects.length * (await this.#deps.personalData.count(table, userId));
      }
    }
    return count;
  }

  #about({ id, username }: { id: number; username: string }): Uint8Array {
    return encode({
      format: 'minitter-export',
      format_version: FORMAT_VERSION,
      exported_at: new Date(this.#deps.now()).toISOString(),
      user_id: id,
      username,
    });
  }

  async *#json(table: PersonalTable, userId: number): AsyncGenerator<Uint8Array> {
    let isFirst = true;
    for await (const rows of this.#deps.personalData.rows(table, userId)) {
      const lines = rows.map((row) => JSON.stringify(readable(row, table.objects)));
      yield Buffer.from(`${isFirst ? '[\n' : ',\n'}${lines.join(',\n')}`);
      isFirst = false;
    }
    yield Buffer.from(isFirst ? '[]\n' : '\n]\n');
  }

  async *#pictures(
    table: PersonalTable,
    userId: number,
    missing: string[],
  ): AsyncGenerator<ExportFile> {
    for await (const rows of this.#deps.personalData.rows(table, userId)) {
      const objects = rows.flatMap((row) => table.objects.map((column) => row[column]));
      for (const object of objects) {
        if (typeof object !== 'string') continue;
        const content = await this.#bytesOf(object);
        if (content) yield { name: fileOf(object), content };
        else missing.push(fileOf(object));
      }
    }
  }

  async #bytesOf(object: string): Promise<Uint8Array | undefined> {
    const [name, key] = halves(object);
    return this.#deps.objects.all.find((store) => store.name === name)?.get(key);
  }
}

/** `<store>:<key>` → the store's name and the key. */
function halves(object: string): [string, string] {
  const colon = object.indexOf(':');
  return [object.slice(0, colon), object.slice(colon + 1)];
}

const fileOf = (object: string) => `${FOLDER}${halves(object)[1]}`;

const encode = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** Columns whose text is JSON. */
const JSON_COLUMNS: ReadonlySet<string> = new Set(['fields', 'media']);
const FLAG = /^(is|shows|hides)_|^notifies$|^default_sensitive$/;
const NAMES_OF_VISIBILITY = Object.keys(VISIBILITY);

function readable(row: PersonalRow, objects: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      value !== null && objects.includes(column) ? fileOf(String(value)) : said(column, value),
    ]),
  );
}

/** A value as people would say it. */
function said(column: string, value: number | string | null): unknown {
  if (value === null) return null;
  if (column.endsWith('_at')) return timeOf(Number(value));
  if (column.endsWith('visibility')) return NAMES_OF_VISIBILITY[Number(value)] ?? value;
  if (FLAG.test(column)) return Number(value) === 1;
  return JSON_COLUMNS.has(column) ? JSON.parse(String(value)) : value;
}

/** Tokens that never end have a time that no calendar has. */
function timeOf(ms: number): string | number {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? ms : time.toISOString();
}
