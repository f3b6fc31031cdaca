import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { customers } from '../db/tables/customers.ts';
import { loginCredentials, logins } from '../db/tables/logins.ts';
import { resolveReference } from '../domain/reference.ts';
import { type Fault, fault } from '../errors.ts';
import { emailKey, parseEmail } from '../values/email.ts';
import { phoneKey } from '../values/phone.ts';
import { builder, type Tx } from './builder.ts';
import * as gate from './gate.ts';
import { CustomerBy, identityOf, LoginBy } from './identity.ts';
import type { Row } from './loader.ts';
import { findBy, globalId, Node } from './node.ts';
import { Customer, Login } from './nouns.ts';
import { referenceMutations } from './reference-mutation.ts';
import { noun } from './source.ts';

const LoginCredential = noun('LoginCredential', loginCredentials, 'customers:read', { isNode: false });

LoginCredential.ref.implement({
  description: 'What a login signs in with.',
  fields: (t) => ({
    credential: t.column(loginCredentials.credential, { description: 'An email or a phone, as typed.' }),
    type: t.column(loginCredentials.credentialType, {
      description: '`A_EMAIL_ADDRESS`, `B_SMS_PHONE` or another word.',
    }),
    verificationLevel: t.column(loginCredentials.verificationLevel, {
      description: 'How far it was verified: `Not verified`, `Externally_verified`…',
    }),
  }),
});

Login.ref.implement({
  description: 'Somebody who signs in as a customer.',
  interfaces: [Node as never],
  fields: (t) => ({
    id: t.computed([logins.id], {
      type: 'ID',
      description: 'Opaque and global.',
      compute: (row) => globalId('Login', row.id),
    }),
    numericId: t.column(logins.id, { description: 'The integer identity.' }),
    uniqueId: t.column(logins.uniqueId, { description: 'Unique in the organization: Connect’s `uniqueId`.' }),
    customer: t.one(Customer as never, { from: logins.customerId, description: 'The customer.' }),
    credentials: t.many(
      LoginCredential as never,
      { key: loginCredentials.loginId, order: loginCredentials.id },
      { own: true, description: 'What it signs in with.' },
    ),
    createdAt: t.column(logins.createdAt, { description: 'When it was made.' }),
    updatedAt: t.column(logins.updatedAt, { description: 'When it was last changed.' }),
    version: t.column(logins.version, { description: 'Raised by every change: give it as `expectedVersion`.' }),
  }),
});

builder.queryField('login', (t) =>
  t.field({
    type: Login.ref,
    nullable: true,
    description: 'The login with this identity, or null.',
    authScopes: { scope: Login.scope },
    args: { by: t.arg({ type: LoginBy, required: true, description: 'Which one.' }) },
    resolve: async (_root, { by }, ctx) => (await findBy(ctx, Login as never, by)) as typeof logins.$inferSelect | null,
  }),
);

const LoginCredentialInput = builder.inputType('LoginCredentialInput', {
  description: 'What a login signs in with.',
  fields: (t) => ({
    credential: t.string({ required: true, description: 'An email or a phone in any format.' }),
    type: t.string({ description: 'Default `A_EMAIL_ADDRESS` for an email, `B_SMS_PHONE` for a phone.' }),
    verificationLevel: t.string({ description: 'How far it was verified. Default `Not verified`.' }),
  }),
});

const loginInput = (verb: 'Create' | 'Update' | 'Upsert', description: string) =>
  builder.inputType(`Login${verb}Input`, {
    description,
    fields: (t) => ({
      uniqueId: t.string({ description: 'Unique in the organization; made by the server when a new login has none.' }),
      customer: t.field({ type: CustomerBy, description: 'The customer.' }),
      credentials: t.field({ type: [LoginCredentialInput], description: 'All credentials; replaces the list.' }),
    }),
  });

/** What is stored of a credential. Emails are compared without case, phones in E.164. */
const credentialForm = (country: string) =>
  z
    .object({
      credential: gate.requiredText(255),
      type: gate.requiredText(60).nullish(),
      verificationLevel: gate.requiredText(60).nullish(),
    })
    .transform(({ credential, type, verificationLevel }, ctx) => {
      const isEmail = credential.includes('@');
      const key = isEmail ? parseEmail(credential) && emailKey(credential) : phoneKey(credential, country);
      if (!key) {
        const wrong = { path: ['credential'], message: 'is neither an email nor a phone' };
        ctx.addIssue({ code: 'custom', ...wrong, params: { code: 'VALUE_INVALID' } });
        return z.NEVER;
      }
      return {
        credential: credential.trim(),
        credentialKey: key,
        credentialType: type ?? (isEmail ? 'A_EMAIL_ADDRESS' : 'B_SMS_PHONE'),
        verificationLevel: verificationLevel ?? 'Not verified',
      };
    });
type StoredCredential = z.output<ReturnType<typeof credentialForm>>;

const loginForm = (country: string) =>
  z.object({
    uniqueId: gate.requiredText(100).nullish(),
    credentials: gate.list(credentialForm(country), 50).nullish(),
  });

referenceMutations({
  noun: Login as never,
  field: 'login',
  words: { a: 'a login', the: 'The login' },
  by: LoginBy as never,
  inputs: {
    create: loginInput('Create', 'A new login: the customer is needed.'),
    update: loginInput('Update', 'Changes to a login. Absent: unchanged.'),
    upsert: loginInput('Upsert', 'A login as it should be.'),
  },
  scopes: { write: 'customers:write' },
  codes: { missing: 'LOGIN_NOT_FOUND' },
  required: { uniqueId: 'uniqueId', customerId: 'customer' },
  defaults: async () => ({ uniqueId: crypto.randomUUID() }),
  read: async ({ customer, ...plain }, ctx) => {
    const { value, faults } = gate.pass(loginForm((await ctx.organization()).country), plain);
    const { credentials, ...columns } = value;
    faults.push(...givenTwice(credentials ?? []));
    return {
      columns,
      faults,
      resolve: async (tx: Tx, _current: Row | null, found: Fault[]) => {
        if (!customer) return customer === null ? { customerId: null } : {};
        const by = identityOf('Customer', customer);
        const path = ['input', 'customer'];
        return { customerId: await resolveReference({ tx }, customers, by, 'CUSTOMER_NOT_FOUND', path, found) };
      },
      after: async (tx: Tx, row: Row) =>
        credentials === undefined ? false : replaceCredentials(tx, Number(row.id), credentials ?? []),
    };
  },
});

function givenTwice(credentials: readonly StoredCredential[]): Fault[] {
  const keys = credentials.map(({ credentialKey }) => credentialKey);
  return keys.flatMap((key, i) =>
    keys.indexOf(key) === i
      ? []
      : [fault('VALUE_INVALID', ['input', 'credentials', i, 'credential'], 'is given twice')],
  );
}

/** Makes these the login's credentials; answers whether they were others before. */
async function replaceCredentials(tx: Tx, loginId: number, credentials: readonly StoredCredential[]): Promise<boolean> {
  const { credential, credentialKey, credentialType, verificationLevel } = loginCredentials;
  const before = await tx
    .select({ credential, credentialKey, credentialType, verificationLevel })
    .from(loginCredentials)
    .where(eq(loginCredentials.loginId, loginId))
    .orderBy(asc(loginCredentials.id));
  if (JSON.stringify(before) === JSON.stringify(credentials)) return false;
  await tx.delete(loginCredentials).where(eq(loginCredentials.loginId, loginId));
  if (credentials.length > 0) await tx.insert(loginCredentials).values(credentials.map((one) => ({ ...one, loginId })));
  return true;
}
