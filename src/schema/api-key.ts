import { z } from 'zod';
import { createApiKey } from '../auth/api-key.ts';
import { scopes as allScopes, type Scope } from '../auth/caller.ts';
import { type CredentialFacts, listCredentials, revokeCredential } from '../auth/credential.ts';
import { ApiError, type Fault, fault, refuse } from '../errors.ts';
import { builder, type Context, type Tx } from './builder.ts';
import * as gate from './gate.ts';
import { mutation, type PayloadFields, write } from './mutation.ts';

const ApiKey = builder.objectRef<CredentialFacts>('ApiKey').implement({
  description: 'An API key, without the secret that was shown when it was made.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The public part of the key: what stands between `clk_` and the secret.' }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    scopes: t.exposeStringList('scopes', { description: 'What it may do.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'When it ends, if it does.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute.',
    }),
    isRevoked: t.exposeBoolean('isRevoked', { description: 'Whether it was ended.' }),
  }),
});

const keysOf = (tx: Tx, ctx: Context) => listCredentials(tx, ctx.caller.organizationId, 'API_KEY');

builder.queryField('apiKeys', (t) =>
  t.field({
    type: [ApiKey],
    description: 'The organization’s API keys, oldest first, revoked ones too.',
    authScopes: { scope: 'credentials:write' },
    resolve: async (_root, _args, ctx) => keysOf(await ctx.work.tx(), ctx),
  }),
);

const form = z.object({ name: gate.requiredText(100) });

/** What the new key may do: known words, at least one, none that its maker lacks. */
function readScopes(given: readonly string[], ctx: Context, faults: Fault[]): Scope[] {
  const known = given.filter((scope): scope is Scope => (allScopes as readonly string[]).includes(scope));
  for (const [i, scope] of given.entries())
    if (!known.includes(scope as Scope)) faults.push(fault('VALUE_INVALID', ['scopes', i], 'is no scope'));
  if (given.length === 0) faults.push(fault('VALUE_REQUIRED', ['scopes'], 'at least one scope is required'));
  const lacking = known.filter((scope) => !ctx.caller.scopes.has(scope));
  if (lacking.length > 0)
    throw new ApiError('FORBIDDEN', [fault('FORBIDDEN', ['scopes'], `You lack: ${lacking.join(', ')}.`)]);
  return [...new Set(known)];
}

mutation('apiKeyCreate', {
  description: 'Makes an API key. It may do no more than who makes it.',
  scope: 'credentials:write',
  args: builder.args((t) => ({
    name: t.string({ required: true, description: 'What it is for, at most 100 characters.' }),
    scopes: t.stringList({ required: true, description: 'What it may do, as `customers:read`.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When it ends; with the key that makes it unless given, and never later.',
    }),
  })),
  payload: (t: PayloadFields<{ apiKey: CredentialFacts; key: string }>) => ({
    apiKey: t.field({ type: ApiKey, description: 'The new key’s facts.', resolve: ({ apiKey }) => apiKey }),
    key: t.exposeString('key', { description: 'The key itself, shown this once: `Authorization: Bearer clk_…`.' }),
  }),
  resolve: async ({ name, scopes, expiresAt }, ctx) => {
    const { value, faults } = gate.pass(form, { name }, []);
    const allowed = readScopes(scopes, ctx, faults);
    if (expiresAt && expiresAt.getTime() <= Date.now())
      faults.push(fault('VALUE_INVALID', ['expiresAt'], 'must be in the future'));
    if (faults.length > 0) throw refuse(faults);
    const { organizationId, credentialId } = ctx.caller;
    return write(ctx, async (tx) => {
      const ends = (await keysOf(tx, ctx)).find(({ id }) => id === credentialId)?.expiresAt;
      const until = expiresAt ?? ends ?? null;
      if (ends && until && until > ends)
        throw new ApiError('FORBIDDEN', [
          fault('FORBIDDEN', ['expiresAt'], `Your own key ends ${ends.toISOString()}.`),
        ]);
      const made = await createApiKey(tx, {
        organizationId,
        name: value.name,
        scopes: allowed,
        expiresAt: until,
      });
      const apiKey = (await keysOf(tx, ctx)).find(({ id }) => id === made.id);
      if (!apiKey) throw new ApiError('UNAVAILABLE', [], { retryAfter: 1 });
      return { apiKey, key: made.key };
    });
  },
});

mutation('apiKeyRevoke', {
  description: 'Ends an API key at once.',
  scope: 'credentials:write',
  args: builder.args((t) => ({ id: t.id({ required: true, description: 'The key’s id.' }) })),
  payload: (t: PayloadFields<{ apiKey: CredentialFacts }>) => ({
    apiKey: t.field({ type: ApiKey, description: 'The key as it is now.', resolve: ({ apiKey }) => apiKey }),
  }),
  resolve: ({ id }, ctx) =>
    write(ctx, async (tx) => {
      const missing = () => new ApiError('API_KEY_NOT_FOUND', [fault('API_KEY_NOT_FOUND', ['id'])]);
      if (!(await keysOf(tx, ctx)).some((key) => key.id === id)) throw missing();
      const apiKey = await revokeCredential(tx, id);
      if (!apiKey) throw missing();
      return { apiKey };
    }),
});
