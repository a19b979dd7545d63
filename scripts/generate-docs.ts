/**
 * `npm run docs`: writes the files that are made from the code, `.env.example` and
 * `docs/errors.md`. Tests hold both against the code.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { envExample } from '../api/src/config.ts';
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

if (import.meta.main) {
  const root = path.join(import.meta.dirname, '..');
  writeFileSync(path.join(root, 'docs/errors.md'), errorsPage());
  writeFileSync(path.join(root, '.env.example'), envExample());
}
