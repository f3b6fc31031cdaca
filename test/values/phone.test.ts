import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isE164, parsePhone, phoneKey } from '../../src/values/phone.ts';

describe('parsePhone', () => {
  const read: [text: string, country: string | null, e164: string | null][] = [
    ['+4712345678', null, '+4712345678'], // Riverty's and Connect's sample
    ['+47 12 34-56 78', 'SE', '+4712345678'],
    ['12345678', 'NO', '+4712345678'],
    ['0123456789', 'SE', '+46123456789'], // Worldline's sample
    ['0047 12 34 56 78', 'FR', '+4712345678'],
    ['01 42 68 53 00', 'FR', '+33142685300'],
    ['(020) 7946 0958', 'GB', '+442079460958'],
    ['(+47) 12 34 56 78', 'SE', '+4712345678'],
    ['tel:+4712345678', null, '+4712345678'],
    ['\u202a+47 12 34 56 78\u202c', null, '+4712345678'],
    ['12345678', null, null],
    ['12345678', '__proto__', null],
    ['12', 'NO', null],
    ['call me', 'NO', null],
    ['+47 12345678 ext. 3', 'NO', null],
    ['my number is +4712345678', 'NO', null],
    ['', 'NO', null],
  ];
  for (const [text, country, e164] of read) {
    test(`${text || 'nothing'} in ${country ?? 'no country'} is ${e164 ?? 'not certain'}`, () =>
      assert.deepEqual(parsePhone(text, country), { number: text, e164 }));
  }

  test('the number stays as typed, without the blanks around it', () =>
    assert.equal(parsePhone(' 12 34 56 78\n', 'NO').number, '12 34 56 78'));

  test('any text is read without an error, and E.164 reads as itself', () => {
    const typed = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^\+?[0-9 ()-]{0,20}$/));
    fc.assert(
      fc.property(typed, fc.constantFrom('NO', 'SE', 'FR', 'US', 'ZZ', undefined), (text, country) => {
        const { e164 } = parsePhone(text, country);
        if (e164 === null) return;
        assert.ok(isE164(e164));
        assert.equal(parsePhone(e164).e164, e164);
      }),
    );
  });
});

describe('phoneKey', () => {
  test('is one for all spellings of a number', () => {
    const spellings = ['+4712345678', '12 34 56 78', '0047-12345678', '12.34.56.78'];
    assert.deepEqual(new Set(spellings.map((text) => phoneKey(text, 'NO'))), new Set(['+4712345678']));
  });

  test('of what is no number equals no E.164 number', () => assert.equal(phoneKey('ext. 12', 'NO'), 'EXT12'));
});
