import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { ApiError, catalogue, type ErrorCode, fault, statusOf } from '../../../src/errors.ts';
import type { Facts, FaultFacts } from '../../../src/rest-compat/route.ts';
import { checkShape, shapeError } from '../../../src/rest-compat/shape.ts';
import { customerDetails } from '../../../src/rest-compat/worldline/customer-details.ts';
import { wireFault } from '../../../src/rest-compat/worldline/fault.ts';
import { worldline } from '../../../src/rest-compat/worldline/index.ts';
import { drawing, logo } from '../../../src/rest-compat/worldline/logo.ts';

const server: Facts['caller'] = {
  kind: 'SIGNING_KEY',
  userId: null,
  customerId: null,
  clientIds: [],
  merchantId: '9991',
  clientSession: null,
};
const facts: Facts = {
  origin: 'https://api.example',
  base: '/v1/9991',
  now: new Date(0),
  caller: server,
  organization: { reference: 'shop', createdAt: new Date(0), regionLevel: null },
};
const faultFacts: FaultFacts = {
  origin: facts.origin,
  base: facts.base,
  requestId: '657b10da-d2f9-4088-a948-bf190ef516b1',
  path: customerDetails.path,
  method: 'POST',
  contentType: 'application/json',
  params: {},
  variables: {},
  issues: [],
};

/** What a request becomes in our words, or the errors it is answered with: code, id and property of each. */
function say(body: unknown, paymentProductId = '9000', known = facts) {
  const { words, issues } = checkShape(customerDetails, { params: { paymentProductId }, query: {}, body });
  try {
    if (issues.length > 0) throw shapeError(issues);
    return customerDetails.variables(words, known);
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return tell(error);
  }
}

function tell(error: ApiError, more: Partial<FaultFacts> = {}) {
  const { status, body } = worldline.fault(error, { ...faultFacts, ...more });
  assert.ok(typeof body === 'object' && body !== null && 'errors' in body && Array.isArray(body.errors));
  return [status, ...body.errors.map(({ code, id, propertyName }) => [code, id, propertyName].join(' '))];
}

const missing = (...properties: string[]) => [
  400,
  ...properties.map((property) => `20000000 PARAMETER_NOT_FOUND_IN_REQUEST ${property}`),
];
const pair = (key: string, value: unknown) => ({ key, value });

describe('customer details, in our words', () => {
  test('each country asks by what it needs, and by nothing else', () => {
    const values = [
      pair('fiscalNumber', ' 012345678901 '),
      pair('phoneNumber', '40 00 00 00'),
      pair('zip', '0150'),
      pair('city', 'x'),
    ];
    assert.deepEqual(say({ countryCode: 'SE', values }), { country: 'SE', identity: '012345678901' });
    assert.deepEqual(say({ countryCode: 'no', values }), { country: 'NO', phone: '40 00 00 00', postalCode: '0150' });
    assert.deepEqual(say({ countryCode: 'FI', values }), {
      country: 'FI',
      identity: '012345678901',
      postalCode: '0150',
    });
  });

  test('a value may be a number', () => {
    const values = [pair('phoneNumber', 40000000), pair('zip', 1234)];
    assert.deepEqual(say({ countryCode: 'NO', values }), { country: 'NO', phone: '40000000', postalCode: '1234' });
  });

  test('400, all values that the country needs and the request lacks', () => {
    assert.deepEqual(say({ countryCode: 'SE', values: [] }), missing("values[key='fiscalNumber']"));
    assert.deepEqual(say({ countryCode: 'SE' }), missing("values[key='fiscalNumber']"));
    assert.deepEqual(say({ countryCode: 'SE', values: null }), missing("values[key='fiscalNumber']"));
    const blank = [pair('fiscalNumber', ' '), { key: 'zip' }, {}];
    assert.deepEqual(
      say({ countryCode: 'FI', values: blank }),
      missing("values[key='fiscalNumber']", "values[key='zip']"),
    );
    assert.deepEqual(say({ countryCode: 'NO', values: [pair('zip', '0150')] }), missing("values[key='phoneNumber']"));
  });

  test('400, no country, or one without a look-up', () => {
    for (const countryCode of [undefined, null, '', ' ', 'undefined']) {
      assert.deepEqual(say({ countryCode, values: [] }), missing("'countryCode'"));
    }
    assert.deepEqual(say({}), missing("'countryCode'"));
    for (const countryCode of ['DE', 'ZZ']) {
      assert.deepEqual(say({ countryCode, values: [pair('fiscalNumber', '1')] }), missing("'values'"));
    }
  });

  test('400, values of the wrong form', () => {
    const wrong = (property: string) => [400, `9999 VALUE_INVALID ${property}`];
    assert.deepEqual(say({ countryCode: 'Sweden' }), wrong("'countryCode'"));
    assert.deepEqual(say({ countryCode: 46 }), wrong("'countryCode'"));
    assert.deepEqual(say({ countryCode: 'SE', values: 'x' }), wrong("'values'"));
    assert.deepEqual(say({ countryCode: 'SE', values: ['x'] }), wrong("'values.0'"));
    assert.deepEqual(say({ countryCode: 'SE', values: Array(101).fill(1) }), wrong("'values'"));
    assert.deepEqual(say({ countryCode: 'SE', values: [pair('zip', {})] }), wrong("'values.0.value'"));
  });

  test('404, a product that does not exist, or that the session does not know', () => {
    const body = { countryCode: 'SE', values: [pair('fiscalNumber', '1')] };
    const unknown = [404, '1070 UNKNOWN_PAYMENT_PRODUCT_ID '];
    for (const id of ['1', '9000.0', '09000', 'x', '']) assert.deepEqual(say(body, id), unknown);
    const within = (excluded: number[], restrictedTo: number[] | null) => {
      const clientSession = { id: 's', customerId: 'c', excluded, restrictedTo };
      return say(body, '9000', { ...facts, caller: { ...server, kind: 'CLIENT_SESSION', clientSession } });
    };
    assert.deepEqual(within([9000], null), unknown);
    assert.deepEqual(within([], [1, 2]), unknown);
    assert.deepEqual(within([1], [9000]), { country: 'SE', identity: '1' });
  });
});

