import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createStaffLogin } from '../../src/auth/staff-login.ts';
import { asAll, asOrganization } from '../../src/db/client.ts';
import { askToken, type IssuerWorld, newShop, openIssuerWorld } from '../auth/issuer-world.ts';
import { type Answered, db, newTenant, send, type Tenant } from './tenant.ts';

// Whoever may ask for somebody must not learn more from how an answer came than from what it says: the work is counted, in statements.

const rounds = Number(process.env.LOOKUPS ?? 20);
const statements: string[] = [];
/** What is sent now and then, whoever asks for whatever: budgets in blocks, when a credential was last used. */
const nowAndThen = /clientele_(take|credential_used)/;
const debug = (_connection: number, text: string) => {
  if (!nowAndThen.test(text)) statements.push(text.replace(/\s+/g, ' ').slice(0, 60));
};
before(() => void Object.assign(db.sql.options, { debug }));
after(() => void Object.assign(db.sql.options, { debug: undefined }));

interface Measured {
  answer: Answered;
  statements: string[];
  median: number;
}

/** Asks the same kind of question many times: its answer, the statements of one, and the median of the milliseconds. */
async function measure(
  questions: Record<string, (n: number) => Promise<Answered>>,
  turns = rounds,
): Promise<Record<string, Measured>> {
  const times: Record<string, number[]> = {};
  const last: Record<string, Measured> = {};
  // In turns, so that what the machine does besides falls on all alike; the first turn warms up.
  for (let n = 0; n <= turns; n += 1) {
    for (const [name, ask] of Object.entries(questions)) {
      statements.length = 0;
      const begun = performance.now();
      const answer = await ask(n);
      const ms = performance.now() - begun;
      if (n > 0) times[name] = [...(times[name] ?? []), ms];
      last[name] = { answer, statements: [...statements], median: 0 };
    }
  }
  for (const [name, one] of Object.entries(last)) {
    const sorted = (times[name] ?? []).sort((a, b) => a - b);
    one.median = Math.round((sorted[sorted.length >> 1] ?? 0) * 100) / 100;
  }
  const medians = Object.entries(last).map(
    ([name, { median, statements: sent }]) => `${name} ${median} ms (${sent.length} statements)`,
  );
  console.log(`# ${medians.join(', ')}`);
  return last;
}

/** The same answer, but for what names the one request. */
const bare = ({ status, text }: Answered) => [
  status,
  text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id'),
];

function alike(one: Measured | undefined, other: Measured | undefined) {
  assert.ok(one && other);
  assert.deepEqual(bare(one.answer), bare(other.answer));
  assert.deepEqual(one.statements, other.statements);
}

