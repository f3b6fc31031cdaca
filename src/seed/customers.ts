import type { Tx } from '../db/client.ts';
import { contacts } from '../db/tables/contacts.ts';
import { customerPaymentTypes, customers } from '../db/tables/customers.ts';
import { loginCredentials, logins } from '../db/tables/logins.ts';
import { emailKey } from '../values/email.ts';
import { isE164 } from '../values/phone.ts';
import { countries } from './countries/index.ts';
import { blank, makeCustomer } from './customer.ts';
import {
  connectAt,
  connectCustomer,
  connectCustomerNumber,
  connectLogin,
  valomniaAt,
  valomniaCustomer,
} from './documented.ts';
import type { CustomerRow, Making } from './making.ts';
import { chance, personName, phone, slug } from './people.ts';
import { idOf } from './references.ts';
import { insertRows, reserveIds } from './rows.ts';

const jobs = ['Owner', 'Managing director', 'Store manager', 'Purchasing manager', 'Accountant', 'Warehouse manager'];

/** Lays in the customers of one organization with their payment types, contacts and logins. Answers the first who has a login. */
export async function seedCustomers(tx: Tx, making: Making): Promise<CustomerRow> {
  const ids = await reserveIds(tx, customers, making.plan.customers);
  const rows = ids.map((id, index) => {
    const row = documented(making, makeCustomer(making, id, index + 1), index + 1);
    if (row.kind === 'COMPANY') making.companies.push(row);
    return row;
  });
  await insertRows(tx, customers, rows);
  await seedPaymentTypes(tx, making, rows);
  await seedContacts(tx, making, rows);
  return seedLogins(tx, making, rows);
}

/** The documents' own customers stand in the place of a made one, so that those around them stay as they are. */
function documented({ plan, organizationId, references }: Making, row: CustomerRow, at: number): CustomerRow {
  const { id, paymentId } = row;
  if (plan.isDocumented && at === valomniaAt) {
    const customerNumber = id;
    return { ...blank, organizationId, id, customerNumber, paymentId, ...valomniaCustomer(references) };
  }
  if (plan.isDocumented && at === connectAt) {
    const customerNumber = connectCustomerNumber;
    return { ...blank, organizationId, id, customerNumber, paymentId, ...connectCustomer(references) };
  }
  return row;
}

async function seedPaymentTypes(tx: Tx, { plan, organizationId, references }: Making, rows: readonly CustomerRow[]) {
  const { faker } = countries[plan.country];
  const all = [...references.paymentTypes.values()];
  const ofDocument = ['cash', 'cheque'].map((reference) => idOf(references.paymentTypes, reference));
  await insertRows(
    tx,
    customerPaymentTypes,
    rows.flatMap(({ id, reference }) => {
      const chosen = faker.helpers.arrayElements(all, { min: 1, max: 3 });
      const isDocumented = plan.isDocumented && reference === `${plan.prefix}-${valomniaAt}`;
      return (isDocumented ? ofDocument : chosen).map((paymentTypeId) => ({
        organizationId,
        customerId: id,
        paymentTypeId,
      }));
    }),
  );
}

async function seedContacts(tx: Tx, { plan, organizationId, references }: Making, rows: readonly CustomerRow[]) {
  const { faker } = countries[plan.country];
  const made = rows
    .filter(({ kind }) => kind === 'COMPANY')
    .flatMap((row) => {
      const country = Object.values(countries).find(({ code }) => code === row.billingCountry);
      const host = row.email?.split('@')[1] ?? 'example.com';
      return Array.from({ length: country ? faker.number.int({ min: 0, max: 3 }) : 0 }, (_, at) => {
        const { firstName, lastName } = personName(country ?? countries[plan.country]);
        return {
          organizationId,
          customerId: row.id,
          firstName,
          lastName,
          jobTitle: faker.helpers.arrayElement(jobs),
          isDecisionMaker: at === 0,
          email: `${slug(firstName)}.${slug(lastName)}@${host}`,
          phone: country ? phone(country, null, false).number : null,
          mobile: country && chance(faker, 40) ? phone(country, null, false).number : null,
          line1: at === 0 ? (row.billingLine1 ?? null) : null,
          postalCode: at === 0 ? (row.billingPostalCode ?? null) : null,
          city: row.billingCity ?? null,
          country: row.billingCountry ?? null,
          userId: chance(faker, 50) ? faker.helpers.arrayElement(references.users) : null,
          createdAt: row.createdAt ?? new Date(0),
          updatedAt: row.createdAt ?? new Date(0),
        };
      });
    });
  const ids = await reserveIds(tx, contacts, made.length);
  await insertRows(
    tx,
    contacts,
    made.map((row, at) => ({ ...row, id: ids[at], reference: `${plan.prefix}-C${at + 1}` })),
  );
}

async function seedLogins(tx: Tx, { plan, organizationId }: Making, rows: readonly CustomerRow[]) {
  const { faker } = countries[plan.country];
  const made = rows.flatMap((row) => {
    if (plan.isDocumented && row.customerNumber === connectCustomerNumber) return [{ row, ...connectLogin }];
    if (row.kind !== 'PERSON' || !row.email || !chance(faker, 12)) return [];
    const e164 = row.phones?.[0]?.e164;
    const level = () => faker.helpers.arrayElement(['Externally_verified', 'Not verified']);
    const byEmail = { credential: row.email, credentialType: 'A_EMAIL_ADDRESS', verificationLevel: level() };
    const byPhone = e164 ? [{ credential: e164, credentialType: 'B_SMS_PHONE', verificationLevel: level() }] : [];
    const uniqueId = faker.string.hexadecimal({ length: 15, casing: 'lower', prefix: '' });
    return [{ row, uniqueId, credentials: [byEmail, ...(chance(faker, 50) ? byPhone : [])] }];
  });
  const ids = await reserveIds(tx, logins, made.length);
  await insertRows(
    tx,
    logins,
    made.map(({ row, uniqueId }, at) => ({
      organizationId,
      id: ids[at],
      customerId: row.id,
      uniqueId,
      ...(row.createdAt && { createdAt: row.createdAt, updatedAt: row.createdAt }),
    })),
  );
  const all = made.flatMap(({ credentials }, at) => credentials.map((one) => ({ loginId: ids[at] ?? 0, ...one })));
  const credentialIds = await reserveIds(tx, loginCredentials, all.length);
  await insertRows(
    tx,
    loginCredentials,
    all.map((one, at) => ({
      organizationId,
      id: credentialIds[at],
      ...one,
      credentialKey: isE164(one.credential) ? one.credential : emailKey(one.credential),
    })),
  );
  const [first] = made;
  if (!first) throw new Error('No customer of the demo data has a login.');
  return first.row;
}
