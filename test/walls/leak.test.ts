import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Operation, operations, type Pick, variablesOf } from './operations.ts';
import { db, failures, type Known, newTenant, routes, send, type Tenant } from './tenant.ts';

// Whatever organization B asks with what belongs to A is answered exactly as if it belonged to nobody.

const a = await newTenant('Secretive');
const b = await newTenant('Curious');
type RecordName = keyof Tenant['records'];

/** What names a record of A, and what names nothing at all in the same form. */
interface Names {
  id: (noun: RecordName) => string;
  numericId: (noun: RecordName) => number;
  reference: (noun: RecordName) => string;
  customerNumber: number;
  phone: string;
  email: string;
}
const real: Names = {
  id: (noun) => a.records[noun].id,
  numericId: (noun) => a.records[noun].numericId,
  reference: (noun) => a.records[noun].reference,
  customerNumber: a.customerNumber,
  phone: a.phone,
  email: a.email,
};
const nobody: Names = {
  id: (noun) => Buffer.from(`${noun.charAt(0).toUpperCase()}${noun.slice(1)}:987654321`).toString('base64url'),
  numericId: () => 987654321,
  reference: (noun) => real.reference(noun).replaceAll(/[0-9a-f]/g, '7'),
  customerNumber: 987654321,
  phone: '+4740404041',
  email: 'nobody1@example.com',
};

/** The record that an argument speaks of: its own name, or the operation's noun. */
function nounOf(path: readonly string[], operation: Operation): RecordName {
  const nouns = Object.keys(a.records) as RecordName[];
  const said = [...path].reverse().join(' ').toLowerCase();
  const parent = /parent/.test(said) ? nouns.find((noun) => operation.name.startsWith(noun)) : undefined;
  const named = nouns.find((noun) => said.includes(noun.toLowerCase()) && said !== 'x');
  const own = [...nouns]
    .sort((x, y) => y.length - x.length)
    .find((noun) => operation.name.toLowerCase().startsWith(noun.toLowerCase().replace(/y$/, '')));
  if (/createdby|user/.test(said)) return 'user';
  return parent ?? named ?? own ?? 'customer';
}

const identities = ['id', 'numericId', 'reference', 'key', 'customerNumber', 'uniqueId'];

/** Fills every place that can name a record by one of its names. */
const naming =
  (operation: Operation, names: Names, by: string, noun?: RecordName): Pick =>
  (type, path) => {
    const last = path.at(-1) ?? '';
    const target = noun ?? nounOf(path.slice(0, -1).concat(path.length === 1 ? path : []), operation);
    if (type === 'oneOf') return last === by;
    if (type === 'optional')
      return /^(parent|category|segmentation|region|user|createdBy|customer|paymentTypes|filter|by|credentials|phone|email)$/.test(
        last,
      );
    if (type === 'ID') return names.id(target);
    if (last === 'numericId') return names.numericId(target);
    if (last === 'customerNumber') return names.customerNumber;
    if (last === 'phone' || last === 'value') return names.phone;
    if (last === 'email' || last === 'credentials' || last === 'credential') return names.email;
    if (['reference', 'key', 'uniqueId'].includes(last) && path.length > 1 && path.at(-2) !== 'input')
      return names.reference(target);
    if (type === 'LookupField') return 'PHONE_NUMBER';
    if (type === 'Base64') return undefined;
    return last === 'country' ? 'NO' : undefined;
  };

/** An answer without what differs between any two: request ids, budgets, what is made anew. */
function plain(text: string, names: Names): string {
  let said = text;
  const nouns = Object.keys(a.records) as RecordName[];
  const own = [
    ...nouns.flatMap((noun) => [names.id(noun), names.reference(noun)]),
    names.phone,
    names.email,
    names.phone.replace('+47', ''),
    encodeURIComponent(names.phone),
  ];
  for (const word of own.sort((x, y) => y.length - x.length)) said = said.replaceAll(word, '(asked)');
  return said
    .replaceAll(/"cost":\{[^}]*\}/g, '')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{20,30}/g, '(uuid)')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, '(time)')
    .replaceAll(/\b\d+\b/g, '(n)')
    .replaceAll(/"[A-Za-z0-9_-]{10,40}"/g, '"(token)"');
}

