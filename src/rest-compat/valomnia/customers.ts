import { createBody, toInput, updateBody, upsertBody } from './customer-input.ts';
import {
  createCustomer,
  deleteCustomer,
  listCustomers,
  showCustomer,
  updateCustomer,
  upsertCustomer,
} from './customer-operations.ts';
import { customerSorts } from './customer-sort.ts';
import { flag, listQuery, wildcard } from './list.ts';
import { commonFilters, lists, removals, saves, shows } from './resource.ts';
import { toWire, wireCustomer } from './wire.ts';

const words = { path: '/customers', what: 'customer', wire: wireCustomer, toWire } as const;
const filters = { reference: wildcard, name: wildcard, categoryReference: wildcard, isActive: flag };

/** Valomnia, chapter 11 "Customers". */
export const customers = [
  ...lists({
    ...words,
    query: listQuery(customerSorts, filters),
    sorts: customerSorts,
    operation: listCustomers,
    filter: (query) => ({
      ...commonFilters(query),
      category: query.categoryReference ? { reference: { like: query.categoryReference } } : undefined,
      isActive: query.isActive === undefined ? undefined : query.isActive === 'true',
    }),
  }),
  ...shows({ ...words, operation: showCustomer, missing: 'CUSTOMER_NOT_FOUND' }),
  ...saves({
    ...words,
    create: { body: createBody, operation: createCustomer },
    update: { body: updateBody, operation: updateCustomer },
    upsert: { body: upsertBody, operation: upsertCustomer },
    toInput,
  }),
  ...removals({ ...words, operation: deleteCustomer }),
];
