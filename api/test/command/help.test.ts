/** What each command says of itself. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { runMinitter } from '../kit/server-process.ts';

async function help(t: TestContext, ...command: string[]): Promise<string> {
  const { status, stdout } = await runMinitter(t, [...command, '--help'], {});
  assert.equal(status, 0, command.join(' '));
  return stdout;
}

/** The commands that a help lists. */
const listed = (text: string) =>
  [...(text.split('Commands:\n')[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');

test('every command has a help that documents its exit status, and takes --json or says why not', async (t) => {
  const commands = listed(await help(t)).map((name) => [name]);
  const users = listed(await help(t, 'user')).map((name) => ['user', name]);
  assert.ok(commands.length >= 12 && users.length >= 8);
  const all = [...commands.filter(([name]) => name !== 'user'), ...users];
  const texts = await Promise.all(all.map((command) => help(t, ...command)));
  for (const [i, command] of all.entries()) {
    const name = command.join(' ');
    assert.match(texts[i] ?? '', /The exit status is/, name);
    // A server writes its log.
    if (name !== 'serve') assert.match(texts[i] ?? '', /--json/, name);
  }
});

test('a wrong command line is told, with the help, and by status 2', async (t) => {
  for (const args of [['backup'], ['nonsense'], ['seed', '--users', 'many'], ['serve', '--fast']]) {
    const { status, stderr } = await runMinitter(t, args, {});
    assert.equal(status, 2, `${args.join(' ')}: ${stderr}`);
  }
});

test('with --json, errors are JSON, too', async (t) => {
  const { status, stderr } = await runMinitter(t, ['verify', '/nowhere', '--json'], {});
  assert.equal(status, 1);
  assert.deepEqual(JSON.parse(stderr), {
    error: 'failed',
    message: 'There is no file /nowhere.',
  });

  const wrong = await runMinitter(t, ['verify', '--json'], {});
  assert.equal(wrong.status, 2);
  assert.deepEqual(JSON.parse(wrong.stderr), {
    error: 'usage',
    message: "missing required argument 'file'",
  });
});
