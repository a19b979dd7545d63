/** What `minitter user …` does: it asks a service, and says what came of it. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Config, MailConfig } from '../config.ts';
import type { Store } from '../model/database.ts';
import { DoomedObjectDao } from '../model/doomed-objects.ts';
import { FollowDao } from '../model/follows.ts';
import { FormerUserDao } from '../model/former-users.ts';
import { migrate } from '../model/migrate.ts';
import { openStore } from '../model/open.ts';
import { MediaDao } from '../model/media.ts';
import { OneTimeCodeDao } from '../model/one-time-codes.ts';
import { OutsideChangeDao } from '../model/outside-changes.ts';
import { SearchTermDao } from '../model/search-terms.ts';
import { SessionDao } from '../model/sessions.ts';
import { TimelineJournal } from '../model/timeline-journal.ts';
import { UserDeletionDao } from '../model/user-deletions.ts';
import { UserDao } from '../model/users.ts';
import { writeMail } from '../service/mail-texts.ts';
import { PasswordHasher } from '../service/passwords.ts';
import { SearchIndex } from '../service/search-index.ts';
import {
  type User,
  UserAdminService,
  type UserFilter,
  type UserWithPassword,
} from '../service/user-admin.ts';
import { UserDeletion } from '../service/user-deletion.ts';
import { UsageError } from './exit-status.ts';
import { formerNames } from './former-names.ts';

interface JsonOption {
  readonly json?: boolean;
}

export interface CreateOptions extends JsonOption {
  readonly name: string;
  readonly email: string;
  readonly username?: string;
  readonly profile?: string;
  readonly admin?: boolean;
  readonly passwordStdin?: boolean;
}

export interface ListOptions extends JsonOption {
  readonly pending?: boolean;
  readonly suspended?: boolean;
  readonly admins?: boolean;
}

export interface ResetOptions extends JsonOption {
  readonly passwordStdin?: boolean;
}

export interface DeleteOptions extends JsonOption {
  readonly yes?: boolean;
}

/** `minitter user create` */
export async function create(config: Config, options: CreateOptions): Promise<void> {
  const password = options.passwordStdin ? await lineOfInput() : undefined;
  const role = options.admin ? 'admin' : 'user';
  await withUserAdmin(config, async (admin) => {
    const made = await admin.create(options, { role, password });
    tellWithPassword(options, made, `${nameOf(made.user)} is there, with the id ${made.user.id}.`);
  });
}

/** `minitter user list`: one line per user, tab-separated or JSON. */
export async function list(config: Config, options: ListOptions): Promise<void> {
  await withUserAdmin(config, async (admin) => {
    for await (const user of admin.list(filterOf(options))) {
      console.log(options.json ? JSON.stringify(present(user)) : rowOf(user));
    }
  });
}

/** `minitter user approve` */
export async function approve(config: Config, who: string, options: JsonOption): Promise<void> {
  await withUserAdmin(config, async (admin) => {
    const user = await admin.approve(who);
    tell(options, user, `${nameOf(user)} may log in.`);
  });
}

/** `minitter user reset-password` */
export async function resetPassword(
  config: Config,
  who: string,
  options: ResetOptions,
): Promise<void> {
  const password = options.passwordStdin ? await lineOfInput() : undefined;
  await withUserAdmin(config, async (admin) => {
    const reset = await admin.resetPassword(who, password);
    tellWithPassword(
      options,
      reset,
      `${nameOf(reset.user)} has a new password, and is logged out.`,
    );
    if (config.mail) await tellByMail(config.mail, reset.user);
  });
}

/** A notice, as after any change of a password. That it cannot be sent undoes nothing. */
async function tellByMail(mail: MailConfig, user: User): Promise<void> {
  const { SmtpMailer } = await import('../adapter/mailer/smtp.ts');
  const mailer = new SmtpMailer(mail);
  try {
    await mailer.send(
      writeMail('password changed', user, { site: mail.publicUrl, fallback: 'en' }),
    );
  } catch (error) {
    console.error(`minitter: no mail could be sent about it: ${(error as Error).message}`);
  } finally {
    mailer.close();
  }
}

/** `minitter user suspend` */
export async function suspend(config: Config, who: string, options: JsonOption): Promise<void> {
  await withUserAdmin(config, async (admin) => {
    const user = await admin.suspend(who);
    tell(options, user, `${nameOf(user)} is kept out, until minitter user reinstate.`);
  });
}

/** `minitter user reinstate` */
export async function reinstate(config: Config, who: string, options: JsonOption): Promise<void> {
  await withUserAdmin(config, async (admin) => {
    const user = await admin.reinstate(who);
    tell(options, user, `${nameOf(user)} may log in.`);
  });
}

