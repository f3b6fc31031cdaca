import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildSchema } from 'graphql';
import { ApiError, type Fault, fault } from '../../../src/errors.ts';
import { checkRoutes } from '../../../src/rest-compat/check.ts';
import { valomnia } from '../../../src/rest-compat/valomnia/index.ts';
import { faultFacts, refused, tell } from './said.ts';

test('every operation is one that the schema answers', () => {
  checkRoutes([valomnia], buildSchema(readFileSync('schema.graphql', 'utf8')));
});

const variables = {
  by: { numericId: 2559 },
  input: {
    category: { numericId: 7 },
    parent: { numericId: 188911 },
    currency: 'GmBP',
    billingAddress: { country: 'Narnia' },
    paymentTypes: [{ numericId: 7 }, { reference: 'gold' }],
  },
};
const missing = (words: string) => refused(404, 'not_found', words);

test('404, each with the id or reference that was sent', () => {
  const told: [Fault, string][] = [
    [fault('CUSTOMER_NOT_FOUND', ['by']), "The customer with the id 2559 doesn't exist."],
    [fault('CATEGORY_NOT_FOUND', ['input', 'category']), "The customer category with the id 7 doesn't exist."],
    [fault('PARENT_NOT_FOUND', ['input', 'parent']), "The parent customer with the id 188911 doesn't exist."],
    [fault('PAYMENT_TYPE_NOT_FOUND', ['input', 'paymentTypes', 1]), "The payment type with the id gold doesn't exist."],
    [fault('CURRENCY_UNKNOWN', ['input', 'currency']), "The currency with name GmBP doesn't exist."],
    [fault('VALUE_TOO_LONG', ['input', 'currency']), "The currency with name GmBP doesn't exist."],
    [fault('CURRENCY_NOT_CONFIGURED', ['input', 'currency']), 'The currency with name GmBP is not configured.'],
    [fault('COUNTRY_UNKNOWN', ['input', 'billingAddress', 'country']), "The country with name Narnia doesn't exist."],
    [fault('PARENT_IS_SELF', ['input', 'parent']), 'The customer cannot be a subcustomer of itself.'],
    [fault('PARENT_LOOP', ['input', 'parent']), 'The customer cannot be a subcustomer of itself.'],
  ];
  for (const [one, words] of told) assert.deepEqual(tell([one], variables), missing(words));
});

test('400, in the documented order: missing, not found, not unique, picture, rule', () => {
  const all = [
    fault('VALUE_INVALID', ['input', 'email']),
    fault('PICTURE_UNSUPPORTED', ['input', 'logo']),
    fault('PICTURE_TOO_LARGE', ['input', 'logo']),
    fault('REFERENCE_TAKEN', ['input', 'reference']),
    fault('CATEGORY_NOT_FOUND', ['input', 'category']),
    fault('VALUE_REQUIRED', ['input', 'name']),
  ];
  const words = [
    refused(400, 'save_failed', 'Failed to save instance.'),
    refused(400, 'unsupported_file_type', 'image format not supported.'),
    refused(400, 'exceeded_file_size', 'image size should not exceed 2Mo'),
    refused(400, 'not_unique', 'reference already used'),
    missing("The customer category with the id 7 doesn't exist."),
    refused(400, 'missing_param', 'name parameter is missing'),
  ];
  for (const [i, one] of words.entries()) assert.deepEqual(tell(all.slice(0, i + 1), variables), one);
});

test('400, a customer with subcustomers is not deleted', () => {
  const words = refused(400, 'delete_failed', 'Failed to delete instance.');
  assert.deepEqual(tell([fault('CUSTOMER_IN_USE', ['by'])], variables, { method: 'DELETE' }), words);
});

test('every other kind has its body', () => {
  const told = (error: ApiError) => valomnia.fault(error, faultFacts).body;
  assert.deepEqual(told(new ApiError('INTERNAL')), {
    error: 'server_error',
    error_description: 'Oops! Something went wrong...',
  });
  assert.equal(valomnia.fault(new ApiError('UNAUTHENTICATED'), faultFacts).status, 401);
  assert.equal(valomnia.fault(new ApiError('RATE_LIMITED'), faultFacts).status, 429);
});
