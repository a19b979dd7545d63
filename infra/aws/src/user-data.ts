/** What an instance does when it starts: `user-data/install.sh` with its inputs before it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const SCRIPT = path.join(import.meta.dirname, '../user-data/install.sh');

/** EC2 takes no more, in bytes before it is encoded. */
export const USER_DATA_MAX_BYTES = 16_384;

/**
 * The script as EC2 runs it. A new version or a changed input makes a new text, hence a new launch
 * template, hence an instance refresh.
 *
 * @param inputs environment variables of `install.sh`; values may be tokens of CloudFormation
 */
export function userData(inputs: Readonly<Record<string, string>>): string {
  const [shebang = '', ...script] = readFileSync(SCRIPT, 'utf8').split('\n');
  const exports = Object.entries(inputs).map(
    ([name, value]) => `export ${name}='${quoted(value)}'`,
  );
  return [shebang, ...exports, ...script.filter((line) => !isComment(line))].join('\n');
}

/** EC2 counts every byte, and the comments are in the repository. */
const isComment = (line: string) => /^\s*#(?!!)/.test(line);

/** As it may stand between single quotes of a shell. */
const quoted = (value: string) => value.replaceAll("'", "'\\''");
