import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phone } from '../../src/db/tables/customers.ts';
import { phones } from '../../src/domain/customer-phones.ts';
import { parsePhone } from '../../src/values/phone.ts';

const phone = (number: string, kind: string | null, primary = false): Phone => ({
  ...parsePhone(number, 'NO'),
  kind,
  primary,
});
const written = (list: readonly Phone[]) => list.map(({ number, kind }) => `${kind}: ${number}`);

test('a phone that comes back in E.164 stays as its kind was typed', () => {
  const before = [phone('22 33 44 55', 'home'), phone('+4722334455', 'work', true), phone('99 88 77 66', 'mobile')];
  const given = [phone('+4722334455', 'work', true), phone('+4722334455', 'home'), phone('+4799887766', 'private')];
  const voicePhones = given.map((one) => ({ ...one }));
  assert.deepEqual(written(phones(before, { keepPhonesAsTyped: true, voicePhones })), [
    'work: +4722334455',
    'home: 22 33 44 55',
    'private: 99 88 77 66',
  ]);
});

test('phones of which nobody speaks stay as they are', () => {
  const before = [phone('22 33 44 55', 'home'), phone('+4722334455', 'work', true)];
  const change = { keepPhonesAsTyped: true, mobile: parsePhone('+4799887766') };
  assert.deepEqual(written(phones(before, change)), ['home: 22 33 44 55', 'work: +4722334455', 'mobile: +4799887766']);
  const primary = { keepPhonesAsTyped: true, phone: parsePhone('+4722334455') };
  assert.deepEqual(written(phones(before, primary)), ['home: 22 33 44 55', 'work: +4722334455']);
});

test('without that, a phone is as it was typed last', () => {
  const before = [phone('22 33 44 55', null, true)];
  assert.deepEqual(written(phones(before, { phone: parsePhone('+4722334455') })), ['null: +4722334455']);
});
