/** toot (https://github.com/ihabunek/toot), a client that nobody here wrote, as somebody uses it in a shell. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { programPath } from './process.ts';
import { tempFolder } from './temp.ts';

const isInstalled = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .some((folder) => existsSync(path.join(folder, 'toot')));

/** Whether it can be tested here. In CI it is there, or the tests fail. */
export const HAS_TOOT = isInstalled || Boolean(process.env['CI']);

/** What toot asks for, and what is typed then, by what it has printed so far. */
type Answers = readonly (readonly [question: RegExp, answer: (printed: string) => unknown])[];

/** Somebody's toot: it keeps what it knows in a folder of his own. */
export class Toot {
  readonly #program = programPath('toot', 'toot');
  readonly #env: NodeJS.ProcessEnv;
  readonly #url: URL;

  /** @param url of the server that he uses */
  constructor(t: TestContext, url: string) {
    this.#url = new URL(url);
    this.#env = {
      PATH: process.env['PATH'],
      HOME: tempFolder(t),
      XDG_CONFIG_HOME: tempFolder(t),
      LC_ALL: 'C.UTF-8',
      PYTHONUNBUFFERED: '1',
    };
  }

  /**
   * Runs a command of it, such as `post hello`.
   *
   * @returns what it printed, without colours
   * @throws {AssertionError} when it failed
   */
  run(...args: readonly string[]): Promise<string> {
    return this.#run(args, []);
  }

  /**
   * Logs in with a browser.
   *
   * @param letIn what is done there: it opens the address, and reads the code
   */
  async logIn(letIn: (address: URL) => Promise<string>): Promise<string> {
    const address = (printed: string) => /https?:\S+\/oauth\/authorize\S+/.exec(printed)?.[0] ?? '';
    return this.#run(
      ['login', ...(await this.#server())],
      [
        [/\[Y\/n\]:? ?$/, () => 'n'],
        [/code: ?$/, (printed) => letIn(new URL(address(printed)))],
      ],
    );
  }

  /** Logs in with a password that toot itself is told. */
  async logInWithPassword(email: string, password: string): Promise<string> {
    const args = ['login_cli', ...(await this.#server()), '--email', email];
    return this.#run(args, [[/./, () => password]]);
  }

  /** Old versions want a name, and to be told that there is no HTTPS; later ones an address. */
  async #server(): Promise<string[]> {
    const isOld = (await this.run('login', '--help')).includes('--disable-https');
    const { origin, host } = this.#url;
    return isOld ? ['--disable-https', '--instance', host] : ['--instance', origin];
  }

  async #run(args: readonly string[], answers: Answers): Promise<string> {
    const child = spawn(this.#program, args, { env: this.#env });
    const left = [...answers];
    let printed = '';
    const listen = (bytes: Buffer) => {
      printed += stripVTControlCharacters(bytes.toString());
      const [question, answer] = left[0] ?? [];
      if (!answer || !question?.test(printed)) return;
      left.shift();
      void type(answer);
    };
    const type = async (answer: (printed: string) => unknown) => {
      child.stdin.write(`${String(await answer(printed))}\n`);
      if (left.length === 0) child.stdin.end();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    if (left.length === 0) child.stdin.end();
    const [status] = await once(child, 'close');
    assert.equal(status, 0, `toot ${args.join(' ')}: ${printed}`);
    return printed;
  }
}
