import { builder, type Rendered } from './builder.ts';
import { globalId } from './node.ts';
import { Customer } from './nouns.ts';

const Dialect = builder.enumType('Dialect', {
  description: 'A documented REST API that is answered from the same customers.',
  values: {
    VALOMNIA: { description: '`GET /api/v1.0/customers/{id}`.' },
    RIVERTY: { description: '`GET /v1/clients/{clientId}/customers/{customerNumber}`.' },
    CONNECT: { description: '`GET /v1/client/customer/info/{customerNumber}`.' },
    WORLDLINE: {
      description: '`POST /v1/{merchantId}/products/{id}/customerDetails`, without the national number.',
    },
  } as const,
});

const DialectAnswer = builder.objectRef<Rendered>('DialectAnswer').implement({
  description: 'What a documented API answers.',
  fields: (t) => ({
    status: t.int({ description: 'The HTTP status.', resolve: ({ status }) => status }),
    headers: t.field({
      type: 'Json',
      description: 'The headers that the API documents, by name.',
      resolve: ({ headers }) => headers,
    }),
    body: t.field({ type: 'Json', nullable: true, description: 'The body.', resolve: ({ body }) => body }),
  }),
});

builder.objectField(Customer.ref, 'as', (t) =>
  t.field({
    type: DialectAnswer,
    description:
      'The same customer as a documented API shows it: what its callers get, made by the code that answers them.',
    authScopes: { scope: 'customers:read' },
    args: { dialect: t.arg({ type: Dialect, required: true, description: 'In whose words.' }) },
    resolve: ({ id }, { dialect }, ctx) => ctx.render(dialect, globalId('Customer', id), ctx),
  }),
);
