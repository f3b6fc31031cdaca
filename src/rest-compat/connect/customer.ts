import { z } from 'zod';
import { graphql, type ResultOf } from '../graphql.ts';

/** The customer in our words, as far as both kinds of answer say it. */
const summaryFields = graphql(`
  fragment ConnectSummary on Customer {
    customerNumber
    kind
    name
    person {
      firstName
      middleName
      lastName
    }
    company {
      name
      department
    }
    phones {
      number
      e164
      kind
      primary
    }
    emails
  }
`);

/** The customer of `info`. */
export const infoFields = graphql(
  `
    fragment ConnectInfo on Customer {
      ...ConnectSummary
      version
      invoiceEmail
      logins {
        uniqueId
        credentials {
          credential
          type
          verificationLevel
        }
      }
    }
  `,
  [summaryFields],
);

/** The customer of a search. */
export const matchFields = graphql(
  `
    fragment ConnectMatch on Customer {
      ...ConnectSummary
      billingAddress {
        line1
        careOf
        street
        streetNumber
        entrance
        postalCode
        city
        country
      }
    }
  `,
  [summaryFields],
);

const text = z.string().nullable();

const wireSummary = {
  customerNumber: z.number().int(),
  name: z.strictObject({
    firstName: text,
    middleName: text,
    lastName: text,
    companyName: text,
    departmentName: text,
  }),
  phoneNumbers: z.array(z.strictObject({ phoneNumber: z.string(), phoneNumberType: z.string() })),
  emails: z.array(z.string()),
};

/** Lists without items are empty, single values are null (contracts, 3.3 and 3.9.6). */
export const wireInfo = z.strictObject({
  ...wireSummary,
  invoiceEmailAddress: text,
  attachedUsers: z.array(
    z.strictObject({
      uniqueId: z.string(),
      credentials: z.array(
        z.strictObject({ credential: z.string(), credentialType: z.string(), verificationLevel: z.string() }),
      ),
    }),
  ),
});

/** What a search may tell: nothing of the logins (contracts, 3.6). */
export const wireMatch = z.strictObject({
  ...wireSummary,
  address: z.strictObject({
    careOfAddress: text,
    streetAddress: text,
    streetNumber: z.number().int().nullable(),
    entrance: text,
    postalCode: text,
    postalPlace: text,
    countryCode: text,
  }),
});

type Summary = ResultOf<typeof summaryFields>;

function toSummary({ customerNumber, kind, name, person, company, phones, emails }: Summary) {
  const lastName = person?.lastName || null;
  const companyName = company?.name || null;
  // One of the two is always there: of whom only a display name is known, it is that.
  const isNameless = lastName === null && companyName === null;
  return {
    customerNumber,
    name: {
      firstName: isNameless && kind !== 'COMPANY' ? null : person?.firstName || null,
      middleName: isNameless && kind !== 'COMPANY' ? null : person?.middleName || null,
      lastName: isNameless && kind !== 'COMPANY' ? name : lastName,
      companyName: isNameless && kind === 'COMPANY' ? name : companyName,
      departmentName: company?.department || null,
    },
    phoneNumbers: phones
      .filter((phone) => phone.kind !== 'fax')
      // The primary one first: a list that is sent back makes its first one the primary again.
      .sort((a, b) => Number(b.primary) - Number(a.primary))
      .map((phone) => ({
        phoneNumber: phone.e164 ?? phone.number,
        phoneNumberType: phone.kind || (kind === 'COMPANY' ? 'company' : 'personal'),
      })),
    emails: [...emails],
  };
}

/** One of ours as `info` answers it. */
export function toInfo(customer: ResultOf<typeof infoFields>): z.output<typeof wireInfo> {
  return {
    ...toSummary(customer),
    invoiceEmailAddress: customer.invoiceEmail,
    attachedUsers: customer.logins.map(({ uniqueId, credentials }) => ({
      uniqueId,
      credentials: credentials.map(({ credential, type, verificationLevel }) => ({
        credential,
        credentialType: type,
        verificationLevel,
      })),
    })),
  };
}

/** One of ours as a search answers it. */
export function toMatch(customer: ResultOf<typeof matchFields>): z.output<typeof wireMatch> {
  const address = customer.billingAddress;
  return {
    ...toSummary(customer),
    address: {
      careOfAddress: address?.careOf ?? null,
      streetAddress: address?.street ?? address?.line1 ?? null,
      streetNumber: address?.streetNumber ?? null,
      entrance: address?.entrance ?? null,
      postalCode: address?.postalCode ?? null,
      postalPlace: address?.city ?? null,
      countryCode: address?.country ?? null,
    },
  };
}
