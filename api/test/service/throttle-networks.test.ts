import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { networkOf } from '../../src/service/throttles.ts';

describe('the network of an IPv4 address', () => {
  test('is the address', () => {
    assert.equal(networkOf('1.2.3.4'), '1.2.3.4');
    assert.notEqual(networkOf('1.2.3.4'), networkOf('1.2.3.5'));
  });

  for (const spelling of ['::ffff:1.2.3.4', '::FFFF:1.2.3.4', '::ffff:102:304']) {
    test(`is the address when it comes as ${spelling}`, () => {
      assert.equal(networkOf(spelling), networkOf('1.2.3.4'));
    });
  }
});

describe('the network of an IPv6 address', () => {
  for (const spelling of [
    '2001:db8:1:2::1',
    '2001:db8:1:2::',
    '2001:db8:1:2:ffff:ffff:ffff:ffff',
    '2001:DB8:1:2::ABCD',
    '2001:0db8:0001:0002:0000:0000:0000:0001',
    '2001:0db8:1:0002::1',
    '2001:db8:1:2::1.2.3.4',
  ]) {
    test(`is its first 64 bits: ${spelling}`, () => {
      assert.equal(networkOf(spelling), networkOf('2001:db8:1:2:3:4:5:6'));
    });
  }

  for (const spelling of ['2001:db8::1', '2001:db8:0:0::9', '2001:db8:0:0:5:6:7:8', '2001:db8::']) {
    test(`counts zeros that are left out: ${spelling}`, () => {
      assert.equal(networkOf(spelling), networkOf('2001:db8:0:0:1:2:3:4'));
    });
  }

  test('is another one for another network', () => {
    const networks = ['2001:db8:1:2::1', '2001:db8:1:3::1', '2001:db8::1', '::1', '2001:db8:1::1'];
    assert.equal(new Set(networks.map(networkOf)).size, networks.length);
  });
});
