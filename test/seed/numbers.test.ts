import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { countries } from '../../src/seed/countries/index.ts';
import { phone } from '../../src/seed/people.ts';
import { parseStreet } from '../../src/values/address.ts';
import { checkNationalNumber, checkOrganizationNumber } from '../../src/values/national-number.ts';
import { parsePhone } from '../../src/values/phone.ts';

const all = Object.values(countries);

before(() => {
  for (const { faker } of all) faker.seed(7);
});

for (const country of all) {
  test(`${country.code}: national numbers are valid in form`, () => {
    const make = country.nationalNumber;
    if (!make) return;
    for (let at = 0; at < 500; at++) {
      const number: string = make(country.faker);
      assert.equal(checkNationalNumber(number, country.code), null, number);
    }
  });

  test(`${country.code}: organization numbers are valid in form`, () => {
    const make = country.organizationNumber;
    if (!make) return;
    for (let at = 0; at < 500; at++) {
      const number: string = make(country.faker);
      assert.equal(checkOrganizationNumber(number, country.code), null, number);
    }
  });

  test(`${country.code}: phones parse to the E.164 that is stored, written at home or abroad`, () => {
    for (let at = 0; at < 100; at++) {
      for (const isHome of [true, false]) {
        const { number, e164 } = phone(country, 'mobile', isHome);
        assert.equal(parsePhone(number, country.code).e164, e164, number);
      }
    }
  });

  test(`${country.code}: towns and streets can be written on an envelope`, () => {
    assert.ok(country.towns.length >= 6);
    for (const town of country.towns) {
      assert.ok(town.city && town.postalCode && town.area, JSON.stringify(town));
      assert.ok(Math.abs(town.latitude) < 72 && town.latitude !== 0 && Number.isFinite(town.longitude));
    }
    const line = (street: string) => (country.isNumberFirst ? `7 ${street}` : `${street} 7`);
    for (const street of country.streets) assert.equal(parseStreet(line(street))?.number, 7, street);
  });
}
