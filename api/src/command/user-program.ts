/** The command line of `minitter user …`; what the commands do is in `user.ts`. */
import type { Command } from 'commander';
import type { Config } from '../config.ts';
import type { CreateOptions, DeleteOptions, ListOptions, ResetOptions } from './user.ts';

/** Reads the settings and runs a command; says what goes wrong, as JSON if asked for. */
export type Run = (
  command: (config: Config) => Promise<void>,
  options: { readonly json?: boolean },
) => Promise<void>;

type Commands = typeof import('./user.ts');

const WHO = `
<user> is a user name, an e-mail address or an id. A user name of digits alone is written @123.
The server may go on meanwhile, and notices within a second.`;

/** Adds `user` and its commands to `program`. `exitHelp` ends the help of each. */
export function addUserCommands(program: Command, run: Run, exitHelp: string): void {
  const user = program.command('user').description('look after the people of this server');
  const add = (usage: string, description: string): Command => {
    const hasUser = usage.includes('<user>');
    return user
      .command(usage)
      .description(description)
      .option('--json', 'the outcome as one line of JSON, errors too')
      .addHelpText('after', `${hasUser ? WHO : ''}${exitHelp}`);
  };
  /** Runs one of the commands of `user.ts`, which is loaded only then. */
  const go = (
    options: { readonly json?: boolean },
    command: (commands: Commands, config: Config) => Promise<void>,
  ) => run(async (config) => command(await import('./user.ts'), config), options);

  add('create', 'make a user, who may log in at once; a password is made and shown once')
    .requiredOption('--name <text>', 'the name that people see')
    .requiredOption('--email <address>', 'with which the user logs in')
    .option('--username <name>', '1 to 30 of a–z, 0–9 and _; made from the name if left out')
    .option('--profile <text>', 'a few words about the user')
    .option('--admin', 'an administrator')
    .option('--password-stdin', 'read the password from standard input instead')
    .action((options: CreateOptions) => go(options, (all, config) => all.create(config, options)));

  add('list', 'list users: id, user name, e-mail address, state, since when, role')
    .option('--pending', 'only those who wait to be let in')
    .option('--suspended', 'only those who are kept out')
    .option('--admins', 'only administrators')
    .action((options: ListOptions) => go(options, (all, config) => all.list(config, options)));

  add('approve <user>', 'let in somebody who signed up with REGISTRATIONS=approval').action(
    (who: string, options: { json?: boolean }) =>
      go(options, (all, config) => all.approve(config, who, options)),
  );

  add(
    'reset-password <user>',
    'give another password, shown once; the user is logged out everywhere',
  )
    .option('--password-stdin', 'read the password from standard input instead')
    .action((who: string, options: ResetOptions) =>
      go(options, (all, config) => all.resetPassword(config, who, options)),
    );

  add('suspend <user>', 'keep a user out and hide his tweets, until he is reinstated').action(
    (who: string, options: { json?: boolean }) =>
      go(options, (all, config) => all.suspend(config, who, options)),
  );

  add('reinstate <user>', 'let in a user who was suspended').action(
    (who: string, options: { json?: boolean }) =>
      go(options, (all, config) => all.reinstate(config, who, options)),
  );

  add('delete <user>', 'delete a user with everything of his, for good')
    .option('--yes', 'do not ask')
    .action((who: string, options: DeleteOptions) =>
      go(options, (all, config) => all.deleteUser(config, who, options)),
    );

  add('make-admin <user>', 'make a user an administrator')
    .option('--undo', 'make him an ordinary user again')
    .action((who: string, options: { json?: boolean; undo?: boolean }) =>
      go(options, (all, config) => all.makeAdmin(config, who, options)),
    );
}