describe('customer details, in the documented words', () => {
  const nobody = {
    person: null,
    company: null,
    identity: null,
    address: null,
    phone: null,
    email: null,
    language: null,
  };
  const answer = (details: object) =>
    customerDetails.reply({ customerDetails: { ...nobody, ...details } }, facts, {}).body;

  test('what is unknown is left out', () => {
    assert.deepEqual(answer({}), {});
    assert.deepEqual(answer({ person: { firstName: null, lastName: 'Adolfs' }, email: '' }), { surname: 'Adolfs' });
  });

  test('a street is line 1, or its parts where only those were sent', () => {
    const none = {
      line1: null,
      street: null,
      streetNumber: null,
      entrance: null,
      postalCode: null,
      city: null,
      country: null,
    };
    const street = (address: object) => answer({ address: { ...none, ...address } });
    assert.deepEqual(street({ line1: 'Torg 22', street: 'Torg', streetNumber: 23 }), { street: 'Torg 22' });
    assert.deepEqual(street({ street: 'Grubbegata', streetNumber: 6, entrance: 'A' }), { street: 'Grubbegata 6A' });
    assert.deepEqual(street({ street: 'Grubbegata' }), { street: 'Grubbegata' });
    assert.deepEqual(street({ streetNumber: 6 }), {});
  });

  test('a company gives its name as surname', () => {
    assert.deepEqual(answer({ company: { name: 'Nordic Trading' } }), { surname: 'Nordic Trading' });
  });
});

describe('faults', () => {
  test('every fault of the catalogue has a body with all documented members', () => {
    for (const code of Object.keys(catalogue) as ErrorCode[]) {
      const error = new ApiError(code);
      const { status, body } = worldline.fault(error, faultFacts);
      const expected = code === 'DETAILS_NOT_FOUND' ? 400 : statusOf[error.kind];
      assert.equal(status, expected, code);
      const [first] = wireFault.parse(body).errors;
      assert.equal(first?.category, 'CONNECT_PLATFORM_ERROR');
      assert.equal(first?.httpStatusCode, status);
      for (const text of [first?.code, first?.id, first?.message]) assert.notEqual(text, '', code);
    }
  });

  test('409, 500 and 503', () => {
    assert.deepEqual(tell(new ApiError('IDEMPOTENCY_IN_PROGRESS')), [409, '1409 DUPLICATE REQUEST IN PROGRESS ']);
    assert.deepEqual(tell(new ApiError('INTERNAL')), [500, '9999 UNKNOWN_SERVER_ERROR ']);
    assert.deepEqual(tell(new ApiError('DIRECTORY_UNAVAILABLE')), [503, '9999 DIRECTORY_UNAVAILABLE ']);
  });

  test('404, an unknown product has two names: one for itself, one for its look-up', () => {
    const error = new ApiError('PRODUCT_NOT_FOUND');
    assert.deepEqual(tell(error, { path: '/v1/{merchantId}/products/{paymentProductId}' }), [
      404,
      '1007 UNKNOWN_PRODUCT_ID productId',
    ]);
    assert.deepEqual(tell(error), [404, '1070 UNKNOWN_PAYMENT_PRODUCT_ID ']);
  });

  test('400, a fault in our words points at the caller’s', () => {
    const faults = [fault('TEXT_INVALID', ['identity']), fault('COUNTRY_UNKNOWN', ['country'])];
    assert.deepEqual(tell(new ApiError('INVALID_INPUT', faults)), [
      400,
      "9999 TEXT_INVALID values[key='fiscalNumber']",
      "9999 COUNTRY_UNKNOWN 'countryCode'",
    ]);
  });
});

test('the picture of the product is drawn from its drawing', async () => {
  const { width, height, format } = await sharp(logo).metadata();
  assert.deepEqual({ width, height, format }, { width: 96, height: 60, format: 'png' });
  const pixels = (picture: Uint8Array) => sharp(picture).ensureAlpha().raw().toBuffer();
  const [kept, drawn] = await Promise.all([pixels(logo), pixels(Buffer.from(drawing))]);
  const difference = kept.reduce((sum, value, at) => sum + Math.abs(value - (drawn[at] ?? 0)), 0) / kept.length;
  assert.ok(difference < 3, String(difference));
});