const count = { probes: 0 };

async function fingerprintOf(organizationId: number): Promise<string> {
  const tables = [
    'customers',
    'contacts',
    'categories',
    'segmentations',
    'payment_types',
    'regions',
    'users',
    'logins',
    'directory_entries',
  ];
  const rows = await db.sql.begin(async (sql) => {
    await sql`set local role clientele_all`;
    return Promise.all(
      tables.map((table) =>
        sql.unsafe(
          `select md5(string_agg(t::text, '' order by id)) as sum from ${table} t where organization_id = $1`,
          [organizationId],
        ),
      ),
    );
  });
  return JSON.stringify(rows);
}

describe('GraphQL: another organization’s record is no record', async () => {
  const before = await fingerprintOf(a.organizationId);
  for (const operation of operations) {
    it(operation.name, async () => {
      for (const by of identities) {
        const ask = async (names: Names) => {
          const variables = variablesOf(operation, naming(operation, names, by));
          return plain(JSON.stringify(await b.graphql(operation.query, variables)), names);
        };
        // What makes a record makes another each time: missing first, then the other's.
        const missing = await ask(nobody);
        const foreign = await ask(real);
        count.probes++;
        assert.equal(foreign, missing, `by ${by}`);
        assert.ok(!foreign.includes(a.secret), `${operation.name} tells of the other organization`);
      }
    });
  }
  it('node and nodes, for every type', async () => {
    for (const noun of Object.keys(a.records) as RecordName[]) {
      const { data } = await b.graphql('query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }', {
        id: real.id(noun),
      });
      count.probes++;
      assert.deepEqual(data, { node: null, nodes: [null] }, noun);
    }
  });
  it('cursors of A show B its own list only', async () => {
    const page =
      'query ($after: String) { customers(first: 100, after: $after) { edges { cursor node { reference } } } }';
    const { data } = await a.graphql(page);
    const { cursor } = data.customers.edges.at(-1);
    const { data: seen } = await b.graphql(page, { after: cursor });
    count.probes++;
    for (const { node } of seen?.customers.edges ?? []) assert.ok(!node.reference.includes(a.secret));
  });
  it('nothing of A has changed', async () => assert.equal(await fingerprintOf(a.organizationId), before));
});

