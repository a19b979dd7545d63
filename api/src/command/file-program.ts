/** The command lines of what writes or reads files, and of `import`; each is loaded only when it runs. */
import type { Command } from 'commander';
import type { Config } from '../config.ts';
import type { BackupCommandOptions } from './backup.ts';
import { EXIT_STATUS_HELP, LONG_EXIT_STATUS_HELP } from './exit-status.ts';
import type { ImportOptions } from './import.ts';

/** Runs a command, which reads the settings if it needs them; says what goes wrong, as JSON if asked for. */
export type RunWithSettings = (
  command: (readConfig: () => Config) => Promise<void>,
  options: { readonly json?: boolean },
) => Promise<void>;

/** Adds `backup`, `verify`, `restore`, `export` and `import` to `program`. */
export function addFileCommands(program: Command, run: RunWithSettings): void {
  const add = (usage: string, description: string, json: string, help: string): Command =>
    program
      .command(usage)
      .description(description)
      .option('--json', `${json} as JSON for scripts, errors too`)
      .option('--quiet', 'show no progress')
      .addHelpText('after', help);

  add(
    'backup <file>',
    'write everything but sessions and keys into one file; the server may go on',
    'what was written',
    LONG_EXIT_STATUS_HELP,
  )
    .option('--force', 'replace the file if it is there')
    .action((file: string, options: BackupCommandOptions) =>
      run(async (config) => {
        const { backupCommand } = await import('./backup.ts');
        await backupCommand(config(), file, options);
      }, options),
    );

  add(
    'verify <file>',
    'prove that a backup is whole, without restoring it',
    'what is in it',
    LONG_EXIT_STATUS_HELP,
  ).action((file: string, options: BackupCommandOptions) =>
    run(async () => {
      const { verifyCommand } = await import('./backup.ts');
      await verifyCommand(file, options);
    }, options),
  );

  add(
    'restore <file>',
    'fill a database from a backup, of whichever engine; the server must be stopped',
    'what was restored',
    LONG_EXIT_STATUS_HELP,
  )
    .option('--force', 'replace everything that is in the database')
    .action((file: string, options: BackupCommandOptions) =>
      run(async (config) => {
        const { restoreCommand } = await import('./backup.ts');
        await restoreCommand(config(), file, options);
      }, options),
    );

  add(
    'export <user> <file>',
    'write all that belongs to one person into a zip file; the server may go on',
    'what was written',
    `
<user> is a user name, an e-mail address or an id. A user name of digits alone is written @123.
There is one JSON file for each kind of data, and the pictures; no password, key or token.${EXIT_STATUS_HELP}`,
  )
    .option('--force', 'replace the file if it is there')
    .action((who: string, file: string, options: BackupCommandOptions) =>
      run(async (config) => {
        const { exportCommand } = await import('./export.ts');
        await exportCommand(config(), who, file, options);
      }, options),
    );

  add(
    'import',
    'take over the people, follows and tweets of a course database; no server may run',
    'each row that was not taken as a line, then the numbers,',
    `
Ids, times and passwords stay as they are. The database here must have no users of its own; run
again, it adds what is new in the source.${LONG_EXIT_STATUS_HELP}`,
  )
    .requiredOption('--from <url>', 'the database: mysql://user:password@host:port/database')
    .action((options: ImportOptions) =>
      run(async (config) => {
        const { importCommand } = await import('./import.ts');
        await importCommand(config(), options);
      }, options),
    );
}
