import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { newTenant, send, type Tenant } from './oauth.ts';

/** Texts that are likely to be mishandled, and others. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '*',
    '%',
    '\\',
    "'",
    'NO',
    '+4712345678',
    'a@example.com',
    '1e9',
    'Person',
    'null',
    '\u0000',
    '\ud800',
  ),
);
const value = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(1, 2, -1, 2 ** 53, 1e300, 0.1, true, null, [], {}),
);
const objectOf = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), value);

/** A body whose members have documented names, and anything for values. */
const bodies = {
  put: fc
    .record({
      type: fc.constantFrom('Person', 'Company', 1),
      person: objectOf('ssn', 'firstName', 'lastName'),
      company: objectOf('name', 'organizationNumber'),
      address: fc.record({
        addressLine: text,
        postalCode: text,
        postalPlace: text,
        countryCode: text,
        addressLine2: value,
      }),
      more: objectOf('phoneNumber', 'email', 'existingCustomer', 'individualRiskScore', 'type', 'address', 'person'),
    })
    .map(({ more, ...body }) => ({ ...body, ...more })),
  search: fc.record({
    searchColumn: fc.oneof(fc.constantFrom('clientId', 'customerNumber', 'name', 'ssn', 'organizationNumber'), value),
    searchValue: value,
  }),
  lookup: fc.oneof(
    fc.record({ lookupField: fc.constantFrom('IdentificationNumber', 'PhoneNumber'), lookupValue: value }),
    fc.record({
      lookup: fc.record({ type: fc.constant('PhoneNumber'), value: text }),
      customerNumber: value,
      individualRiskScore: value,
    }),
  ),
  change: fc.record({
    name: fc.oneof(objectOf('firstName', 'middleName', 'lastName', 'companyName', 'departmentName'), value),
    phoneNumbers: fc.oneof(fc.array(objectOf('phoneNumber', 'phoneNumberType'), { maxLength: 3 }), value),
    emails: fc.oneof(fc.array(text, { maxLength: 3 }), value),
    invoiceEmailAddress: value,
  }),
  find: fc
    .tuple(
      fc.record({ lastName: text, streetAddress: text, postalCode: fc.oneof(text, fc.integer()) }),
      objectOf(
        'productCode',
        'firstName',
        'streetNumber',
        'entrance',
        'postalPlace',
        'countryCode',
        'phoneNumber',
        'email',
      ),
    )
    .map(([enough, more]) => ({ ...enough, ...more })),
  check: fc.record({ credentials: fc.oneof(fc.array(text, { maxLength: 5 }), value) }),
};

describe('whatever a body holds, the answer is a documented one', () => {
  let tenant: Tenant;
  let user: string;
  before(async () => {
    tenant = await newTenant();
    const { numericId } = await tenant.customer({ name: 'Ola' });
    user = await tenant.userToken(numericId);
  });

  const riverty = () => `/v1/clients/${tenant.clientId}`;
  const asked: [title: string, body: keyof typeof bodies, method: string, path: () => string, statuses: number[]][] = [
    ['Riverty, put', 'put', 'PUT', () => `${riverty()}/customers/c1`, [200, 201, 400]],
    ['Riverty, search', 'search', 'POST', () => `${riverty()}/customers/search`, [200, 400]],
    ['Riverty, look-up', 'lookup', 'POST', () => `${riverty()}/lookup/customer`, [200, 400, 404]],
    ['Connect, change', 'change', 'POST', () => '/v1/customer/info', [200, 400]],
    ['Connect, search', 'find', 'POST', () => '/v1/client/customer/search', [200, 400]],
    ['Connect, check', 'check', 'POST', () => '/v1/client/credential/customers/check', [200, 400]],
  ];
  for (const [title, body, method, path, statuses] of asked) {
    test(`${statuses.join(', ')}: ${title}`, async () => {
      const token = title === 'Connect, change' ? user : tenant.token;
      await fc.assert(
        fc.asyncProperty(
          fc.oneof({ weight: 5, arbitrary: bodies[body] as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: value }),
          async (json) => {
            const answer = await send(token, method, path(), { json });
            assert.ok(statuses.includes(answer.status), `${answer.status} ${answer.text}`);
            // No library's words: they begin with a capital and name types.
            assert.doesNotMatch(answer.text, /Invalid input|Too (big|small)|expected/);
          },
        ),
        { numRuns: 60 },
      );
    });
  }
});
