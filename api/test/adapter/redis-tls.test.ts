/** Redis as clouds give it: behind TLS, with a password and no user. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { freePort } from '../kit/process.ts';
import { openLink, startRedis } from '../kit/redis.ts';
import { tempFolder } from '../kit/temp.ts';

const PASSWORD = 'LettersAndDigits0123456789';

/** A server whose certificate is for `localhost`. @returns its TLS port, and the certificate */
async function startBehindTls(t: TestContext) {
  const folder = tempFolder(t);
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const what =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost ' +
    '-addext subjectAltName=DNS:localhost';
  const made = spawnSync('openssl', [...what.split(' '), '-keyout', key, '-out', cert]);
  assert.equal(made.status, 0, String(made.stderr));
  const port = await freePort();
  const served = { 'tls-port': String(port), 'tls-auth-clients': 'no' };
  const proofs = { 'tls-key-file': key, 'tls-cert-file': cert, 'tls-ca-cert-file': cert };
  const args = Object.entries({ ...served, ...proofs }).map(([name, value]) => [
    `--${name}`,
    value,
  ]);
  const server = await startRedis(t, args.flat());
  await server.command('CONFIG', 'SET', 'requirepass', PASSWORD);
  return { port, cert: readFileSync(cert, 'utf8') };
}

/** Makes this process believe in a certificate, until the test ends. */
function trust(t: TestContext, cert: string): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, cert]);
  t.after(() => setDefaultCACertificates(before));
}

test('rediss:// with a password alone is spoken to through TLS', async (t) => {
  const { port, cert } = await startBehindTls(t);
  trust(t, cert);
  const link = await openLink(t, [`rediss://:${PASSWORD}@localhost:${port}`]);
  assert.ok(link.isUp);
  assert.equal(await link.run((client) => client.set('name', 'Ada')), 'OK');
  assert.equal(await link.run((client) => client.get('name')), 'Ada');
});

test('a server that cannot prove its name, or does not know the password, is as good as away', async (t) => {
  const { port, cert } = await startBehindTls(t);
  const isUp = async (url: string) => (await openLink(t, [url])).isUp;
  assert.equal(await isUp(`rediss://:${PASSWORD}@localhost:${port}`), false);
  trust(t, cert);
  assert.equal(await isUp(`rediss://:${PASSWORD}@127.0.0.1:${port}`), false);
  assert.equal(await isUp(`rediss://:wrong@localhost:${port}`), false);
  assert.equal(await isUp(`redis://:${PASSWORD}@localhost:${port}`), false);
});
