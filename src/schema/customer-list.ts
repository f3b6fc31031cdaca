import { and, type SQL, sql } from 'drizzle-orm';
import { ownId } from '../db/own.ts';
import { customerPaymentTypes, customers } from '../db/tables/customers.ts';
import { loginCredentials, logins } from '../db/tables/logins.ts';
import { customerCounts, customerKeys as keysTable } from '../db/tables/search.ts';
import { ApiError, fault } from '../errors.ts';
import { emailForms } from '../values/email.ts';
import { phoneKey } from '../values/phone.ts';
import { builder, type Context } from './builder.ts';
import { connectionOf, type ListOf, type PageArgs, page, pageArgs } from './connection.ts';
import { CustomerFilter, type CustomerFilterShape, customerWhere } from './customer-filter.ts';
import { CustomerOrder, customerKeys } from './customer-order.ts';
import { bounded } from './filter.ts';
import { CustomerBy } from './identity.ts';
import { loadOne, type Row } from './loader.ts';
import { findBy, oneBy } from './node.ts';
import { Category, Customer, type CustomerRow, PaymentType, Region, Segmentation, User } from './nouns.ts';
import { foundBy, foundOf } from './search.ts';
import type { ListSetting, Noun, Source } from './source.ts';

const CustomerConnection = connectionOf(Customer as never);

/** How many customers there are, or are active: all are counted as they come and go, and the few that are not have an index. */
function storedTotal({ filter, search }: ListArgs, organizationId: number): SQL | undefined {
  const asked = Object.entries(filter ?? {}).filter(([, value]) => value !== null && value !== undefined);
  const isActiveOnes = asked.length === 1 && filter?.isActive === true;
  if (search?.trim() || (asked.length > 0 && !isActiveOnes)) return undefined;
  const stored = sql`select coalesce(sum(${customerCounts.count}), 0) from ${customerCounts} where ${customerCounts.organizationId} = ${organizationId}::bigint`;
  const inactive = sql`select count(*) from ${customers} where ${customers.organizationId} = ${organizationId}::bigint and not ${customers.isActive}`;
  return isActiveOnes ? sql`select (${stored}) - (${inactive}) as n` : sql`select (${stored}) as n`;
}

const scope = { authScopes: { scope: 'customers:read' } } as const;

interface ListArgs {
  filter?: CustomerFilterShape | null | undefined;
  search?: string | null | undefined;
  orderBy?: Parameters<typeof customerKeys>[0];
}

/** What `customers` lists. */
function customersList(args: ListArgs, { caller, vault, country }: ListSetting): ListOf {
  const { filter, search, orderBy } = args;
  if ((orderBy?.length ?? 0) > 5)
    throw new ApiError('LIST_TOO_LONG', [fault('LIST_TOO_LONG', ['orderBy'], 'has more than 5 sort keys')]);
  if ((search?.length ?? 0) > 200)
    throw new ApiError('VALUE_TOO_LONG', [fault('VALUE_TOO_LONG', ['search'], 'is longer than 200 characters')]);
  const { organizationId } = caller;
  const where = and(
    filter ? customerWhere(bounded(filter), { vault, organizationId, country }) : undefined,
    search?.trim() ? foundBy(customers.id, sql`select clientele_customers_search(${search}) as id`) : undefined,
  );
  return {
    noun: Customer as never,
    where,
    keys: customerKeys(orderBy, organizationId),
    storedTotal: storedTotal(args, organizationId),
    found: foundOf(where),
  };
}

/** Options of a field that lists the customers of its row. */
function customersOf(where: (owner: SQL, organization: SQL) => SQL) {
  const list = (_args: unknown, { caller }: Pick<ListSetting, 'caller'>, owner: SQL): ListOf => ({
    noun: Customer as never,
    where: where(owner, sql`${caller.organizationId}::bigint`),
    keys: [],
  });
  return {
    type: CustomerConnection,
    ...scope,
    resolve: (row: { id: number }, args: PageArgs, ctx: Context) => page(ctx, list(args, ctx, sql`${row.id}`), args),
    extensions: { source: { kind: 'list', noun: Customer as never, list } satisfies Source },
  };
}

builder.queryFields((t) => ({
  customer: t.field({
    type: Customer.ref,
    nullable: true,
    description: 'The customer with this identity, or null.',
    ...scope,
    args: { by: t.arg({ type: CustomerBy, required: true, description: 'Which one.' }) },
    resolve: async (_root, { by }, ctx) => (await findBy(ctx, Customer as never, by)) as CustomerRow | null,
    extensions: { source: oneBy(Customer as never) },
  }),
  customers: t.field({
    type: CustomerConnection,
    description:
      'Customers, oldest first unless sorted otherwise. Walk with `first` and `after`: no row is repeated while others write, and none skipped but one that is committed only after the walk has passed its place.',
    ...scope,
    args: {
      ...pageArgs(t.arg),
      offset: t.arg.int({ description: 'How many to pass over, for callers that count pages. Cursors are faster.' }),
      filter: t.arg({ type: CustomerFilter, description: 'Which ones.' }),
      search: t.arg.string({
        description:
          'Words of the name, the reference, an email, or a phone in any format. Accents are ignored, and typos when nothing matches. Blank: no search.',
      }),
      orderBy: t.arg({ type: [CustomerOrder], description: 'Sort keys, the first one first. At most five.' }),
    },
    resolve: async (_root, args, ctx) => {
      const country = args.filter ? (await ctx.organization()).country : '';
      return page(ctx, customersList(args as ListArgs, { caller: ctx.caller, vault: ctx.vault, country }), args);
    },
    extensions: { source: { kind: 'list', noun: Customer as never, list: customersList } satisfies Source },
  }),
}));