describe('REST: the same on every documented path', () => {
  /** A path with its places filled from one set of names. */
  function fill({ path }: Known, names: Names, tenant: Tenant): string {
    const noun = ([
      ['Categories', 'category'],
      ['Segmentations', 'segmentation'],
      ['paymentTypes', 'paymentType'],
      ['contacts', 'contact'],
      ['regions', 'region'],
      ['users', 'user'],
    ].find(([word]) => path.includes(word ?? ''))?.[1] ?? 'customer') as RecordName;
    return path
      .replaceAll(/\{clientId(:int)?\}/g, String(tenant.clientId))
      .replace('{merchantId}', tenant.merchantId)
      .replace('{customerId}', tenant.customerSession)
      .replace('{paymentProductId}', '9000')
      .replace('{reference...}', names.reference(noun))
      .replace('{customerNumber}', String(names.customerNumber))
      .replace('{id}', String(names.numericId(noun)));
  }
  const bodies = (names: Names): Record<string, object> => ({
    riverty: {
      customerNumber: String(names.customerNumber),
      phoneNumber: names.phone,
      lookupField: 'phoneNumber',
      lookupValue: names.phone,
      email: names.email,
    },
    connect: {
      customerNumber: names.customerNumber,
      phoneNumber: names.phone,
      emailAddress: names.email,
      credentials: [{ credential: names.email }],
    },
    worldline: { countryCode: 'NO', values: [{ key: 'phoneNumber', value: names.phone }] },
    valomnia: {
      reference: names.reference('customer'),
      id: names.numericId('customer'),
      name: 'x',
      category: names.reference('category'),
    },
  });
  async function ask(route: Known, names: Names, by: Tenant, path: Tenant) {
    const target = fill(route, names, path);
    const body = ['GET', 'HEAD'].includes(route.method) ? undefined : JSON.stringify(bodies(names)[route.dialect]);
    const headers = {
      'content-type': 'application/json',
      ...by.credential(route, route.method, target, 'application/json'),
    };
    const { status, text } = await send(route.method, target, headers, body);
    return { status, text: plain(text, names), raw: text };
  }

  for (const route of routes.filter(
    ({ path }) => !path.includes('photoCustomer') && !/login|j_spring|assets/.test(path),
  )) {
    // A path of B's own list names no record of A, and shows by now what B has made under such names.
    const isOwn = route.method === 'PUT' || !namesOne(route);
    it(`${route.method} ${route.path}`, async () => {
      const missing = await ask(route, nobody, b, b);
      const foreign = await ask(route, real, b, b);
      count.probes++;
      if (!isOwn) assert.deepEqual([foreign.status, foreign.text], [missing.status, missing.text]);
      else assert.equal(foreign.status, missing.status);
      assert.ok(!foreign.raw.includes(`Customer ${a.secret}`));
    });
  }
  function namesOne({ path: documented }: Known): boolean {
    return (
      documented.includes('{customerNumber}') || documented.includes('{id}') || documented.includes('{reference...}')
    );
  }

  it('a path that names A’s tenant is the same 403 as one that names nobody’s', async () => {
    const nowhere = { ...a, clientId: 7, merchantId: 'm-nobody', customerSession: 'nobody' };
    for (const route of routes.filter(({ path }) => /\{(clientId|merchantId|customerId)/.test(path))) {
      const [own, none] = [await ask(route, real, b, a), await ask(route, real, b, nowhere)];
      count.probes++;
      assert.equal(own.status, none.status, route.path);
      const neutral = (text: string) => text.replaceAll(/m\(n\)|m-nobody|m\d+|nobody|[0-9a-f-]{20,40}/g, '(tenant)');
      assert.equal(neutral(own.text), neutral(none.text));
      assert.ok([401, 403].includes(own.status), `${route.method} ${route.path}: ${own.status}`);
    }
  });

  it('a picture’s address opens nothing to B, and a signature moved to another path neither', async () => {
    const [address = ''] = a.logo.split('?');
    const bare = await send('GET', address, { authorization: `Bearer ${b.key}` });
    const missing = await send('GET', address.replace(/\d+_a\.gif/, '1_a.gif'), { authorization: `Bearer ${b.key}` });
    assert.deepEqual([bare.status, plain(bare.text, real)], [missing.status, plain(missing.text, real)]);
    assert.equal((await send('GET', a.logo, {})).status, 200);
    assert.notEqual((await send('GET', b.logo.split('?')[0] + a.logo.slice(a.logo.indexOf('?')), {})).status, 200);
    assert.notEqual(
      (await send('GET', a.logo.replace(/organization=\d+/, `organization=${b.organizationId}`), {})).status,
      200,
    );
    count.probes += 4;
  });

  it('an idempotency key of A is B’s own', async () => {
    const create = (tenant: Tenant, name: string) =>
      send(
        'POST',
        '/graphql',
        {
          authorization: `Bearer ${tenant.key}`,
          'content-type': 'application/json',
          'idempotency-key': 'the-same-key',
        },
        JSON.stringify({
          query:
            'mutation ($i: CustomerCreateInput!) { customerCreate(input: $i) { ... on CustomerCreatePayload { customer { name } } } }',
          variables: { i: { name } },
        }),
      );
    const first = await create(a, `Idempotent ${a.secret}`);
    const second = await create(b, 'Other');
    count.probes++;
    assert.equal(second.headers.get('idempotency-replayed'), null);
    assert.ok(first.text.includes(a.secret) && !second.text.includes(a.secret));
  });

  it('and no fault of ours came to light', () => {
    console.log(`${count.probes} probes of another organization`);
    assert.deepEqual(failures, []);
  });
});
