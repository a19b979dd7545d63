/** All that a server says in its life, searched for the secrets that were used in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Person } from './kit/app.ts';
import { cuttableProxy } from './kit/cuttable-proxy.ts';
import { describeOnEngines, freshDatabase } from './kit/engines.ts';
import { formOf } from './kit/http-pictures.ts';
import { head, sendRaw } from './kit/http-raw.ts';
import { freePort } from './kit/process.ts';
import { type ServerProcess, startServer } from './kit/server-process.ts';
import { tempFolder } from './kit/temp.ts';

const SETTINGS = {
  MINITTER_SECRET: 'the-secret-that-signs-the-tokens-of-this-test',
  METRICS_TOKEN: 'the-token-of-Prometheus',
  S3_SECRET_ACCESS_KEY: 'the-secret-key-of-the-bucket',
};

/** What clients send and nobody else may see. */
const SENT = {
  wrongPassword: 'a-wrong-and-secret-guess',
  forgedToken: 'a.forged.token',
  ofQuery: 'a-token-in-the-query',
  ofBrokenBody: 'half-a-secret-of-a-broken-body',
  ofTweet: 'what-only-my-followers-shall-know',
  ofPicture: 'what-is-on-the-picture',
  ofAddress: 'a-password-in-an-address',
  ofCookie: 'a-cookie-of-another-site',
};

/** Everything that bears a secret, right or wrong. */
async function useSecrets(server: ServerProcess, ada: Person): Promise<void> {
  const { call } = server;
  const json = { 'content-type': 'application/json' };
  await call('POST /login', { json: { email: ada.email, password: SENT.wrongPassword } });
  await call('GET /timeline', { headers: { authorization: `Bearer ${SENT.forgedToken}` } });
  await call(`GET /timeline?access_token=${SENT.ofQuery}`, { as: ada });
  await call(`GET /nothing?access_token=${SENT.ofQuery}`, {
    headers: { cookie: `session=${SENT.ofCookie}` },
  });
  await call('POST /sign-up', { raw: `{"password": "${SENT.ofBrokenBody}`, headers: json });
  await call('POST /tweet', { as: ada, json: { tweet: SENT.ofTweet } });
  await call('POST /profile-picture', { as: ada, raw: formOf(['profile-pic', SENT.ofPicture]) });
  await call('GET /metrics', {
    headers: { authorization: `Bearer ${SETTINGS.METRICS_TOKEN}` },
  });
}

describeOnEngines('the log of a server', (engine) => {
  test('has none of the secrets that were used, also when the database is away', async (t) => {
    const database = await freshDatabase(t, engine);
    const url = database.engine === 'mysql' ? new URL(database.url) : undefined;
    const line = url && (await cuttableProxy(t, Number(url.port)));
    if (url && line) url.port = String(line.port);
    const server = await startServer(t, {
      ...SETTINGS,
      S3_ACCESS_KEY_ID: 'somebody',
      S3_BUCKET: 'pictures',
      // Nobody is there: uploads fail, with a line in the log.
      S3_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      MINITTER_DATA_DIR: tempFolder(t),
      DATABASE_URL: url?.href ?? `sqlite:${database.engine === 'sqlite' ? database.file : ''}`,
      LOG_LEVEL: 'trace',
      LOG_REQUESTS: 'on',
    });
    const ada = await server.join('Ada');

    await useSecrets(server, ada);
    await sendRaw(
      t,
      server.url,
      head(`GET http://ada:${SENT.ofAddress}@x/ping`, { Connection: 'close' }),
    );
    line?.cut();
    await useSecrets(server, ada);
    line?.mend();
    assert.equal(await server.end('SIGTERM'), 0);

    const output = server.output();
    assert.match(output, /"path":"\/timeline"/, 'requests are in the log');
    if (engine === 'mysql') assert.match(output, /storage failed/, 'failures are in the log');
    const secrets = { ...SETTINGS, ...SENT, password: ada.password, token: ada.token };
    for (const [name, secret] of Object.entries(secrets)) {
      assert.ok(!output.includes(secret), `${name} is in the log`);
    }
    if (url?.password) assert.ok(!output.includes(`:${url.password}@`));
  });
});