describe('look-ups', () => {
  let tenant: Tenant;
  const json = { 'content-type': 'application/json' };
  before(async () => {
    tenant = await newTenant('Lookups');
    const create = 'mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) { __typename } }';
    const address = { line1: 'Storgata 1', postalCode: '0155', city: 'Oslo', country: 'NO' };
    const one = {
      name: 'Ola',
      currency: 'NOK',
      person: { firstName: 'Ola', lastName: 'Hit' },
      billingAddress: address,
    };
    const inputs = [
      { ...one, reference: 'hit', identity: '31129956715', phones: [{ number: '+4740000001' }] },
      { ...one, reference: 'two-1', phones: [{ number: '+4740000002' }] },
      { ...one, reference: 'two-2', phones: [{ number: '+4740000002' }] },
    ];
    for (const input of inputs) await tenant.graphql(create, { input });
    await asAll(db, (tx) =>
      tx.execute(`update organizations set lookup_creates = 'FOUND' where id = ${tenant.organizationId}`),
    );
    // What is remembered of an organization is there before anything is measured.
    await tenant.graphql('{ customers { totalCount { value } } }');
  });

  it('sign-in of staff: a user name that there is with a wrong password, and one that there is not', async () => {
    const userName = `staff-${tenant.secret}`;
    const { organizationId } = tenant;
    await asOrganization(db, { organizationId }, 'write', (tx) =>
      createStaffLogin(tx, { organizationId, userName, userId: tenant.records.user.numericId }),
    );
    const ask = (user: (n: number) => string) => (n: number) =>
      send(
        'POST',
        '/j_spring_security_check',
        { 'content-type': 'application/x-www-form-urlencoded' },
        new URLSearchParams({ j_username: user(n), j_password: 'wrong', j_organization: tenant.reference }).toString(),
      );
    // A user name has few tries: each turn asks for another one, and the one that there is comes a few times.
    const few = Math.min(rounds, 4);
    const { there, nobody } = await measure({ there: ask(() => userName), nobody: ask(() => randomUUID()) }, few);
    alike(there, nobody);
  });

  it('Riverty’s look-up', async () => {
    const path = `/v1/clients/${tenant.clientId}/lookup/customer`;
    const known = { dialect: 'riverty', path: '/lookup/customer' };
    const ask = (lookupValue: string) => () =>
      send(
        'POST',
        path,
        { ...json, ...tenant.credential(known, 'POST', path, 'application/json') },
        JSON.stringify({ lookupField: 'IdentificationNumber', lookupValue }),
      );
    const { hit, miss } = await measure({ hit: ask('31129956715'), miss: ask('31129956716') });
    assert.deepEqual([hit?.answer.status, miss?.answer.status], [200, 404]);
    // The answer itself tells a hit; a miss has asked the directory as well. Both end with a look at the organization.
    const look = (one: Measured | undefined) =>
      one?.statements.slice(0, one.statements.findIndex((text) => text.includes('READ WRITE')) - 1) ?? [];
    assert.ok(look(hit).length > 0);
    assert.deepEqual(look(miss).slice(0, look(hit).length), look(hit));
  });

  it('Connect’s search', async () => {
    const path = '/v1/client/customer/search';
    const ask = (phoneNumber: string) => () =>
      send(
        'POST',
        path,
        { ...json, ...tenant.credential({ dialect: 'connect', path }, 'POST', path, '') },
        JSON.stringify({ phoneNumber }),
      );
    const { hit, miss } = await measure({ hit: ask('+4740000001'), miss: ask('+4740000003') });
    assert.deepEqual([hit?.answer.status, miss?.answer.status], [200, 200]);
    assert.deepEqual(hit?.statements, miss?.statements);
  });

  it('Worldline’s customer details, of a merchant’s server', async () => {
    const path = `/v1/${tenant.merchantId}/products/9000/customerDetails`;
    const ask = (values: Record<string, string>) => () =>
      send(
        'POST',
        path,
        { ...json, ...tenant.credential({ dialect: 'worldline', path }, 'POST', path, 'application/json') },
        JSON.stringify({ countryCode: 'NO', values: Object.entries(values).map(([key, value]) => ({ key, value })) }),
      );
    const measured = await measure({
      hit: ask({ phoneNumber: '+4740000001', zip: '0155' }),
      elsewhere: ask({ phoneNumber: '+4740000001', zip: '9999' }),
      two: ask({ phoneNumber: '+4740000002', zip: '0155' }),
      none: ask({ phoneNumber: '+4740000003', zip: '0155' }),
    });
    assert.equal(measured.hit?.answer.status, 200);
    // Nobody, two persons, and somebody who lives elsewhere are one answer after one work.
    alike(measured.elsewhere, measured.none);
    alike(measured.two, measured.none);
  });
});

describe('the token endpoint', () => {
  let world: IssuerWorld;
  before(async () => {
    world = await openIssuerWorld();
    Object.assign(world.db.sql.options, { debug });
  });
  after(() => world.close());

  it('a client that there is with a wrong secret, and one that there is not', async () => {
    const shop = await newShop(world);
    const ask = (id: string) => async (n: number) => {
      const params = { grant_type: 'client_credentials', client_id: id, client_secret: `${n}`.padStart(43, 'x') };
      const { status, headers, body } = await askToken(world, params);
      return { status, headers, text: JSON.stringify(body) };
    };
    const { there, nobody } = await measure({ there: ask(shop.client.id), nobody: ask('nobody123456') });
    assert.equal(there?.answer.status, 401);
    alike(there, nobody);
  });
});
