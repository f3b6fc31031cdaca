import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseStreet, postalCodeForms, streetLine } from '../../src/values/address.ts';

describe('parseStreet', () => {
  const certain: Record<string, [street: string, number: number, entrance: string | null]> = {
    'Grubbegata 6A': ['Grubbegata', 6, 'A'],
    'Grubbegata 6 A': ['Grubbegata', 6, 'A'],
    'Grubbegata 6a': ['Grubbegata', 6, 'a'],
    ' Customer  Street 1 ': ['Customer Street', 1, null],
    'Gustav Adolfs torg 22': ['Gustav Adolfs torg', 22, null],
    'Karl Johans gate 22': ['Karl Johans gate', 22, null],
    'Straße des 17. Juni 135': ['Straße des 17. Juni', 135, null],
    'Østre Aker vei 210': ['Østre Aker vei', 210, null],
    '12 Rue de la Paix': ['Rue de la Paix', 12, null],
    '221B Baker Street': ['Baker Street', 221, 'B'],
    '350 5th Avenue': ['5th Avenue', 350, null],
    '1600 Old Mill Road': ['Old Mill Road', 1600, null],
  };
  for (const [line, [street, number, entrance]] of Object.entries(certain)) {
    test(`certain: ${line}`, () => assert.deepEqual(parseStreet(line), { street, number, entrance }));
  }

  const uncertain = [
    ['nothing to read', '', 'Grubbegata', '12', 'A 1'],
    ['a box', 'Postboks 12', 'PO Box 99', 'Box 7', 'Postfach 12'],
    ['a numbered road', 'Route 66', 'County Road 5', 'Highway 1', 'Avenue 5'],
    ['a flat', 'Kungsgatan 4 lgh 1102', 'Flat 4', '10 Downing Street Apt 2', 'Main Street 5, 2nd floor'],
    ['a range or a fraction', 'Storgatan 12-14', 'Hauptstraße 5/7', 'Grubbegata 6AB'],
    ['a number first that may be anything', '12 Storgata', '7 Eleven', '12 B Street'],
    ['a number with leading zeros', 'Grubbegata 06', '012 Baker Street'],
    ['a number that may be a postal code', 'Storgatan 11122'],
  ];
  for (const [reason, ...lines] of uncertain) {
    test(`not certain: ${reason}`, () => {
      for (const line of lines) assert.equal(parseStreet(line), null, line);
    });
  }

  test('street, number and entrance survive being one line', () => {
    const word = fc.stringMatching(/^[A-ZÆØÅ][a-zæøåäöü]{3,12}gata$/);
    const entrance = fc.option(fc.constantFrom('A', 'b', 'Å'));
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 9999 }), entrance, (street, number, letter) => {
        const line = streetLine({ street, streetNumber: number, entrance: letter });
        assert.deepEqual(parseStreet(line ?? ''), { street, number, entrance: letter });
      }),
    );
  });

  test('any text at all is parts that make the line again, or null', () => {
    const piece = fc.constantFrom('Rue', 'gata', 'Street', ' ', ' ', '1', '22', 'A', '5th', '.', '-', 'é', '\u{1F600}');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.array(piece).map((all) => all.join('')),
        ),
        (line) => {
          const parts = parseStreet(line);
          if (!parts) return;
          const bare = (text: string) => text.replace(/\s/gu, '');
          const number = `${parts.number}${parts.entrance ?? ''}`;
          assert.ok([parts.street + number, number + parts.street].map(bare).includes(bare(line)), line);
        },
      ),
    );
  });
});

describe('streetLine', () => {
  test('says what there is', () => {
    assert.equal(streetLine({ street: 'Grubbegata', streetNumber: 6, entrance: 'A' }), 'Grubbegata 6A');
    assert.equal(streetLine({ street: 'Grubbegata', streetNumber: 6, entrance: 'bak' }), 'Grubbegata 6 bak');
    assert.equal(streetLine({ street: 'Grubbegata', streetNumber: 6 }), 'Grubbegata 6');
    assert.equal(streetLine({ street: ' Grubbegata ', entrance: '' }), 'Grubbegata');
    assert.equal(streetLine({ street: '', streetNumber: 6 }), null);
  });
});

describe('postalCodeForms', () => {
  test('179 of Norway, or of no country, may be stored as 0179', () => {
    assert.deepEqual(postalCodeForms(179, 'NO'), ['179', '0179']);
    assert.deepEqual(postalCodeForms('179'), ['179', '0179']);
    assert.deepEqual(postalCodeForms('0179', 'NO'), ['0179']);
    assert.deepEqual(postalCodeForms(179, 'SE'), ['179']);
    assert.deepEqual(postalCodeForms('SW1A 1AA', null), ['SW1A 1AA']);
  });
});
