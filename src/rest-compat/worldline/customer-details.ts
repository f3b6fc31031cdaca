import { z } from 'zod';
import { ApiError, fault } from '../../errors.ts';
import { graphql, type ResultOf } from '../graphql.ts';
import { found, route } from '../route.ts';
import { type LookupKey, lookupKeys, neededIn } from './lookup.ts';
import { checkProduct } from './product.ts';
import { countryCode, listOf } from './words.ts';

const text = z.string().optional();

/** "Get customer details", response 200. What is unknown is left out. */
export const wireDetails = z.strictObject({
  city: text,
  country: text,
  emailAddress: text,
  firstName: text,
  fiscalNumber: text,
  languageCode: text,
  phoneNumber: text,
  street: text,
  surname: text,
  zip: text,
});

const findDetails = graphql(`
  query WorldlineCustomerDetails($country: String!, $identity: String, $phone: String, $postalCode: String) {
    customerDetails(country: $country, identity: $identity, phone: $phone, postalCode: $postalCode) {
      person {
        firstName
        lastName
      }
      company {
        name
      }
      identity
      address {
        line1
        street
        streetNumber
        entrance
        postalCode
        city
        country
      }
      phone
      email
      language
    }
  }
`);

type Details = NonNullable<ResultOf<typeof findDetails>['customerDetails']>;

/** What is known of somebody in the documented words. */
export function toWire({
  person,
  company,
  identity,
  address,
  phone,
  email,
  language,
}: Details): z.output<typeof wireDetails> {
  const known = {
    fiscalNumber: identity,
    firstName: person?.firstName,
    surname: person?.lastName ?? company?.name,
    street: address?.line1 ?? streetOf(address),
    zip: address?.postalCode,
    city: address?.city,
    country: address?.country,
    emailAddress: email,
    phoneNumber: phone,
    languageCode: language,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value));
}

function streetOf(address: Details['address']): string | null {
  if (!address?.street) return null;
  return [address.street, [address.streetNumber, address.entrance].filter((part) => part !== null).join('')]
    .filter((part) => part !== '')
    .join(' ');
}

const value = z
  .preprocess((given) => (typeof given === 'number' ? String(given) : given), z.string().nullish())
  .meta({
    type: ['string', 'number', 'null'],
  });

/** "Get customer details": a directory of persons, asked by what the country needs and nothing else. */
export const customerDetails = route({
  method: 'POST',
  path: '/products/{paymentProductId}/customerDetails',
  summary: 'Find a buyer by the values that the country needs',
  request: z.object({
    params: z.object({ paymentProductId: z.string() }),
    body: z.object({
      countryCode,
      values: listOf(z.object({ key: z.string().nullish(), value })).nullish(),
    }),
  }),
  operation: findDetails,
  response: wireDetails,
  variables: ({ params, body }, { caller }) => {
    checkProduct(params.paymentProductId, caller);
    const given = new Map((body.values ?? []).map(({ key, value }) => [key, value?.trim()]));
    const needed = neededIn(body.countryCode);
    const absent = needed.filter((key) => !given.get(key));
    if (needed.length === 0) throw missing([['body', 'values']]);
    if (absent.length > 0) throw missing(absent.map((key) => [argumentOf(key)]));
    return { country: body.countryCode, ...Object.fromEntries(needed.map((key) => [argumentOf(key), given.get(key)])) };
  },
  reply: ({ customerDetails }) => ({ body: toWire(found(customerDetails, 'DETAILS_NOT_FOUND', ['country'])) }),
});

const missing = (paths: readonly string[][]) =>
  new ApiError(
    'VALUE_REQUIRED',
    paths.map((path) => fault('VALUE_REQUIRED', path)),
  );

function argumentOf(key: LookupKey): string {
  return lookupKeys.find((one) => one.key === key)?.argument ?? key;
}
