/** The dashboard, held against the metrics that there are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { startApp } from '../kit/app.ts';

const FILE = path.join(import.meta.dirname, '../../../infra/grafana/minitter.json');
const TOKEN = 'a token for Prometheus';

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

test('the dashboard shows metrics and labels that there are, and only these', async (t) => {
  const { call, join } = await startApp(t, { env: { METRICS_TOKEN: TOKEN } });
  await call('GET /timeline', { as: await join('Ada') });
  const { text } = await call('GET /metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const names = new Set(samples.map((line) => /^\w+/.exec(line)?.[0]));
  // Prometheus adds the server's own.
  const labels = new Set(['instance', ...[...text.matchAll(/(\w+)="/g)].map(([, label]) => label)]);

  const { panels } = JSON.parse(readFileSync(FILE, 'utf8')) as Dashboard;
  assert.ok(panels.length >= 10);
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const used = [...expr.matchAll(/\b(?:minitter|nodejs|process)_\w+/g)].map(([name]) => name);
      assert.ok(used.length > 0, title);
      for (const name of used) assert.ok(names.has(name), `${title}: ${name}`);
      for (const [, by = ''] of expr.matchAll(/by \(([^)]+)\)/g)) {
        for (const label of by.split(', ')) assert.ok(labels.has(label), `${title}: ${label}`);
      }
    }
  }
});
