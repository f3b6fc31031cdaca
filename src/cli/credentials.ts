import { eq } from 'drizzle-orm';
import type { OAuthGrant } from '../auth/credential.ts';
import { listCredentials, oauthGrants, revokeCredential } from '../auth/credential.ts';
import { createCustomerLogin } from '../auth/customer-login.ts';
import { createOAuthClient } from '../auth/oauth-client.ts';
import { rotateSecret } from '../auth/rotation.ts';
import { createSigningKey } from '../auth/signature.ts';
import { createStaffLogin } from '../auth/staff-login.ts';
import { asAll, asOrganization, type Tx } from '../db/client.ts';
import { customers } from '../db/tables/customers.ts';
import { users } from '../db/tables/users.ts';
import { failure } from '../failure.ts';
import type { Vault } from '../vault.ts';
import { type Command, columns, type Given, wrongUsage } from './command.ts';
import { withDatabase } from './database.ts';
import { organizationByReference } from './keys.ts';

const organization = { name: 'organization', value: '<reference>', description: 'Whose it is.', isRequired: true };
const named = { name: 'name', value: '<text>', description: 'What it is for.', isRequired: true, most: 100 };
const keep = 'Keep it: it is not shown again.';

/** Runs `work` for the organization that `--organization` names. */
function forOrganization<T>(
  given: Given,
  work: (tx: Tx, organizationId: number, vault: Vault) => Promise<T>,
): Promise<T> {
  const reference = given.required('organization');
  return withDatabase(({ db, vault }) =>
    asAll(db, async (tx) => work(tx, await organizationByReference(tx, reference), vault)),
  );
}

