import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSession } from '../../src/service/new-sessions.ts';
import { refusal } from '../kit/domain-errors.ts';
import { describeOnEngines } from '../kit/engines.ts';
import { MINUTE } from '../kit/fake-clock.ts';
import { ADDRESS, signUpOf, startServices } from '../kit/services.ts';

const ADA = signUpOf('Ada');

describeOnEngines("somebody's sessions", (engine) => {
  test('are listed with their apps, the one last used first, and no others', async (t) => {
    const services = await startServices(t, { engine });
    const { sessions, apps, store, model, clock, join, logIn } = services;
    const ada = await join('Ada');
    await join('Grace');
    clock.pass(MINUTE);
    const draft = { name: 'Tusk', website: 'https://tusk.example', redirectUris: ['tusk:back'] };
    const { app } = await apps.register(draft, ADDRESS);
    const begin = { userId: ada.user.id, scopes: 'read', now: clock.now(), lastsMs: MINUTE };
    const ofApp = newSession({ ...begin, appId: app.id });
    const short = newSession({ ...begin, lastsMs: 1 });
    await store.write(async (tx) => {
      for (const session of [ofApp, short]) await model.sessions.insert(tx, session);
    });
    const ended = await sessions.authenticate((await logIn(ADA.email, ADA.password)).accessToken);
    await sessions.end(ended);
    clock.pass(1);

    const listed = await sessions.list(ada.viewer);

    assert.deepEqual(
      listed.map(({ jti, app_name, app_website }) => [jti, app_name, app_website]),
      [
        [ofApp.jti, 'Tusk', 'https://tusk.example'],
        [ada.viewer.jti, null, null],
      ],
    );
  });

  test('are ended one by one, by their owner alone', async (t) => {
    const { sessions, join, logIn } = await startServices(t, { engine });
    const [ada, grace] = [await join('Ada'), await join('Grace')];
    const { accessToken } = await logIn(ADA.email, ADA.password);
    const { jti } = await sessions.authenticate(accessToken);

    await assert.rejects(sessions.endOwn(grace.viewer, jti), refusal('session_not_found'));
    await assert.rejects(sessions.endOwn(ada.viewer, 'made-up'), refusal('session_not_found'));
    assert.ok(await sessions.authenticate(accessToken));
    await sessions.endOwn(ada.viewer, jti);
    await assert.rejects(sessions.authenticate(accessToken), refusal('token_invalid'));
    await assert.rejects(sessions.endOwn(ada.viewer, jti), refusal('session_not_found'));
    assert.ok(await sessions.authenticate(ada.token));
  });

  test('end with all their tokens, if there is more than one', async (t) => {
    const { sessions, tokens, clock, join } = await startServices(t, { engine });
    const { viewer, token } = await join('Ada');
    const claims = await tokens.verify(token, clock.now());
    const other = await tokens.sign({ ...claims, expiresAt: claims.expiresAt - MINUTE });
    for (const one of [token, other, token, other]) await sessions.authenticate(one);
    await sessions.endOwn(viewer, viewer.jti);
    for (const one of [token, other]) {
      await assert.rejects(sessions.authenticate(one), refusal('token_invalid'));
    }
  });

  test('are ended all at once, but for the one that asks', async (t) => {
    const { sessions, join, logIn } = await startServices(t, { engine });
    const [ada, grace] = [await join('Ada'), await join('Grace')];
    const others = [await logIn(ADA.email, ADA.password), await logIn(ADA.email, ADA.password)];
    for (const { accessToken } of others) await sessions.authenticate(accessToken);

    await sessions.endOthers(ada.viewer);

    for (const { accessToken } of others) {
      await assert.rejects(sessions.authenticate(accessToken), refusal('token_invalid'));
    }
    assert.ok(await sessions.authenticate(ada.token));
    assert.ok(await sessions.authenticate(grace.token));
    assert.equal((await sessions.list(ada.viewer)).length, 1);
  });
});
