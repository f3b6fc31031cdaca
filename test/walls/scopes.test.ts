import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse, validate } from 'graphql';
import { scopes } from '../../src/auth/caller.ts';
import { schema } from '../../src/schema/index.ts';
import { operations, variablesOf } from './operations.ts';
import { failures, newTenant } from './tenant.ts';

// Every operation asked with every key that has one scope alone: what opens it must be what is written here.

const references = ['category', 'segmentation', 'paymentType', 'region', 'user', 'contact', 'login'];
const plural: Record<string, string> = { category: 'categories', directoryEntry: 'directoryEntries' };
const many = (noun: string) => plural[noun] ?? `${noun}s`;
const changes = (noun: string) => ['Create', 'Update', 'Upsert', 'Delete'].map((verb) => noun + verb);

/** `every`: any credential may ask, and sees what its scopes allow; `own`: a customer's login alone. */
const written: Record<string, readonly string[]> = {
  every: ['node', 'nodes', 'viewer'],
  own: ['ownCustomerUpdate'],
  'customers:read': ['customer', 'customers', 'customersByCredential', 'contact', 'contacts', 'login'],
  'customers:write': [
    'customerCreate',
    'customerUpdate',
    'customerUpsert',
    'customersUpsert',
    'customerLogoSet',
    ...changes('contact'),
    ...changes('login'),
  ],
  'customers:delete': ['customerDelete'],
  'customers:erase': ['customerErase'],
  'customers:lookup': ['customerLookup', 'customerDetails'],
  'references:read': ['organization', ...references.slice(0, 5).flatMap((noun) => [noun, many(noun)])],
  'references:write': references.slice(0, 5).flatMap(changes),
  'directory:read': ['directoryEntry', 'directoryEntries'],
  'directory:write': [...changes('directoryEntry'), 'directoryEntriesUpsert'],
  'credentials:write': ['apiKeys', 'apiKeyCreate', 'apiKeyRevoke'],
  'organizations:write': ['organizationUpdate'],
};

describe('operations and scopes', async () => {
  const tenant = await newTenant('Scopes');
  const keys = await Promise.all(scopes.map(async (scope) => [scope, await tenant.keyFor([scope])] as const));

  it('the operations asked here are valid', () => {
    for (const { name, query } of operations) assert.deepEqual(validate(schema, parse(query)), [], `${name}: ${query}`);
  });

  it('each is opened by the scope that is written, and by no other', async () => {
    const measured: Record<string, string[]> = {};
    for (const operation of operations) {
      // A page that has no such size, an id that is none: nothing is changed by whoever gets through.
      const variables = variablesOf(operation, (type) => (type === 'ID' ? 'none' : undefined));
      const root = operation.query.slice(0, operation.query.indexOf('{ r: ') + 2);
      const args = operation.args.length > 0 ? `(${operation.args.map(({ name }) => `${name}: $${name}`)})` : '';
      const field = `r: ${operation.name}${args} { __typename }`;
      const opened: string[] = [];
      for (const [scope, key] of keys) {
        const { errors } = await tenant.graphql(`${root}${field} }`, variables, { authorization: `Bearer ${key}` });
        const isRefused = errors?.some(
          ({ extensions }: { extensions: { code: string } }) => extensions.code === 'FORBIDDEN',
        );
        if (!isRefused) opened.push(scope);
      }
      const by = opened.length === scopes.length ? 'every' : opened.length === 0 ? 'own' : opened.join(' ');
      measured[by] = [...(measured[by] ?? []), operation.name];
    }
    const sorted = (table: Readonly<Record<string, readonly string[]>>) =>
      Object.fromEntries(
        Object.keys(table)
          .sort()
          .map((name) => [name, [...(table[name] ?? [])].sort()]),
      );
    assert.deepEqual(sorted(measured), sorted(written));
    assert.deepEqual(failures, []);
  });
});
