import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import countries from 'i18n-iso-countries';
import { parseColor } from '../../src/values/color.ts';
import { parseLatitude, parseLongitude } from '../../src/values/coordinate.ts';
import { countryName, parseCountry } from '../../src/values/country.ts';
import { parseCurrency } from '../../src/values/currency.ts';
import { languageCode, parseLanguage } from '../../src/values/language.ts';

const prototypeKeys = ['__proto__', 'constructor', 'toString'];

describe('parseCountry', () => {
  test('every code and every English name, in any case, is that country', () => {
    for (const [alpha2, names] of Object.entries(countries.getNames('en', { select: 'all' }))) {
      for (const word of [alpha2, countries.alpha2ToAlpha3(alpha2) ?? alpha2, ...names]) {
        if (alpha2 === 'CD' && word === 'Congo') continue;
        assert.equal(parseCountry(word), alpha2, word);
        assert.equal(parseCountry(` ${word.toLowerCase()} `), alpha2, word);
      }
      assert.equal(parseCountry(countryName(alpha2) ?? ''), alpha2);
    }
  });

  test('marks, dots and blanks do not matter', () => {
    assert.equal(parseCountry('Côte d’Ivoire'), 'CI');
    assert.equal(parseCountry('Cote d Ivoire'), 'CI');
    assert.equal(parseCountry('U.S.A.'), 'US');
    assert.equal(parseCountry('Vietnam'), 'VN');
    assert.equal(parseCountry('Congo'), 'CG');
  });

  test('anything else is none', () => {
    for (const word of ['', 'Atlantis', 'ZZ', '250', 'F', ...prototypeKeys])
      assert.equal(parseCountry(word), null, word);
    assert.equal(parseCountry('FR'.repeat(100_000)), null);
    assert.equal(countryName('ZZ'), null);
  });
});

test('parseCurrency: ISO codes in any case', () => {
  assert.deepEqual(['EUR', 'gbp', ' Nok '].map(parseCurrency), ['EUR', 'GBP', 'NOK']);
  for (const word of ['GmBP', 'XXX', 'EU', 'EURO', '', ...prototypeKeys]) assert.equal(parseCurrency(word), null, word);
});

test('parseLanguage: BCP 47 tags in their canonical form', () => {
  assert.deepEqual(['en', 'EN', 'en_gb', 'nb-no', 'zh-hant-tw'].map(parseLanguage), [
    'en',
    'en',
    'en-GB',
    'nb-NO',
    'zh-Hant-TW',
  ]);
  for (const word of ['', 'e', 'english please', 'en-', '12', 'a'.repeat(100_000)])
    assert.equal(parseLanguage(word), null);
  assert.equal(languageCode('nb-NO'), 'nb');
});

test('parseColor: #RRGGBB', () => {
  assert.equal(parseColor(' #ff8800 '), '#FF8800');
  for (const word of ['ff8800', '#f80', '#ff88000', '#gg8800', 'red', '']) assert.equal(parseColor(word), null, word);
});

test('parseLatitude and parseLongitude: degrees within their limits', () => {
  assert.equal(parseLatitude('59.9139'), 59.9139);
  assert.equal(parseLatitude(-90), -90);
  assert.equal(parseLongitude('180'), 180);
  assert.ok(Object.is(parseLatitude('-0'), 0));
  for (const value of ['90.01', '', ' ', '0x10', 'Infinity', '1,5', '1e999', 'north', Number.NaN]) {
    assert.equal(parseLatitude(value), null, String(value));
  }
  assert.equal(parseLongitude(-180.5), null);
});
