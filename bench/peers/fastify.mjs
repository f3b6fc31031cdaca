// The REST list in the obvious way: Fastify, Drizzle's relational queries over Clientele's own tables, count(*).
import { asc, count, eq, relations } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import Fastify from 'fastify';
import postgres from 'postgres';
import { contacts } from '../../src/db/tables/contacts.ts';
import { customerPaymentTypes, customers } from '../../src/db/tables/customers.ts';
import { categories, paymentTypes, segmentations } from '../../src/db/tables/references.ts';

const to = (one, table, from) => one(table, { fields: [from], references: [table.id] });
const schema = {
  customers,
  contacts,
  categories,
  segmentations,
  paymentTypes,
  customerPaymentTypes,
  ofCustomers: relations(customers, ({ one, many }) => ({
    category: to(one, categories, customers.categoryId),
    segmentation: to(one, segmentations, customers.segmentationId),
    contacts: many(contacts),
    pairs: many(customerPaymentTypes),
  })),
  ofContacts: relations(contacts, ({ one }) => ({ customer: to(one, customers, contacts.customerId) })),
  ofPairs: relations(customerPaymentTypes, ({ one }) => ({
    customer: to(one, customers, customerPaymentTypes.customerId),
    type: to(one, paymentTypes, customerPaymentTypes.paymentTypeId),
  })),
};
const db = drizzle(postgres(process.env.DATABASE_URL, { max: Number(process.env.POOL ?? 10) }), { schema });
const organization = Number(process.env.ORGANIZATION);
const link = { columns: { id: true, reference: true, name: true } };
const app = Fastify();
app.get('/customers', async ({ query }) => {
  const [[{ n }], rows] = await Promise.all([
    db.select({ n: count() }).from(customers).where(eq(customers.organizationId, organization)),
    db.query.customers.findMany({
      where: eq(customers.organizationId, organization),
      orderBy: asc(customers.id),
      limit: 100,
      offset: Number(query.offset),
      with: {
        category: link,
        segmentation: link,
        contacts: { orderBy: asc(contacts.id) },
        pairs: { with: { type: link } },
      },
    }),
  ]);
  return { total: n, rows: rows.map(({ pairs, ...row }) => ({ ...row, paymentTypes: pairs.map(({ type }) => type) })) };
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
