#!/usr/bin/env node
/** The `minitter` command. */
import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import type { BackupCommandOptions } from './command/backup.ts';
import type { DoctorOptions } from './command/doctor.ts';
import type { ImportOptions } from './command/import.ts';
import { errorJson, EXIT, EXIT_STATUS_HELP, exitStatusOf } from './command/exit-status.ts';
import type { SeedOptions } from './command/seed.ts';
import { addUserCommands } from './command/user-program.ts';
import { type Config, ConfigError, loadConfig } from './config.ts';
import { version } from './version.ts';

// From the second start on, code is loaded as it was compiled by the first.
enableCompileCache();
// Whoever reads what a command writes may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});
// What the server keeps is for its own user's eyes.
process.umask(0o077);

const EXIT_STATUS =
  '\nThe exit status is 0 when all went well, 1 otherwise, and 130 after a second Ctrl-C.';

const program = new Command('minitter')
  .description('Minitter, a micro-blog server. Settings: see .env.example.')
  .version(version)
  .showHelpAfterError()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.done : EXIT.usage));

program
  .command('serve')
  .description('start the server (the default)')
  .action(() => run(async (config) => (await import('./command/serve.ts')).serve(config)));

program
  .command('migrate')
  .description('bring the database to the newest schema; also done by every start')
  .action(() =>
    run(async (config) => (await import('./command/migrate.ts')).migrateCommand(config)),
  );

program
  .command('doctor')
  .description('look whether everything is in order here, and say what to do about it')
  .option('--json', 'all that was found, for scripts')
  .option('--patience <seconds>', 'how long reading through the database may take', '20')
  .addHelpText('after', '\nThe exit status is 1 when there is a problem, 0 otherwise.')
  .action(async (options: DoctorOptions) =>
    saying(async () => {
      const { doctor } = await import('./command/doctor.ts');
      process.exitCode = await doctor(readConfig, options);
    }),
  );

program
  .command('version')
  .description('say which version this is, and on what it runs')
  .option('--json', 'the same for scripts')
  .action(async (options: { json?: boolean }) =>
    (await import('./command/version.ts')).versionCommand(options),
  );

program
  .command('stats')
  .description('count people, active people, follows, and the tweets of the last 14 days')
  .option('--json', 'the same for scripts')
  .addHelpText(
    'after',
    '\nThe server may go on. The exit status is 0 when all went well, 1 otherwise.',
  )
  .action((options: { json?: boolean }) =>
    saying(
      async () => (await import('./command/stats.ts')).statsCommand(readConfig(), options),
      options,
    ),
  );

addUserCommands(
  program,
  (command, options) => saying(() => command(readConfig()), options),
  EXIT_STATUS_HELP,
);

program
  .command('backup <file>')
  .description('write everything but sessions and keys into one file; the server may go on')
  .option('--force', 'replace the file if it is there')
  .option('--json', 'what was written, for scripts')
  .option('--quiet', 'show no progress')
  .addHelpText('after', EXIT_STATUS)
  .action((file: string, options: BackupCommandOptions) =>
    run(async (config) =>
      (await import('./command/backup.ts')).backupCommand(config, file, options),
    ),
  );

program
  .command('verify <file>')
  .description('prove that a backup is whole, without restoring it')
  .option('--json', 'what is in it, for scripts')
  .option('--quiet', 'show no progress')
  .addHelpText('after', EXIT_STATUS)
  .action((file: string, options: BackupCommandOptions) =>
    saying(async () => (await import('./command/backup.ts')).verifyCommand(file, options)),
  );

program
  .command('restore <file>')
  .description('fill a database from a backup, of whichever engine; the server must be stopped')
  .option('--force', 'replace everything that is in the database')
  .option('--json', 'what was restored, for scripts')
  .option('--quiet', 'show no progress')
  .addHelpText('after', EXIT_STATUS)
  .action((file: string, options: BackupCommandOptions) =>
    run(async (config) =>
      (await import('./command/backup.ts')).restoreCommand(config, file, options),
    ),
  );

program
  .command('import')
  .description('take over the people, follows and tweets of a course database; no server may run')
  .requiredOption('--from <url>', 'the database: mysql://user:password@host:port/database')
  .option('--json', 'each row that was not taken as a line of JSON, then the numbers')
  .option('--quiet', 'show no progress')
  .addHelpText(
    'after',
    `
Ids, times and passwords stay as they are. The database here must have no users of its own; run
again, it adds what is new in the source. ${EXIT_STATUS.trim()}`,
  )
  .action((options: ImportOptions) =>
    saying(
      async () => (await import('./command/import.ts')).importCommand(readConfig(), options),
      options,
    ),
  );

program
  .command('seed')
  .description(
    'fill an empty database with people and tweets, for benchmarks and trying things out',
  )
  .option('--users <n>', 'how many people', '1000')
  .option('--follows <n>', 'whom one follows, on average; popularity follows a power law', '44')
  .option('--tweets <n>', 'what one has written in the last 90 days, on average', '20')
  .option('--seed <n>', 'the same seed and --until give the same data', '1')
  .option('--until <time>', 'when the last tweet was written (default: the last full hour)')
  .option('--password <text>', 'with which everybody logs in', 'seeded for tests')
  .option('--quiet', 'show no progress')
  .action((options: SeedOptions) =>
    run(async (config) => (await import('./command/seed.ts')).seedCommand(config, options)),
  );

/** Reads the settings and runs one command. */
function run(command: (config: Config) => Promise<void>): Promise<void> {
  return saying(() => command(readConfig()));
}

/** @throws {ConfigError} with one line per mistake */
function readConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return loadConfig();
}

/** Does something; what goes wrong is said in readable lines, and by the exit status. */
async function saying(
  work: () => Promise<void>,
  { json = false }: { readonly json?: boolean } = {},
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const lines = error instanceof ConfigError ? error.mistakes : [(error as Error).message];
    if (json) console.error(errorJson(error as Error));
    else for (const line of lines) console.error(`minitter: ${line}`);
    process.exitCode = exitStatusOf(error);
  }
}

await program.parseAsync(process.argv.length > 2 ? process.argv : [...process.argv, 'serve']);
