import { z } from 'zod';
import { graphql, type ResultOf } from '../graphql.ts';
import type { Facts } from '../route.ts';

/** The customer in our words, as far as Riverty can say it. */
export const customerFields = graphql(`
  fragment RivertyCustomer on Customer {
    version
    reference
    kind
    name
    person {
      firstName
      lastName
    }
    company {
      name
      organizationNumber
    }
    phones {
      number
      e164
      primary
    }
    email
    paymentId
    billingAddress {
      line1
      line2
      line3
      postalCode
      city
      country
    }
  }
`);

const text = z.string().optional();

const wireLink = z.strictObject({ href: z.string(), rel: z.string(), method: z.string() });

/** The customer as every service answers it; what has no value is left out (contracts, 2.2). */
export const wireCustomer = z.strictObject({
  _links: z.array(wireLink).length(4),
  customerNumber: z.string(),
  type: z.enum(['Person', 'Company', 'Undefined']),
  person: z.strictObject({ firstName: text, lastName: text }).optional(),
  company: z.strictObject({ name: text, organizationNumber: text }).optional(),
  phoneNumber: text,
  email: text,
  paymentMeans: z.strictObject({ paymentId: z.string() }).optional(),
  address: z
    .strictObject({
      addressLine: text,
      addressLine2: text,
      addressLine3: text,
      postalCode: text,
      postalPlace: text,
      countryCode: text,
    })
    .optional(),
});

type Customer = ResultOf<typeof customerFields>;

const types = { PERSON: 'Person', COMPANY: 'Company', UNDEFINED: 'Undefined' } as const;

/** One of ours in the documented words. */
export function toWire(customer: Customer, facts: Facts, clientId: string): z.output<typeof wireCustomer> {
  const { reference, kind, name, email, billingAddress: address } = customer;
  const phone = customer.phones.find(({ primary }) => primary);
  // A person or company of whom only a display name is known answers it as its own.
  const person = { firstName: customer.person?.firstName, lastName: customer.person?.lastName };
  if (kind === 'PERSON' && !person.firstName && !person.lastName) person.lastName = name;
  const company = { name: customer.company?.name, organizationNumber: customer.company?.organizationNumber };
  if (kind === 'COMPANY') company.name ??= name;
  return {
    _links: toLinks(facts, clientId, reference),
    customerNumber: reference,
    type: types[kind],
    ...known('person', person),
    ...known('company', company),
    ...(phone && { phoneNumber: phone.e164 ?? phone.number }),
    ...(email !== null && { email }),
    paymentMeans: { paymentId: customer.paymentId },
    ...known('address', {
      addressLine: address?.line1,
      addressLine2: address?.line2,
      addressLine3: address?.line3,
      postalCode: address?.postalCode,
      postalPlace: address?.city,
      countryCode: address?.country,
    }),
  };
}

/** An object of those parts that have a value, under its name; nothing when none has. */
function known<Name extends string, Parts extends Record<string, string | null | undefined>>(name: Name, parts: Parts) {
  const given = Object.entries(parts).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (given.length > 0 ? { [name]: Object.fromEntries(given) } : {}) as {
    [Key in Name]?: { [Part in keyof Parts]?: string };
  };
}

/** The four links, below the prefix that the request used and always with `clients` (contracts, 2.9.3). */
function toLinks({ origin, base }: Facts, clientId: string, reference: string): z.output<typeof wireLink>[] {
  const customers = `${origin}${base.startsWith('/customer/') ? '/customer' : ''}/v1/clients/${clientId}/customers`;
  const self = `${customers}/${encodeURIComponent(reference)}`;
  return [
    { href: self, rel: '_self', method: 'GET' },
    { href: self, rel: 'check_customer', method: 'HEAD' },
    { href: self, rel: 'update_customer', method: 'PUT' },
    {
      href: `${customers}/search?page={Page}&perPage={PerPage}&sort={byFieldName}&order={ASC/DESC}`,
      rel: 'search_customer_by_field',
      method: 'POST',
    },
  ];
}
