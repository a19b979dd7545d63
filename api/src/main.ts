#!/usr/bin/env node
/** The `minitter` command. */
import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import type { DoctorOptions } from './command/doctor.ts';
import {
  errorJson,
  EXIT,
  EXIT_STATUS_HELP,
  exitStatusOf,
  LONG_EXIT_STATUS_HELP,
  sentenceOf,
  UsageError,
  SHORT_EXIT_STATUS_HELP,
} from './command/exit-status.ts';
import { addFileCommands } from './command/file-program.ts';
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

/** Before the command line is read: scripts are told of mistakes in it as well. */
const isForScripts = process.argv.includes('--json');

const program = new Command('minitter')
  .description('Minitter, a micro-blog server. Settings: see .env.example.')
  .version(version)
  .showHelpAfterError(!isForScripts)
  .configureOutput({
    outputError: (text, write) =>
      write(isForScripts ? `${errorJson(new UsageError(plain(text)))}\n` : text),
  })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.done : EXIT.usage));

program
  .command('serve')
  .description('start the server (the default)')
  .addHelpText(
    'after',
    `
SIGTERM or Ctrl-C ends it when the requests under way are answered; another one ends it at once.
The exit status is 0 then, and 1 when it could not start or did not end in time.`,
  )
  .action(() => run(async (config) => (await import('./command/serve.ts')).serve(config)));

program
  .command('migrate')
  .description('bring the database to the newest schema; also done by every start')
  .option('--json', 'what was done, as JSON for scripts, errors too')
  .addHelpText('after', SHORT_EXIT_STATUS_HELP)
  .action((options: { json?: boolean }) =>
    saying(
      async () => (await import('./command/migrate.ts')).migrateCommand(readConfig(), options),
      options,
    ),
  );

program
  .command('doctor')
  .description('look whether everything is in order here, and say what to do about it')
  .option('--json', 'all that was found, for scripts')
  .option('--patience <seconds>', 'how long reading through the database may take', '20')
  .addHelpText(
    'after',
    '\nThe exit status is 1 when there is a problem, 2 when the command line is wrong, 0 otherwise.',
  )
  .action(async (options: DoctorOptions) =>
    saying(async () => {
      const { doctor } = await import('./command/doctor.ts');
      process.exitCode = await doctor(readConfig, options);
    }, options),
  );

program
  .command('version')
  .description('say which version this is, and on what it runs')
  .option('--json', 'the same for scripts')
  .addHelpText('after', SHORT_EXIT_STATUS_HELP)
  .action(async (options: { json?: boolean }) =>
    (await import('./command/version.ts')).versionCommand(options),
  );

program
  .command('stats')
  .description('count people, active people, follows, and the tweets of the last 14 days')
  .option('--json', 'the same for scripts')
  .addHelpText('after', `\nThe server may go on. ${SHORT_EXIT_STATUS_HELP.trim()}`)
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

addFileCommands(program, (command, options) => saying(() => command(readConfig), options));

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
  .option('--json', 'what was made, as JSON for scripts, errors too')
  .option('--quiet', 'show no progress')
  .addHelpText('after', LONG_EXIT_STATUS_HELP)
  .action((options: SeedOptions) =>
    saying(
      async () => (await import('./command/seed.ts')).seedCommand(readConfig(), options),
      options,
    ),
  );

/** commander's words without their label. */
function plain(text: string): string {
  return text.trim().replace(/^error: /, '');
}

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
    const lines = error instanceof ConfigError ? error.mistakes : [sentenceOf(error as Error)];
    if (json) console.error(errorJson(error as Error));
    else for (const line of lines) console.error(`minitter: ${line}`);
    process.exitCode = exitStatusOf(error);
  }
}

await program.parseAsync(process.argv.length > 2 ? process.argv : [...process.argv, 'serve']);
