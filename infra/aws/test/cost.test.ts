/** The arithmetic of costs, and the pages that show it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PAGES, withTables } from '../scripts/cost.ts';
import { ALARMS, capacity, monthlyBill, SECRETS, total } from '../src/cost.ts';
import { SIZES } from '../src/sizes.ts';
import { ofType } from './kit.ts';

for (const page of PAGES) {
  test(`${path.basename(page)} shows the tables of cost.ts (npm run cost writes them)`, () => {
    const text = readFileSync(page, 'utf8');
    assert.equal(withTables(page, text), text);
  });
}

test('a bill is the sum of its lines', () => {
  assert.equal(
    total([
      { what: 'a', quantity: 2, price: 3 },
      { what: 'b', quantity: 1, price: 4 },
    ]),
    10,
  );
});

test('the bill counts what the template has', () => {
  for (const size of Object.values(SIZES)) {
    const settings = { size: size.name };
    const bill = monthlyBill(size);
    const quantity = (what: string) => bill.find((line) => line.what === what)?.quantity;
    assert.equal(quantity('NAT gateway'), ofType('AWS::EC2::NatGateway', settings).length);
    assert.equal(quantity('Alarm'), ofType('AWS::CloudWatch::Alarm', settings).length);
    assert.equal(quantity('Secret'), ofType('AWS::SecretsManager::Secret', settings).length);
    assert.equal(quantity(`EC2 ${size.servers.type}`), size.servers.min);
  }
  assert.equal(ofType('AWS::CloudWatch::Alarm').length, ALARMS);
  assert.equal(ofType('AWS::SecretsManager::Secret').length, SECRETS);
});

test('a standby doubles what the database costs', () => {
  const database = (multiAz: boolean) =>
    total(monthlyBill(SIZES.small, { multiAz }).filter(({ what }) => what.startsWith('RDS ')));
  assert.equal(database(true), 2 * database(false));
});

test('a larger size carries and costs more', () => {
  const { small, standard, large } = SIZES;
  const people = [small, standard, large].map((size) => capacity(size).peopleADay);
  const cost = [small, standard, large].map((size) => total(monthlyBill(size)));
  for (const list of [people, cost])
    assert.deepEqual(
      list,
      list.toSorted((a, b) => a - b),
    );
  assert.ok((people[0] as number) < (people[2] as number));
});
