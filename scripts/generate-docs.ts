/**
 * `npm run docs`: writes the files that are made from the code, `.env.example`,
 * `docs/errors.md` and the table in `docs/configure.md`. Tests hold them against the code.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { envExample, settingHelp } from '../api/src/config.ts';
import { ERROR_STATUS, type ErrorCode, MESSAGES } from '../api/src/view/errors.ts';

/** The text of `docs/errors.md`: every error, with its status and its messages. */
export function errorsPage(): string {
  const codes = Object.keys(ERROR_STATUS).toSorted() as ErrorCode[];
  const rows = codes.map(
    (code) =>
      `| \`${code}\` | ${ERROR_STATUS[code].classic} | ${MESSAGES[code].en} | ${MESSAGES[code].ko} |`,
  );
  return `# Errors

Every error of the classic API is JSON: \`{"error": code, "message": text}\`. The code is stable: a
program may rely on it. The message is for people, in English or Korean by \`Accept-Language\`, and
may be worded better tomorrow. With status 500 there is also \`request_id\`, which finds the cause in
the server's log.

An answer with status 429 or 503 says in \`Retry-After\` how many seconds to wait.

This page is made from the code by \`npm run docs\`; a test holds the two together.

| code | status | English | Korean |
|---|---|---|---|
${rows.join('\n')}
`;
}

const SETTINGS_TABLE = /(?<=<!-- settings -->\n)[^]*?(?=<!-- \/settings -->)/;

/** The page with its table of settings made anew, between the marks that enclose it. */
export function withSettingsTable(page: string): string {
  const rows = settingHelp().map(
    ({ name, fallback, help }) =>
      `| \`${name}\` | ${fallback && `\`${fallback}\``} | ${help.replaceAll('<', '\\<')} |\n`,
  );
  const table = ['| setting | default | what it is for |\n|---|---|---|\n', ...rows].join('');
  return page.replace(SETTINGS_TABLE, () => table);
}

if (import.meta.main) {
  const root = path.join(import.meta.dirname, '..');
  writeFileSync(path.join(root, 'docs/errors.md'), errorsPage());
  writeFileSync(path.join(root, '.env.example'), envExample());
  const configure = path.join(root, 'docs/configure.md');
  writeFileSync(configure, withSettingsTable(readFileSync(configure, 'utf8')));
}