builder.objectField(Customer.ref, 'subcustomers', (t) =>
  t.field({
    description: 'The customers below this one.',
    args: pageArgs(t.arg),
    ...customersOf((owner) => sql`${customers.parentId} = ${owner}`),
  }),
);

/** `customers` of everything that customers point at. */
const owners: { noun: Noun; where: (owner: SQL, organization: SQL) => SQL; description: string }[] = [
  {
    noun: Category as never,
    where: (owner) => sql`${customers.categoryId} = ${owner}`,
    description: 'The customers of this category, without those of the categories below.',
  },
  {
    noun: Segmentation as never,
    where: (owner) => sql`${customers.segmentationId} = ${owner}`,
    description: 'The customers of this segmentation.',
  },
  {
    noun: Region as never,
    where: (owner) => sql`${customers.regionId} = ${owner}`,
    description: 'The customers of this region.',
  },
  {
    noun: User as never,
    where: (owner) => sql`${customers.createdById} = ${owner}`,
    description: 'The customers that this member of staff made.',
  },
  {
    noun: PaymentType as never,
    where: (owner, organization) =>
      sql`${customers.id} = any(array(select ${customerPaymentTypes.customerId} from ${customerPaymentTypes} where ${customerPaymentTypes.organizationId} = ${organization} and ${customerPaymentTypes.paymentTypeId} = ${owner}))`,
    description: 'The customers who may pay this way.',
  },
];
for (const { noun, where, description } of owners) {
  builder.objectField(noun.ref as never, 'customers', ((t: {
    field: (options: object) => unknown;
    arg: Parameters<typeof pageArgs>[0];
  }) => t.field({ description, args: pageArgs(t.arg), ...customersOf(where) })) as never);
}

const CredentialMatch = builder.objectRef<{ credential: string; customer: Row }>('CredentialMatch').implement({
  description: 'A customer whom a credential belongs to.',
  fields: (t) => ({
    credential: t.exposeString('credential', { description: 'The credential as it was asked for.' }),
    customer: t.field({
      type: Customer.ref,
      description: 'The customer.',
      resolve: (match) => match.customer as CustomerRow,
    }),
  }),
});

builder.queryField('customersByCredential', (t) =>
  t.field({
    type: [CredentialMatch],
    description:
      'Whose these emails and phones are: of a login, or of the customer itself. What belongs to nobody is left out.',
    ...scope,
    args: { credentials: t.arg.stringList({ required: true, description: 'Emails and phones, at most 100.' }) },
    resolve: async (_root, { credentials }, ctx) => {
      if (credentials.length > 100)
        throw new ApiError('LIST_TOO_LONG', [fault('LIST_TOO_LONG', ['credentials'], 'has more than 100 items')]);
      const { country } = await ctx.organization();
      const keys = credentials.map((credential) =>
        credential.includes('@') ? emailForms(credential.toLowerCase()) : [phoneKey(credential, country)],
      );
      const tx = await ctx.work.tx();
      const found = await tx.execute<{ key: string; customer_id: string }>(sql`
        with asked(key) as (select distinct jsonb_array_elements_text(${JSON.stringify(keys.flat())}::jsonb))
        select key, l.customer_id from asked
          join ${loginCredentials} on ${loginCredentials.organizationId} = ${ownId} and ${loginCredentials.credentialKey} = key
          join ${logins} l on l.organization_id = ${loginCredentials.organizationId} and l.id = ${loginCredentials.loginId}
        union
        select key, ${keysTable.customerId} from asked join ${keysTable} on ${keysTable.organizationId} = ${ownId}
          and ${keysTable.kind} in ('EMAIL', 'PHONE') and ${keysTable.value} = key
        order by 2`);
      const pairs = credentials.flatMap((credential, i) =>
        found
          .filter(({ key }) => keys[i]?.includes(key))
          .map(({ customer_id }) => customer_id)
          // By a login and by the customer itself, in two forms of one address.
          .filter((id, at, all) => all.indexOf(id) === at)
          .map(async (customer_id) => ({
            credential,
            customer: await loadOne(ctx, customers.id, Number(customer_id)),
          })),
      );
      return (await Promise.all(pairs)).flatMap(({ credential, customer }) =>
        customer ? [{ credential, customer }] : [],
      );
    },
  }),
);
