/** The access matrix: every route of the whole server, and who is answered what. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { chaptersOf, lineOf, routeOfRow, Scene } from '../kit/access.ts';
import { startApp } from '../kit/app.ts';
import { MemoryMailer } from '../kit/memory-mailer.ts';
import { watchRoutes, withoutNames } from '../kit/routes.ts';
import { builtClient } from '../kit/web-client.ts';
import { ACCESS } from './access-table.ts';

/** Everything that a server may have is there. */
const startWhole = (t: TestContext) =>
  startApp(t, {
    webFolder: builtClient(t),
    mailer: new MemoryMailer(),
    env: {
      SMTP_URL: 'smtp://mail.example',
      MAIL_FROM: 'minitter@mail.example',
      MINITTER_PUBLIC_URL: 'https://mini.example',
      METRICS_TOKEN: 'a token for whoever reads the metrics',
      OAUTH_PASSWORD_GRANT: 'true',
    },
  });

describe('who may call what', () => {
  const chapters = chaptersOf(ACCESS);

  test('stands in the table for every route, and for no other', async (t) => {
    const routes = watchRoutes(t);
    await startWhole(t);
    const listed = [...chapters.values()].flat().map(routeOfRow);
    const sorted = (names: Iterable<string>) => [...new Set(names)].toSorted();
    assert.deepEqual(sorted(listed), sorted([...routes].map(withoutNames)));
  });

  for (const [chapter, rows] of chapters) {
    test(`is so: ${chapter}`, async (t) => {
      const scene = await Scene.of(await startWhole(t));
      const answered: string[] = [];
      for (const row of rows) answered.push(await scene.ask(row));
      assert.deepEqual(answered, rows.map(lineOf));
    });
  }
});
