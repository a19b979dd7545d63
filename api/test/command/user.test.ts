/** `minitter user …` as a process of its own, beside a server that goes on. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { startAppWith, testConfig, type TestApp } from '../kit/app.ts';
import { atEnd } from '../kit/at-end.ts';
import { type Engine, describeOnEngines, freshDatabase } from '../kit/engines.ts';
import { startRedis } from '../kit/redis.ts';
import { runMinitter } from '../kit/server-process.ts';
import { startSmtp } from '../kit/smtp.ts';
import { tempFolder } from '../kit/temp.ts';

const MAIN = path.join(import.meta.dirname, '../../src/main.ts');
type Env = Readonly<Record<string, string>>;

/** The settings of a fresh database. */
async function freshEnv(t: TestContext, engine: Engine): Promise<Env> {
  const database = await freshDatabase(t, engine);
  const url = database.engine === 'mysql' ? database.url : `sqlite:${database.file}`;
  return { DATABASE_URL: url, MINITTER_DATA_DIR: tempFolder(t) };
}

/** A server on that database. */
const serverOn = (t: TestContext, env: Env): Promise<TestApp> =>
  startAppWith(t, testConfig(t, env));

/** Runs `minitter user <args> --json`. @returns the exit status, and the lines that it wrote */
async function user(t: TestContext, env: Env, ...args: string[]) {
  const { status, stdout, stderr } = await runMinitter(t, ['user', ...args, '--json'], env);
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  return { status, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** Waits until `look` says yes. @throws {Error} when that takes longer than a server may */
async function within(ms: number, look: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describeOnEngines('minitter user', (engine) => {
  test('makes, shows and changes people', async (t) => {
    const env = await freshEnv(t, engine);
    const args = ['--name', 'Ada', '--email', 'ada@example.com', '--admin'];
    const made = await user(t, env, 'create', ...args);
    const { password, created_at, ...ada } = made.lines[0] ?? {};
    assert.deepEqual(ada, {
      id: 1,
      username: 'ada',
      name: 'Ada',
      email: 'ada@example.com',
      state: 'active',
      role: 'admin',
    });
    assert.ok(typeof password === 'string' && password.length > 16);

    const changes = [['make-admin', '--undo'], ['suspend'], ['reinstate']];
    for (const [command = '', ...options] of changes) {
      assert.equal((await user(t, env, command, 'ada', ...options)).status, 0);
    }
    const shown = { ...ada, role: 'user', created_at };
    assert.deepEqual((await user(t, env, 'list')).lines, [shown]);
    assert.deepEqual((await user(t, env, 'list', '--suspended')).lines, []);
  });

  test('is noticed by a server that keeps timelines in memory', async (t) => {
    await noticed(t, { ...(await freshEnv(t, engine)), TIMELINE_STORE: 'memory' });
  });

  if (engine === 'mysql') {
    test('is noticed by servers that keep timelines in Redis', async (t) => {
      const { url } = await startRedis(t);
      await noticed(t, { ...(await freshEnv(t, engine)), REDIS_URL: url });
    });
  }
});

/** A reset, a suspension and a deletion reach a server that goes on. */
async function noticed(t: TestContext, env: Env): Promise<void> {
  const { call, join, tweet, timelineOf } = await serverOn(t, env);
  const [ada, grace, eve] = [await join('Ada'), await join('Grace'), await join('Eve')];
  for (const one of [grace, eve]) {
    await call('POST /follow', { as: ada, json: { follow: one.id } });
    await tweet(one, `I am ${one.name}`);
  }
  const isOut = (person: typeof ada) => async () =>
    (await call('GET /timeline', { as: person })).status === 401;
  const shows = (texts: string[]) => async () => (await timelineOf(ada)).join() === texts.join();
  assert.ok(await shows(['I am Eve', 'I am Grace'])());

  const reset = await user(t, env, 'reset-password', 'ada');
  await within(2500, isOut(ada));
  const password = reset.lines[0]?.['password'];
  const logIn = await call('POST /login', { json: { email: ada.email, password } });
  assert.equal(logIn.status, 200);

  await user(t, env, 'suspend', 'eve@example.com');
  await within(2500, shows(['I am Grace']));
  assert.ok(await isOut(eve)());

  assert.deepEqual((await user(t, env, 'delete', String(grace.id), '--yes')).lines, [
    { deleted: grace.id, username: 'grace' },
  ]);
  await within(2500, shows([]));
  assert.equal((await call(`GET /timeline/${grace.id}`)).status, 404);
  await user(t, env, 'reinstate', 'eve');
  await within(2500, shows(['I am Eve']));
}

describe('minitter user', () => {
  test('says by its exit status what was wrong', async (t) => {
    const env = await freshEnv(t, 'sqlite');
    const ada = ['--name', 'Ada', '--email', 'ada@example.com'];
    assert.equal((await user(t, env, 'create', ...ada)).status, 0);

    const taken = await user(t, env, 'create', ...ada);
    assert.deepEqual([taken.status, taken.lines[0]?.['error']], [4, 'email_taken']);
    const nobody = await user(t, env, 'suspend', 'grace');
    assert.deepEqual([nobody.status, nobody.lines[0]?.['error']], [3, 'user_not_found']);
    // Standard input is no terminal: nobody can be asked.
    const unconfirmed = await user(t, env, 'delete', 'ada');
    assert.deepEqual([unconfirmed.status, unconfirmed.lines[0]?.['error']], [2, 'usage']);
    assert.equal((await user(t, env, 'list')).lines.length, 1);

    const wrongSettings = await runMinitter(t, ['user', 'list'], { ...env, PORT: 'x' });
    assert.deepEqual([wrongSettings.status, wrongSettings.stdout], [1, '']);
    for (const args of [
      ['user', 'create'],
      ['user', 'dance'],
      ['user', 'list', '--loud'],
    ]) {
      assert.equal((await runMinitter(t, args, env)).status, 2, args.join(' '));
    }
  });

  test('has help for each command', async (t) => {
    const help = async (...args: string[]) =>
      (await runMinitter(t, [...args, '--help'], {})).stdout;
    const all = await help('user');
    const names = 'create list approve reset-password suspend reinstate delete make-admin';
    for (const name of names.split(' ')) {
      assert.match(all, new RegExp(`^ {2}${name}`, 'm'));
      assert.match(await help('user', name), /exit status is\n {2}0 {2}when/);
    }
  });

  test('sends a notice of another password, and does it all the same when it cannot', async (t) => {
    const smtp = await startSmtp(t);
    const env = {
      ...(await freshEnv(t, 'sqlite')),
      SMTP_URL: smtp.url,
      MAIL_FROM: 'minitter@minitter.example',
      MINITTER_PUBLIC_URL: 'https://minitter.example',
    };
    await user(t, env, 'create', '--name', 'Ada', '--email', 'ada@example.com');
    const reset = await user(t, env, 'reset-password', 'ada');
    assert.deepEqual([reset.status, reset.lines.length], [0, 1]);
    assert.deepEqual(smtp.arrived[0]?.to, ['ada@example.com']);
    assert.match(smtp.arrived[0]?.text ?? '', /has just been changed/);
    assert.ok(!smtp.arrived[0]?.text.includes(String(reset.lines[0]?.['password'])));

    await smtp.close();
    const args = ['user', 'reset-password', 'ada'];
    const again = await runMinitter(t, args, env);
    assert.equal(again.status, 0);
    assert.match(again.stdout, /^Password: /m);
    assert.match(again.stderr, /no mail could be sent/);
  });

  test('reads a password from standard input, and does not show it', async (t) => {
    const env = await freshEnv(t, 'sqlite');
    const { PATH = '' } = process.env;
    const args = ['user', 'create', '--name', 'Ada', '--email', 'ada@example.com'];
    const child = spawn(process.execPath, [MAIN, ...args, '--password-stdin'], {
      env: { PATH, BCRYPT_COST: '4', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    atEnd(t, () => child.kill('SIGKILL'));
    let stdout = '';
    child.stdout.on('data', (data) => (stdout += String(data)));
    child.stdin.end('the analytical engine\n');
    const [status] = (await once(child, 'close')) as [number];
    assert.equal(status, 0);
    assert.match(stdout, /^ada \(ada@example\.com\) is there/);
    assert.doesNotMatch(stdout, /engine/);

    const { call } = await serverOn(t, env);
    const json = { email: 'ada@example.com', password: 'the analytical engine' };
    assert.equal((await call('POST /login', { json })).status, 200);
  });
});
