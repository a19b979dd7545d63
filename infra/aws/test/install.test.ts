/** The parts of install.sh that need no fresh machine; try/in-debian.sh runs all of it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { USER_DATA_MAX_BYTES } from '../src/user-data.ts';
import { flat, MAIL, only, REPOSITORY } from './kit.ts';

const SCRIPT = path.join(import.meta.dirname, '../user-data/install.sh');

/** Runs lines of bash after the script's functions were read; `aws` and `curl` are played. */
function bash(lines: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--norc', '-c', `. '${SCRIPT}'\n${lines}`],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    },
  );
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

/** Runs a line of bash after the whole script of an instance was read. */
function sh(script: string, line: string) {
  const { status, stdout } = spawnSync('bash', ['--norc', '-c', `eval "$SCRIPT"\n${line}`, 'sh'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], SCRIPT: script.replace(/^if \[ "\$\{BASH_SOURCE[^]*$/m, '') },
  });
  return { status, stdout: stdout.trim() };
}

/** What an instance is given, as shell text. */
const userDataOf = (settings: Record<string, string> = {}): string =>
  flat(only('AWS::EC2::LaunchTemplate', settings).Properties['LaunchTemplateData'].UserData);

test('the address of the database is made from the secret, whatever is in the password', () => {
  const { stdout } = bash('echo "$SECRET" | database_url', {
    SECRET: JSON.stringify({ username: 'minitter', password: 'p@ss:/?#%"' }),
    DATABASE_HOST: 'db.example',
    DATABASE_PORT: '3306',
    DATABASE_NAME: 'minitter',
    DATABASE_TLS: 'Amazon RDS',
  });
  const url = new URL(stdout);
  assert.equal(decodeURIComponent(url.password), 'p@ss:/?#%"');
  assert.equal(url.host, 'db.example:3306');
  assert.equal(url.pathname, '/minitter');
  assert.equal(url.searchParams.get('ssl'), 'Amazon RDS');
});

test('the address of the mail server is made from its secret', () => {
  const { stdout } = bash('echo "$SECRET" | with_login smtp://mail.example:587', {
    SECRET: JSON.stringify({ username: 'AKIA', password: 'p/+$&=' }),
  });
  assert.equal(stdout, 'smtp://AKIA:p%2F%2B%24%26%3D@mail.example:587');
});

test('an instance is told of the mail server, and of no password', () => {
  const { status, stdout } = sh(
    userDataOf(MAIL),
    'echo "$SMTP_SERVER $SMTP_SECRET $SETTING_MAIL_FROM"',
  );
  assert.equal(status, 0);
  assert.equal(stdout, `${MAIL.smtpUrl} ${MAIL.smtpSecret} ${MAIL.mailFrom}`);
  assert.doesNotMatch(userDataOf(), /^export SMTP_/m);
});

test('settings of the server arrive as they were written', () => {
  const title = "Ada's 미니터; echo 'no'";
  const told = userDataOf({ server: JSON.stringify({ SITE_TITLE: title }) });
  const { stdout } = sh(told, 'write_setting SITE_TITLE "$SETTING_SITE_TITLE"');
  assert.equal(stdout, `SITE_TITLE="${title}"`);
});

test('secrets come from Secrets Manager by their ARN', () => {
  const arn = 'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:one';
  const { stdout } = bash(`aws() { echo "aws $*"; }\nread_secret '${arn}'`);
  assert.equal(
    stdout,
    `aws secretsmanager get-secret-value --secret-id ${arn} --query SecretString --output text`,
  );
});

test('what a shell or systemd would expand is refused in a setting', () => {
  assert.equal(
    bash(`write_setting A 'https://your.domain/?a=b&c=%20'`).stdout,
    'A="https://your.domain/?a=b&c=%20"',
  );
  for (const value of ['a"b', 'a$b', 'a`b', 'a\\b']) {
    const { status, stdout } = bash('write_setting A "$VALUE"', { VALUE: value });
    assert.notEqual(status, 0, value);
    assert.equal(stdout, '');
  }
});

test('the group is told what became of the instance', () => {
  const { stdout } = bash(
    `curl() { case "$*" in *api/token*) echo TOKEN ;; *TOKEN*instance-id*) echo i-1 ;; esac; }
     aws() { echo "aws $*"; }
     tell_group CONTINUE`,
    { LIFECYCLE_GROUP: 'minitter-servers', LIFECYCLE_HOOK: 'installed' },
  );
  assert.equal(
    stdout,
    'aws autoscaling complete-lifecycle-action --auto-scaling-group-name minitter-servers ' +
      '--lifecycle-hook-name installed --instance-id i-1 --lifecycle-action-result CONTINUE',
  );
  assert.equal(bash('aws() { echo called; }\ntell_group CONTINUE').stdout, '');
});

test('a step that fails is told once, and the instance is given up', () => {
  const { status, stdout, stderr } = bash(
    `set -o errtrace
     trap 'failed "$LINENO" "$BASH_COMMAND"' ERR
     tell_group() { echo "told $1"; }
     value=$(false)
     echo 'went on'`,
  );
  assert.notEqual(status, 0);
  assert.equal(stdout, 'told ABANDON');
  assert.match(stderr, /^minitter-install: failed at line \d+: \S+/);
  assert.equal(stderr.split('\n').length, 1);
});

test('the database is migrated before the server starts, and it serves before the group is told', () => {
  const steps = [
    'install_packages',
    'ship_logs',
    'make_user',
    'install_release',
    'write_settings',
    'write_unit',
    'write_command',
    'start_server',
    'wait_for_ping',
    'tell_group',
  ];
  const fakes = steps.map((step) => `${step}() { echo ${step}; }`).join('\n');
  const { stdout } = bash(`${fakes}\nmain`, { COMMAND: 'echo' });
  const order = stdout.split('\n').filter((line) => !line.startsWith('minitter-install:'));
  assert.deepEqual(order.slice(-4), ['migrate', 'start_server', 'wait_for_ping', 'tell_group']);
});

test('the server may do no more here than where infra/systemd/minitter.service runs it', () => {
  const file = path.join(REPOSITORY, 'infra/systemd/minitter.service');
  const [, elsewhere = ''] = readFileSync(file, 'utf8').split(/^# Each client takes a file\.$/m);
  const limits =
    elsewhere.match(/^\w+=.*$/gm)?.filter((line) => !line.startsWith('WantedBy')) ?? [];
  assert.ok(limits.length > 20);
  const here = new Set(bash('unit').stdout.split('\n'));
  assert.deepEqual(
    limits.filter((line) => !here.has(line)),
    [],
  );
});

test('user data fits into what EC2 takes, with room for longer names', () => {
  const server = JSON.stringify({ SITE_RULES: 'x'.repeat(900) });
  assert.ok(Buffer.byteLength(userDataOf({ ...MAIL, server })) < USER_DATA_MAX_BYTES * 0.95);
});

test('user data is a script that bash can read', () => {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: userDataOf(), encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(status, 0);
});

test('every setting that an instance is given is one of the server’s', () => {
  const names = [...userDataOf().matchAll(/^export SETTING_(\w+)=/gm)].map(([, name]) => name);
  const config = readFileSync(path.join(REPOSITORY, 'api/src/config/settings.ts'), 'utf8');
  assert.ok(names.includes('TRUSTED_PROXIES'));
  for (const name of [...names, 'HOST', 'MINITTER_DATA_DIR', 'MINITTER_SECRET', 'DATABASE_URL']) {
    assert.match(config, new RegExp(`^ {2}${name}: \\w+\\(`, 'm'));
  }
});

test('the balancer’s subnets, and nothing else, are trusted to name the client', () => {
  const [, proxies] = /^export SETTING_TRUSTED_PROXIES='(.*)'$/m.exec(userDataOf()) ?? [];
  assert.equal(proxies, '10.20.0.0/24,10.20.1.0/24');
});
