/** docs/mastodon-api.md: what it says of each method is so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { startApp } from '../kit/app.ts';
import { watchRoutes, withoutNames } from '../kit/routes.ts';

const PAGE = path.join(import.meta.dirname, '../../../docs/mastodon-api.md');
const ROW = /^\| `([A-Z]+ \/\S*)` \| (.*?) \| (.*?) ?\|$/gm;
/** Addresses of the Mastodon client API, of OAuth, and what clients look up before they log in. */
const OF_THIS_API = /^[A-Z]+ \/(api\/v\d|oauth\/|\.well-known\/|nodeinfo\/)/;

const rows = [...readFileSync(PAGE, 'utf8').matchAll(ROW)].map(
  ([, route = '', here = '', remark = '']) => ({ route: withoutNames(route), here, remark }),
);
const sorted = (routes: readonly string[]) => routes.toSorted();

describe('docs/mastodon-api.md', () => {
  test('lists each method once, and says why one is not here', () => {
    const routes = rows.map(({ route }) => route);
    assert.ok(routes.length > 250, `${routes.length} methods`);
    assert.deepEqual(sorted(routes), sorted([...new Set(routes)]));
    for (const { route, here, remark } of rows) {
      assert.match(here, /^(yes|empty|no)$/, route);
      if (here !== 'yes') assert.notEqual(remark, '', route);
    }
  });

  test('says of a method that it is here when it is, and lists all that are', async (t) => {
    const routes = watchRoutes(t);
    await startApp(t);
    const listed = rows.filter(({ here }) => here !== 'no').map(({ route }) => route);
    const routed = [...routes].map(withoutNames).filter((route) => OF_THIS_API.test(route));
    assert.deepEqual(sorted(listed), sorted(routed));
  });

  test('says of a method that it is not here when there is no such address', async (t) => {
    const { call, join } = await startApp(t);
    const as = await join('Ada');
    const answers: string[] = [];
    const missing = rows.filter(({ here }) => here === 'no');
    for (const { route } of missing) {
      const address = route.replaceAll(':_', '1') as 'GET /';
      const { status, body } = await call(address, { as });
      answers.push(`${status} ${Object.keys(body ?? {}).join()} ${route}`);
    }
    // What is not below /api speaks as the classic API does.
    const refusal = /^40[45] (error [A-Z]+ \/api\/|error,message [A-Z]+ \/(?!api\/))/;
    assert.deepEqual(
      answers.filter((answer) => !refusal.test(answer)),
      [],
    );
  });
});
