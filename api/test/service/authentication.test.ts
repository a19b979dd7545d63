import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { SessionService } from '../../src/service/sessions.ts';
import { codeOf, refusal } from '../kit/domain-errors.ts';
import { HOUR, SECOND } from '../kit/fake-clock.ts';
import { type Member, type ServicesOptions, startServices } from '../kit/services.ts';

/** Services with one member, Ada. */
async function withAda(t: TestContext, options: ServicesOptions = {}) {
  const services = await startServices(t, options);
  const ada = await services.join('Ada');
  const pass = (ms: number) => services.clock.pass(ms);
  const isRefused = ({ token }: Member) =>
    assert.rejects(services.sessions.authenticate(token), refusal('token_invalid'));
  /** Ends a session as another instance would: in the database alone. */
  const revokeElsewhere = ({ viewer }: Member) =>
    services.store.write((tx) =>
      services.model.sessions.revoke(tx, viewer.jti, services.clock.now()),
    );
  return { ...services, ada, pass, isRefused, revokeElsewhere };
}

const lastUse = async (
  { model }: { model: Awaited<ReturnType<typeof withAda>>['model'] },
  jti: string,
) => (await model.sessions.find(jti))?.last_used_at;

describe('a token', () => {
  test('tells who comes, and with which session', async (t) => {
    const { sessions, ada } = await withAda(t);
    assert.partialDeepStrictEqual(await sessions.authenticate(ada.token), ada.viewer);
    assert.partialDeepStrictEqual(await sessions.authenticate(ada.token), ada.viewer);
  });

  test('tells two people apart', async (t) => {
    const { sessions, ada, join } = await withAda(t);
    const bob = await join('Bob');
    assert.partialDeepStrictEqual(await sessions.authenticate(bob.token), bob.viewer);
    assert.partialDeepStrictEqual(await sessions.authenticate(ada.token), ada.viewer);
  });

  test('is refused when the server has not signed it', async (t) => {
    const { sessions, ada } = await withAda(t);
    for (const token of [
      '',
      'garbage',
      `${ada.token}x`,
      ada.token.split('.').slice(0, 2).join('.'),
    ]) {
      await assert.rejects(sessions.authenticate(token), refusal('token_invalid'));
    }
  });

  test('is refused when it names no session, or that of somebody else', async (t) => {
    const { sessions, tokens, clock, ada, join } = await withAda(t);
    const bob = await join('Bob');
    const times = { issuedAt: clock.now(), expiresAt: clock.now() + HOUR };
    for (const claims of [
      { jti: 'no such session', userId: ada.user.id },
      { jti: bob.viewer.jti, userId: ada.user.id },
      { jti: '', userId: ada.user.id },
    ]) {
      const token = await tokens.sign({ ...claims, ...times });
      await assert.rejects(sessions.authenticate(token), refusal('token_invalid'));
    }
  });
});

describe('a session that was ended', () => {
  test('is refused at once, although it was just believed', async (t) => {
    const { sessions, ada, isRefused } = await withAda(t);
    await sessions.authenticate(ada.token);
    await sessions.end(ada.viewer);
    await isRefused(ada);
  });

  test('leaves the other sessions of its user alone', async (t) => {
    const { sessions, ada, logIn } = await withAda(t);
    const other = await logIn(ada.user.email, ada.password);
    await sessions.end(ada.viewer);
    assert.equal((await sessions.authenticate(other.accessToken)).userId, ada.user.id);
  });

  test('may be ended twice', async (t) => {
    const { sessions, ada, isRefused } = await withAda(t);
    await sessions.end(ada.viewer);
    await sessions.end(ada.viewer);
    await isRefused(ada);
  });

  test('by another instance is refused at once when it was not in use', async (t) => {
    const { ada, isRefused, revokeElsewhere } = await withAda(t);
    await revokeElsewhere(ada);
    await isRefused(ada);
  });

  test('by another instance is refused after a second when it was in use', async (t) => {
    const { sessions, ada, pass, isRefused, revokeElsewhere } = await withAda(t);
    await sessions.authenticate(ada.token);
    await revokeElsewhere(ada);
    pass(1 * SECOND + 1);
    await isRefused(ada);
  });

  test('by another instance is refused after a second, however often it was used meanwhile', async (t) => {
    const { sessions, ada, pass, isRefused, revokeElsewhere } = await withAda(t);
    await sessions.authenticate(ada.token);
    await revokeElsewhere(ada);
    pass(0.9 * SECOND);
    await sessions.authenticate(ada.token);
    pass(0.2 * SECOND);
    await isRefused(ada);
  });
});

