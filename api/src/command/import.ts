/** `minitter import`: adopts a course database. */
import { openCourseDatabase } from '../adapter/course-database.ts';
import type { Config } from '../config.ts';
import { AdoptionDao } from '../model/adoptions.ts';
import type { Store } from '../model/database.ts';
import { FormerUserDao } from '../model/former-users.ts';
import { LeaseDao } from '../model/leases.ts';
import { migrate } from '../model/migrate.ts';
import { openStore } from '../model/open.ts';
import { OutsideChangeDao } from '../model/outside-changes.ts';
import { SearchProgressDao } from '../model/search-progress.ts';
import { TimelineJournal } from '../model/timeline-journal.ts';
import { UserDao } from '../model/users.ts';
import {
  type AdoptionReport,
  AdoptionService,
  type Change,
  type Part,
  type Refusal,
  type Remark,
} from '../service/adoption.ts';
import { DOMAIN_ERRORS, type DomainErrorCode } from '../service/errors.ts';
import { PasswordHasher } from '../service/passwords.ts';
import { formerNames } from './former-names.ts';
import { watching } from './watching.ts';

/** As they stand on the command line. */
export interface ImportOptions {
  readonly from: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Rows named in full for each reason; the others are counted. */
const EXAMPLES = 5;

const REASONS: Readonly<Record<Exclude<Refusal, DomainErrorCode> | Change, string>> = {
  user_not_taken: 'It belongs to somebody who was not taken.',
  deleted_here: 'This user has been deleted here.',
  id_invalid: 'The id is not a number from 1 on.',
  time_missing: 'There is no time of writing.',
  time_in_future: 'The time of writing has not come yet.',
  password_unusable: 'The password cannot be used: give another with minitter user reset-password.',
  name_changed: 'The name is shorter or tidier than it was.',
  profile_shortened: 'The profile is shorter than it was.',
  picture_left: 'The picture is not in the database: it has to be uploaded again.',
};

/**
 * `minitter import --from mysql://…`
 *
 * @throws {Error} with a readable sentence
 */
export async function importCommand(config: Config, options: ImportOptions): Promise<void> {
  const source = await openCourseDatabase(options.from);
  try {
    const store = await openStore(config.database, { lock: true });
    try {
      await migrate(store);
      await adopt(config, store, source, options);
    } finally {
      await store.close();
    }
  } finally {
    await source.close();
  }
}

async function adopt(
  config: Config,
  store: Store,
  source: Parameters<AdoptionService['run']>[0],
  options: ImportOptions,
): Promise<void> {
  const ahead = (await store.now()) - Date.now();
  const service = new AdoptionService({
    store,
    adoptions: new AdoptionDao(store),
    users: new UserDao(store),
    formerUsers: new FormerUserDao(store, formerNames(config)),
    journal: new TimelineJournal(store),
    outsideChanges: new OutsideChangeDao(store),
    searchProgress: new SearchProgressDao(store),
    leases: new LeaseDao(store),
    passwords: new PasswordHasher(config.passwords),
    now: () => Math.round(Date.now() + ahead),
  });
  const remarks = new Remarks(options.json ?? false);
  const stopped = 'Stopped. What was taken so far stays; run it again to go on.';
  const { watcher, end } = watching(options, stopped);
  try {
    const report = await service.run(source, {
      ...watcher,
      remark: (remark) => remarks.add(remark),
    });
    if (options.json) console.log(JSON.stringify(report));
    else for (const line of [...linesOf(report), ...remarks.lines()]) console.log(line);
  } finally {
    end();
  }
}

/** Counts remarks by their reason, with a few examples; as JSON they are told one by one. */
class Remarks {
  readonly #isJson: boolean;
  readonly #found = new Map<string, { remark: Remark; count: number; rows: string[] }>();

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  add(remark: Remark): void {
    if (this.#isJson) {
      console.log(JSON.stringify(remark));
      return;
    }
    const key = `${remark.part} ${remark.refused ?? ''} ${remark.changed ?? ''}`;
    const found = this.#found.get(key) ?? { remark, count: 0, rows: [] };
    found.count += 1;
    if (found.rows.length < EXAMPLES) found.rows.push(nameOf(remark));
    this.#found.set(key, found);
  }

  lines(): string[] {
    return [...this.#found.values()].map(({ remark, count, rows }) => {
      const what = remark.refused === undefined ? 'taken, but' : 'not taken:';
      const more = count > rows.length ? ', …' : '';
      return `${count.toLocaleString('en')} ${remark.part} ${what} ${sentenceOf(remark)} (${rows.join(', ')}${more})`;
    });
  }
}

function nameOf({ row }: Remark): string {
  return Object.entries(row)
    .filter(([, value]) => value !== null)
    .map(([column, value]) => `${column} ${value}`)
    .join(' ');
}

function sentenceOf({ refused, changed }: Remark): string {
  const reason = refused ?? changed;
  if (reason === undefined) return '';
  return reason in REASONS
    ? REASONS[reason as keyof typeof REASONS]
    : DOMAIN_ERRORS[reason as DomainErrorCode].en;
}

function linesOf(report: AdoptionReport): string[] {
  const count = (n: number) => n.toLocaleString('en');
  return (Object.keys(report) as Part[]).map((part) => {
    const { taken, known, refused } = report[part];
    return `${part}: ${count(taken)} taken, ${count(known)} known before, ${count(refused)} not taken`;
  });
}
