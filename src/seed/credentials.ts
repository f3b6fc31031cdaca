import { createApiKey } from '../auth/api-key.ts';
import { scopes } from '../auth/caller.ts';
import { createCustomerLogin } from '../auth/customer-login.ts';
import { createOAuthClient } from '../auth/oauth-client.ts';
import { createSigningKey } from '../auth/signature.ts';
import { createStaffLogin } from '../auth/staff-login.ts';
import type { Tx } from '../db/client.ts';
import type { DemoOrganization } from '../demo.ts';
import type { Vault } from '../vault.ts';
import type { Plan } from './plan.ts';

/** Who signs in: the organization's first member of staff, and a customer of it. */
export interface DemoPeople {
  userId: number;
  customerId: number;
  /** The customer's email, which is the name at the login page. */
  customerEmail: string;
}

/** Where the demo's Connect client listens for its code. */
const redirectUris = ['http://127.0.0.1:8080/callback', 'http://localhost:8080/callback'];

/** Makes a credential of every kind for one demo organization. Every secret is random, and seen in the answer only. */
export async function seedCredentials(
  tx: Tx,
  plan: Plan,
  organizationId: number,
  vault: Vault,
  people: DemoPeople,
): Promise<DemoOrganization> {
  const { reference, name, rivertyClientId, worldlineMerchantId } = plan;
  const user = `emp-001@${reference}`;
  // Passwords are hashed on other threads meanwhile; the statements themselves go one after the other.
  const [apiKey, staff, riverty, connect, customer, worldline] = await Promise.all([
    createApiKey(tx, { organizationId, name: 'Demo: every scope', scopes }),
    createStaffLogin(tx, { organizationId, userName: user, userId: people.userId }),
    createOAuthClient(tx, { organizationId, name: 'Demo: Riverty', settings: { clientIds: [rivertyClientId] } }),
    createOAuthClient(tx, {
      organizationId,
      name: 'Demo: Connect',
      settings: { redirectUris, grants: ['client_credentials', 'authorization_code', 'refresh_token'] },
    }),
    createCustomerLogin(tx, { organizationId, userName: people.customerEmail, customerId: people.customerId }),
    createSigningKey(tx, vault, { organizationId, name: 'Demo: Worldline', merchantId: worldlineMerchantId }),
  ]);
  return {
    reference,
    name,
    apiKey: apiKey.key,
    valomnia: { user, password: staff.password },
    riverty: { clientId: rivertyClientId, oauthId: riverty.id, oauthSecret: riverty.secret ?? '' },
    connect: {
      oauthId: connect.id,
      oauthSecret: connect.secret ?? '',
      redirectUri: redirectUris[0] ?? '',
      user: people.customerEmail,
      password: customer.password,
      userToken: '',
    },
    worldline: { merchantId: worldlineMerchantId, apiKeyId: worldline.id, secretApiKey: worldline.secret },
  };
}
