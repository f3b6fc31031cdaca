import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { same, sameColumn } from '../../src/domain/same.ts';

describe('whether a change changes anything', () => {
  it('takes numbers by their value', () => {
    assert.ok(sameColumn('creditLimit', '5000.00', '5000'));
    assert.ok(sameColumn('riskScore', '0.50', '0.5'));
    assert.ok(!sameColumn('balance', '50', '5'));
    assert.ok(!sameColumn('balance', '0.05', '0.5'));
  });
  it('takes texts as they stand, digits or not', () => {
    assert.ok(!sameColumn('barcode', '1.50', '1.5'));
    assert.ok(!sameColumn('reference', '7.0', '7'));
  });
  it('takes bytes, times and JSON by what they hold', () => {
    assert.ok(same(Buffer.from('a'), Uint8Array.of(97)));
    assert.ok(same(new Date(5), new Date(5)));
    assert.ok(same([{ a: 1, b: null }], [{ b: null, a: 1 }]));
    assert.ok(!same([1, 2], [2, 1]));
  });
});
