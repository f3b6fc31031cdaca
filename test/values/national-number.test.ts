import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bareNumber, checkNationalNumber, checkOrganizationNumber } from '../../src/values/national-number.ts';

describe('bareNumber: the form in which numbers are compared (contracts.md 5.9.1)', () => {
  const forms: Record<string, string> = {
    '19500101-1234': '195001011234',
    '010189 12345': '01018912345',
    '131052-308t': '131052-308T',
    '131052–308T': '131052-308T',
    '131052A308T': '131052A308T',
    '810305+1234': '810305+1234',
    '12/345/67890': '1234567890',
    ' NO 974 760 673 MVA ': 'NO974760673MVA',
    '1.234.567': '1234567',
    '１２３': '123',
    '-': '-',
    '': '',
  };
  for (const [text, bare] of Object.entries(forms)) {
    test(`${text || 'nothing'} is ${bare || 'nothing'}`, () => assert.equal(bareNumber(text), bare));
  }

  test('is its own bare form', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[0-9A-Za-z ./-]{0,20}$/));
    fc.assert(fc.property(text, (one) => bareNumber(bareNumber(one)) === bareNumber(one)));
  });
});

describe('a number is doubted, never refused', () => {
  test('numbers of people that may be right', () => {
    const right = [
      ['191212121212', 'SE'],
      ['19121212-1212', 'SE'],
      ['131052-308T', 'FI'],
      ['131052-308t', 'FI'],
    ] as const;
    for (const [text, country] of right) assert.equal(checkNationalNumber(text, country), null, text);
  });

  test('numbers of organizations that may be right', () => {
    const right = [
      ['974 760 673', 'NO'],
      ['NO974760673MVA', 'NO'],
      ['556703-7485', 'SE'],
      ['0112038-9', 'FI'],
      ['732829320', 'FR'],
    ] as const;
    for (const [text, country] of right) assert.equal(checkOrganizationNumber(text, country), null, text);
  });

  test('a wrong one is doubted in words that do not repeat it', () => {
    const doubt = checkNationalNumber('01010012345', 'NO');
    assert.equal(doubt, 'This does not look like a national number of NO.');
    assert.equal(checkOrganizationNumber('974760674', 'NO'), 'This does not look like an organization number of NO.');
    assert.notEqual(checkNationalNumber('1'.repeat(100_000), 'NO'), null);
  });

  test('of a country whose numbers are not known nothing is said', () => {
    for (const country of ['XX', '', '__proto__', 'constructor'])
      assert.equal(checkNationalNumber('123', country), null);
  });

  test('no text makes an error', () => {
    const country = fc.constantFrom('NO', 'SE', 'FI', 'DK', 'FR', 'DE', 'GB', 'US', 'TN', 'IT', 'ES');
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9A-Z -]{0,20}$/));
    fc.assert(
      fc.property(text, country, (one, of) => {
        checkNationalNumber(one, of);
        checkOrganizationNumber(one, of);
      }),
    );
  });
});
