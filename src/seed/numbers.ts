import type { Faker } from '@faker-js/faker';

/**
 * National and organization numbers that are valid in form and were never given to anybody. How that is certain stands
 * beside each. Checked against `stdnum` by test/seed/numbers.test.ts.
 */

const pad = (value: number, length = 2) => String(value).padStart(length, '0');
const sum = (digits: string, weights: readonly number[]) =>
  weights.reduce((total, weight, at) => total + weight * Number(digits[at] ?? 0), 0);

/** Asks again until there is a number: some have no check digit. */
function first(make: () => string | null): string {
  for (;;) {
    const made = make();
    if (made !== null) return made;
  }
}

/** The check digit of Luhn for digits that go before it. */
function luhn(digits: string): string {
  const total = [...digits].reverse().reduce((sofar, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    return sofar + (value > 9 ? value - 9 : value);
  }, 0);
  return String((10 - (total % 10)) % 10);
}

/** The check digit of ISO 7064, MOD 11,10. */
function mod1110(digits: string): string {
  const product = [...digits].reduce((sofar, digit) => {
    const next = (sofar + Number(digit)) % 10 || 10;
    return (next * 2) % 11;
  }, 10);
  return String((11 - product) % 10);
}

const day = (faker: Faker) => pad(faker.number.int({ min: 1, max: 28 }));
const month = (faker: Faker) => pad(faker.number.int({ min: 1, max: 12 }));
const digits = (faker: Faker, length: number) => faker.string.numeric({ length, allowLeadingZeros: true });

/** Norway: born 1855 to 1899 with month + 40, a help number; those are given to newborn and strangers of our day only. */
export function norwegianPerson(faker: Faker): string {
  return first(() => {
    const monthNumber = faker.number.int({ min: 41, max: 52 });
    const front = `${day(faker)}${monthNumber}${faker.number.int({ min: 55, max: 99 })}${faker.number.int({ min: 500, max: 749 })}`;
    const one = (11 - (sum(front, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11;
    const two = (11 - (sum(`${front}${one}`, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    return one > 9 || two > 9 ? null : `${front}${one}${two}`;
  });
}

/** Norway: real ones begin with 8 or 9, those of the state's own test data with 2 or 3. */
export function norwegianCompany(faker: Faker): string {
  return first(() => {
    const front = `3${digits(faker, 7)}`;
    const check = (11 - (sum(front, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    return check > 9 ? null : `${front}${check}`;
  });
}

/** Sweden: the tax agency's test numbers, born in the 1890s with a serial from 980 to 999. */
export function swedishPerson(faker: Faker): string {
  const born = `${faker.number.int({ min: 90, max: 99 })}${month(faker)}${day(faker)}`;
  const serial = faker.number.int({ min: 980, max: 999 });
  return `18${born}-${serial}${luhn(`${born}${serial}`)}`;
}

/** Sweden: no group of companies has numbers that begin with 4. */
export function swedishCompany(faker: Faker): string {
  const front = `4${digits(faker, 1)}${faker.number.int({ min: 2, max: 9 })}${digits(faker, 6)}`;
  return `${front.slice(0, 6)}-${front.slice(6)}${luhn(front)}`;
}

/** Denmark: born 1858 to 1899, and without the check digit that every number of those years had. */
export function danishPerson(faker: Faker): string {
  return first(() => {
    const born = `${day(faker)}${month(faker)}${faker.number.int({ min: 58, max: 99 })}`;
    const number = `${born}${faker.number.int({ min: 5, max: 8 })}${digits(faker, 3)}`;
    return sum(number, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 ? null : `${born}-${number.slice(6)}`;
  });
}

/** Denmark: the register has not come to numbers that begin with 9. */
export function danishCompany(faker: Faker): string {
  return first(() => {
    const front = `9${digits(faker, 6)}`;
    const check = (11 - (sum(front, [2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    return check > 9 ? null : `${front}${check}`;
  });
}

/** Finland: individual numbers from 900 are for tests. */
export function finnishPerson(faker: Faker): string {
  const born = `${day(faker)}${month(faker)}${faker.number.int({ min: 40, max: 99 })}`;
  const serial = faker.number.int({ min: 900, max: 999 });
  return `${born}-${serial}${'0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(`${born}${serial}`) % 31]}`;
}

/** Finland: the register has not come to numbers that begin with 9. */
export function finnishCompany(faker: Faker): string {
  return first(() => {
    const front = `9${digits(faker, 6)}`;
    const rest = sum(front, [7, 9, 10, 5, 8, 4, 2]) % 11;
    return rest === 1 ? null : `${front}-${rest === 0 ? 0 : 11 - rest}`;
  });
}

/** Germany: all ten digits are different; in every real number one of them comes twice or three times. */
export function germanPerson(faker: Faker): string {
  const shuffled = faker.helpers.shuffle([...'0123456789']).join('');
  const front = shuffled.startsWith('0') ? `${shuffled.slice(1)}0` : shuffled;
  return `${front}${mod1110(front)}`;
}

/** Germany: no tax office gives VAT numbers that begin with 99. */
export function germanCompany(faker: Faker): string {
  const front = `99${digits(faker, 6)}`;
  return `DE${front}${mod1110(front)}`;
}

/** France: born in the department 00, which there is not. */
export function frenchPerson(faker: Faker): string {
  const sex = faker.number.int({ min: 1, max: 2 });
  const front = `${sex}${faker.number.int({ min: 30, max: 99 })}${month(faker)}00${digits(faker, 6)}`;
  return `${front}${pad(97 - (Number(front) % 97))}`;
}

/** France: no SIREN begins with 0. */
export function frenchCompany(faker: Faker): string {
  const front = `0${digits(faker, 7)}`;
  return `${front}${luhn(front)}`;
}

/** Belgium: serials go from 001 to 998. */
export function belgianPerson(faker: Faker): string {
  const front = `${faker.number.int({ min: 30, max: 99 })}${month(faker)}${day(faker)}${faker.helpers.arrayElement(['000', '999'])}`;
  const shown = `${front.slice(0, 2)}.${front.slice(2, 4)}.${front.slice(4, 6)}-${front.slice(6)}`;
  return `${shown}.${pad(97 - (Number(front) % 97))}`;
}

/** Belgium: the register has not come to numbers that begin with 19. */
export function belgianCompany(faker: Faker): string {
  const front = `19${digits(faker, 6)}`;
  return `${front}${pad(97 - (Number(front) % 97))}`;
}

/** Tunisia: a tax number whose register has not come to 9. */
export function tunisianCompany(faker: Faker): string {
  return `9${digits(faker, 6)}/${faker.helpers.arrayElement([...'ABCDEFGH'])}/A/M/000`;
}