describe('a session ends', () => {
  test('when its user is deleted', async (t) => {
    const { sessions, store, ada, pass, isRefused } = await withAda(t);
    await sessions.authenticate(ada.token);
    await store.write((tx) => tx.deleteFrom('users').where('id', '=', ada.user.id).execute());
    pass(1 * SECOND + 1);
    await isRefused(ada);
  });

  test('when its user is suspended', async (t) => {
    const { store, model, clock, ada, isRefused } = await withAda(t);
    const suspended = { state: 'suspended' } as const;
    await store.write((tx) => model.users.update(tx, ada.user.id, suspended, clock.now()));
    await isRefused(ada);
  });

  test('when its time is over', async (t) => {
    const { sessions, ada, pass, isRefused } = await withAda(t, { tokenTtlMs: 60 * SECOND });
    pass(60 * SECOND - 1);
    assert.partialDeepStrictEqual(await sessions.authenticate(ada.token), ada.viewer);
    pass(2);
    await isRefused(ada);
  });

  test('when its time is over in the database, whatever the token says', async (t) => {
    const { store, clock, ada, isRefused } = await withAda(t);
    await store.write((tx) =>
      tx.updateTable('sessions').set({ expires_at: clock.now() }).execute(),
    );
    await isRefused(ada);
  });

  for (const beforeMs of [1, 2, 3, 4, 5]) {
    test(`when its token expires while it is being looked at, ${beforeMs} ms later`, async (t) => {
      const { model, credentials, tokens, clock, ada, pass } = await withAda(t, {
        tokenTtlMs: 60_500,
      });
      const sessions = new SessionService({
        ...model,
        credentials,
        tokens,
        // A clock that goes on by a millisecond whenever somebody looks, as in a busy server.
        now: () => {
          pass(1);
          return clock.now();
        },
        log: { warn: () => {}, error: () => {} },
        tokenTtlMs: 60_500,
        sessionIdleMs: 60_500,
        cacheSize: 1000,
        believeMs: 1000,
      });
      const { expiresAt } = await tokens.verify(ada.token, clock.now());
      pass(expiresAt - clock.now() - beforeMs);

      // Perhaps still believed, perhaps not.
      await codeOf(sessions.authenticate(ada.token));

      pass(10 * SECOND);
      await assert.rejects(sessions.authenticate(ada.token), refusal('token_invalid'));
    });
  }
});

describe('when a session was last used', () => {
  test('is noted after an hour', async (t) => {
    const { sessions, store, model, clock, ada, pass } = await withAda(t);
    pass(1 * HOUR + 1);
    await sessions.authenticate(ada.token);
    // The note is in the queue of writes already; this one comes after it.
    await store.write(async () => {});
    assert.equal(await lastUse({ model }, ada.viewer.jti), clock.now());
  });

  test('is not noted before', async (t) => {
    const { sessions, store, model, clock, ada, pass } = await withAda(t);
    const loggedIn = clock.now();
    pass(1 * HOUR);
    await sessions.authenticate(ada.token);
    await store.write(async () => {});
    assert.equal(await lastUse({ model }, ada.viewer.jti), loggedIn);
  });
});