const words = (text: string | null) =>
  (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

function grantsOf(text: string | null, hasAddress: boolean): OAuthGrant[] {
  if (text === null) return hasAddress ? [...oauthGrants] : ['client_credentials'];
  const wrong = words(text).filter((word) => !oauthGrants.some((grant) => grant === word));
  if (wrong.length > 0) throw wrongUsage(`--grants: ${wrong.join(', ')}? Grants are: ${oauthGrants.join(', ')}.`);
  return oauthGrants.filter((grant) => words(text).includes(grant));
}

/** `oauth-clients create`: a client of the token endpoint, for Riverty's and Connect's paths. */
export const oauthClientsCreate: Command = {
  words: 'oauth-clients create',
  summary: 'Make an OAuth client: Riverty (client numbers) or Connect. Its secret is shown once.',
  options: [
    organization,
    named,
    {
      name: 'riverty-clients',
      value: '<numbers>',
      description: 'Riverty: the clientIds of the path that it opens, with commas.',
    },
    {
      name: 'redirect',
      value: '<urls>',
      description: 'Connect: where users come back to after signing in, with commas.',
    },
    {
      name: 'grants',
      value: '<list>',
      description: `With commas: ${oauthGrants.join(', ')}. All that fit, when absent.`,
    },
    {
      name: 'public',
      value: null,
      description: 'It runs where no secret can be kept: it has none, and must use PKCE.',
    },
  ],
  examples: [
    'oauth-clients create --organization oasis --name "shop" --riverty-clients 1234',
    'oauth-clients create --organization oasis --name "portal" --redirect https://portal.example/back',
  ],
  run: async (given) => {
    const clientIds = words(given.text('riverty-clients')).map(Number);
    if (clientIds.some((id) => !Number.isSafeInteger(id) || id < 1))
      throw wrongUsage('--riverty-clients takes whole numbers from 1 on.');
    const redirectUris = words(given.text('redirect'));
    const isPublic = given.isOn('public');
    const grants = grantsOf(given.text('grants'), redirectUris.length > 0).filter(
      (grant) => !isPublic || grant !== 'client_credentials' || given.text('grants') !== null,
    );
    const settings: Parameters<typeof createOAuthClient>[1]['settings'] = { clientIds, redirectUris, isPublic, grants };
    const made = await forOrganization(given, (tx, organizationId) =>
      createOAuthClient(tx, { organizationId, name: given.required('name'), settings }).catch(refused),
    );
    return {
      json: { ...made, organization: given.required('organization'), ...settings },
      text: `client_id      ${made.id}\n${made.secret === null ? 'It has no secret: use PKCE.' : `client_secret  ${made.secret}\n\n${keep}`}`,
    };
  },
};

/** `signing-keys create`: Worldline's API key and secret. */
export const signingKeysCreate: Command = {
  words: 'signing-keys create',
  summary: 'Make a signing key of a Worldline merchant. Its secret is shown once.',
  options: [
    organization,
    named,
    { name: 'merchant', value: '<id>', description: 'The merchantId of the path that it opens.', isRequired: true },
  ],
  examples: ['signing-keys create --organization oasis --name "checkout" --merchant 9991'],
  run: async (given) => {
    const merchantId = given.required('merchant');
    const made = await forOrganization(given, (tx, organizationId, vault) =>
      createSigningKey(tx, vault, { organizationId, name: given.required('name'), merchantId }).catch(refused),
    );
    return {
      json: { id: made.id, secret: made.secret, merchantId, organization: given.required('organization') },
      text: `apiKeyId      ${made.id}\nsecretApiKey  ${made.secret}\n\n${keep}`,
    };
  },
};

/** `staff-logins create`: Valomnia's user name and password. */
export const staffLoginsCreate: Command = {
  words: 'staff-logins create',
  summary: 'Make a login of a member of staff (Valomnia). Its password is shown once.',
  options: [
    organization,
    { name: 'user', value: '<reference>', description: 'The member of staff, whose role it has.', isRequired: true },
    {
      name: 'login',
      value: '<name>',
      description: 'The user name: unique in this installation.',
      isRequired: true,
      most: 320,
    },
  ],
  examples: ['staff-logins create --organization oasis --user emp-001 --login anna@oasis'],
  run: async (given) => {
    const reference = given.required('user');
    const made = await inOrganization(given, async (tx, organizationId) => {
      const [user] = await tx.select({ id: users.id }).from(users).where(eq(users.reference, reference));
      if (!user) throw failure(`There is no member of staff “${reference}”.`, 'Check the reference.');
      return createStaffLogin(tx, { organizationId, userName: given.required('login'), userId: user.id }).catch(
        refused,
      );
    });
    return signInWords(given, made);
  },
};

/** `customer-logins create`: the user name and password with which a customer signs in for Connect. */
export const customerLoginsCreate: Command = {
  words: 'customer-logins create',
  summary: 'Make a login of a customer (Connect). Its password is shown once.',
  options: [
    organization,
    { name: 'customer', value: '<reference>', description: 'The customer whom it is bound to.', isRequired: true },
    {
      name: 'login',
      value: '<name>',
      description: 'The user name: unique in this installation.',
      isRequired: true,
      most: 320,
    },
  ],
  examples: ['customer-logins create --organization oasis --customer C-1 --login ola@example.com'],
  run: async (given) => {
    const reference = given.required('customer');
    const made = await inOrganization(given, async (tx, organizationId) => {
      const [customer] = await tx
        .select({ id: customers.id })
        .from(customers)
        .where(eq(customers.reference, reference));
      if (!customer) throw failure(`There is no customer “${reference}”.`, 'Check the reference.');
      return createCustomerLogin(tx, {
        organizationId,
        userName: given.required('login'),
        customerId: customer.id,
      }).catch(refused);
    });
    return signInWords(given, made);
  },
};

/** Like `forOrganization`, behind the organization's wall: for what looks one of its records up. */
async function inOrganization<T>(given: Given, work: (tx: Tx, organizationId: number) => Promise<T>): Promise<T> {
  const reference = given.required('organization');
  return withDatabase(async ({ db }) => {
    const organizationId = await asAll(db, (tx) => organizationByReference(tx, reference));
    return asOrganization(db, { organizationId }, 'write', (tx) => work(tx, organizationId));
  });
}

const signInWords = (given: Given, made: { id: string; password: string }) => ({
  json: { ...made, organization: given.required('organization') },
  text: `user name  ${made.id}\npassword   ${made.password}\n\n${keep}`,
});

/** The library's words for settings that do not fit together, and a taken name, in ours. */
function refused(error: unknown): never {
  const issue =
    error instanceof Error && 'issues' in error && Array.isArray(error.issues) ? error.issues[0]?.message : undefined;
  if (typeof issue === 'string') throw wrongUsage(issue);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : null;
  if (cause && 'constraint_name' in cause && cause.constraint_name === 'credentials_pkey')
    throw failure('This user name is taken.', 'Choose another one.');
  throw error;
}

const day = (date: Date | null) => date?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never';

/** `credentials list`: everything that signs in for an organization, without its secrets. */
export const credentialsList: Command = {
  words: 'credentials list',
  summary: 'List every credential of an organization, of all kinds.',
  options: [organization],
  run: async (given) => {
    const all = await forOrganization(given, (tx, organizationId) => listCredentials(tx, organizationId));
    const rows = all.map((one) => [
      one.kind,
      one.id,
      one.name,
      one.isRevoked ? 'revoked' : 'valid',
      day(one.expiresAt),
      day(one.lastUsedAt),
    ]);
    return {
      json: all,
      text:
        rows.length === 0
          ? 'No credentials.'
          : columns([['KIND', 'ID', 'NAME', 'STATE', 'ENDS', 'LAST USED'], ...rows]),
    };
  },
};

/** `credentials rotate`: a new secret; the old one ends at once. */
export const credentialsRotate: Command = {
  words: 'credentials rotate',
  summary:
    'Give a credential of any kind a new secret, shown once. The old one ends at once, with its sessions and tokens.',
  options: [organization, { name: 'id', value: '<id>', description: 'The credential’s id.', isRequired: true }],
  run: async (given) => {
    const id = given.required('id');
    const secret = await forOrganization(given, (tx, organizationId, vault) =>
      rotateSecret(tx, vault, { organizationId, id }),
    );
    if (secret === null)
      throw failure(
        `There is no credential ${id} with a secret to change.`,
        'List them: clientele credentials list --organization …',
      );
    return { json: { id, secret }, text: `${secret}\n\n${keep}` };
  },
};

/** `credentials revoke`: ends a credential, its sessions and its tokens. */
export const credentialsRevoke: Command = {
  words: 'credentials revoke',
  summary: 'End a credential of any kind at once, with its sessions and tokens.',
  options: [{ name: 'id', value: '<id>', description: 'The credential’s id.', isRequired: true }],
  run: async (given) => {
    const id = given.required('id');
    const ended = await withDatabase(({ db }) => asAll(db, (tx) => revokeCredential(tx, id)));
    if (ended === null)
      throw failure(`There is no credential ${id}.`, 'List them: clientele credentials list --organization …');
    return { json: { id, isRevoked: true }, text: `${id} (${ended.name}) is revoked.` };
  },
};
