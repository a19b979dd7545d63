import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Times } from '../../../src/view/metrics/times.ts';

test('a time is in the first bucket that holds it and in all above, in seconds', () => {
  const times = new Times();
  for (const ms of [0.1, 0.25, 0.3, 60_000]) times.add(ms);

  const samples = times.samples('x', { route: '/' });

  const buckets = samples.filter(({ metricName }) => metricName === 'x_bucket');
  const valueAt = (le: string | number) => buckets.find(({ labels }) => labels['le'] === le)?.value;
  assert.deepEqual([0.00025, 0.0005, 0.001, 10, '+Inf'].map(valueAt), [2, 3, 3, 3, 4]);
  const [sum, count] = samples.slice(-2);
  assert.equal(sum?.metricName, 'x_sum');
  assert.ok(Math.abs((sum?.value ?? 0) - 60.00065) < 1e-9);
  assert.deepEqual(count, { metricName: 'x_count', labels: { route: '/' }, value: 4 });
});