/** `minitter user delete`: asks first, where there is somebody to ask. */
export async function deleteUser(
  config: Config,
  who: string,
  options: DeleteOptions,
): Promise<void> {
  await withUserAdmin(config, async (admin) => {
    const found = await admin.find(who);
    if (!options.yes) await confirmDelete(found);
    const user = await admin.delete(String(found.id));
    if (options.json) console.log(JSON.stringify({ deleted: user.id, username: user.username }));
    else console.log(`${nameOf(user)} is deleted.`);
  });
}

/** `minitter user make-admin` */
export async function makeAdmin(
  config: Config,
  who: string,
  options: JsonOption & { readonly undo?: boolean },
): Promise<void> {
  await withUserAdmin(config, async (admin) => {
    const user = await admin.setRole(who, options.undo ? 'user' : 'admin');
    const role = options.undo ? 'an ordinary user' : 'an administrator';
    tell(options, user, `${nameOf(user)} is ${role}.`);
  });
}

/** Opens the database beside a server that may be running. */
export async function withUserAdmin(
  config: Config,
  work: (admin: UserAdminService, store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore(config.database, { lock: false });
  try {
    await migrate(store);
    await work(await makeUserAdmin(config, store), store);
  } finally {
    await store.close();
  }
}

async function makeUserAdmin(config: Config, store: Store): Promise<UserAdminService> {
  const ahead = (await store.now()) - Date.now();
  // Also when these settings have no Redis: the servers' may.
  const journal = new TimelineJournal(store);
  const daos = {
    store,
    users: new UserDao(store, journal),
    formerUsers: new FormerUserDao(store, formerNames(config)),
    userDeletions: new UserDeletionDao(store),
    sessions: new SessionDao(store),
    oneTimeCodes: new OneTimeCodeDao(store),
    now: () => Math.round(Date.now() + ahead),
  };
  const userDeletion = new UserDeletion({
    ...daos,
    follows: new FollowDao(store, journal),
    media: new MediaDao(store),
    searchIndex: new SearchIndex({ searchTerms: new SearchTermDao(store) }),
    doomed: new DoomedObjectDao(store),
  });
  return new UserAdminService({
    ...daos,
    userDeletion,
    outsideChanges: new OutsideChangeDao(store),
    passwords: new PasswordHasher(config.passwords),
  });
}

function filterOf({ pending, suspended, admins }: ListOptions): UserFilter {
  if (pending && suspended) throw new UsageError('Choose one of --pending and --suspended.');
  return {
    ...(pending && { state: 'pending' }),
    ...(suspended && { state: 'suspended' }),
    ...(admins && { role: 'admin' }),
  };
}

/** A user as `--json` shows him: no column gets out by itself. */
function present({ id, username, name, email, state, role, created_at }: User) {
  return { id, username, name, email, state, role, created_at: new Date(created_at).toISOString() };
}

const nameOf = ({ username, email }: User) => `${username} (${email})`;

const rowOf = ({ id, username, email, state, role, created_at }: User) =>
  [id, username, email, state, new Date(created_at).toISOString(), role].join('\t');

function tell({ json }: JsonOption, user: User, sentence: string): void {
  console.log(json ? JSON.stringify(present(user)) : sentence);
}

/** A password that the administrator has given himself is not shown to whoever looks on. */
function tellWithPassword(
  { json, passwordStdin }: ResetOptions,
  { user, password }: UserWithPassword,
  sentence: string,
): void {
  const shown = passwordStdin ? {} : { password };
  if (json) console.log(JSON.stringify({ ...present(user), ...shown }));
  else console.log(passwordStdin ? sentence : `${sentence}\nPassword: ${password}`);
}

/** @throws {UsageError} unless somebody says yes */
async function confirmDelete(user: User): Promise<void> {
  if (!process.stdin.isTTY) throw new UsageError('Nobody can be asked here: say --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const question = `Delete ${nameOf(user)} with all tweets, for good? Type the user name to confirm: `;
  const answer = await terminal.question(question).finally(() => terminal.close());
  if (answer.trim() !== user.username) throw new UsageError('Nothing was deleted.');
}

/** The first line of standard input. @throws {UsageError} when there is none */
async function lineOfInput(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  const first = once(lines, 'line').then(([line]) => line as string);
  const ended = once(lines, 'close').then(() => undefined);
  const line = await Promise.race([first, ended]);
  lines.close();
  if (line === undefined || line === '') throw new UsageError('There is no password in the input.');
  return line;
}
