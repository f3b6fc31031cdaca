import assert from 'node:assert/strict';
import { createHash, randomInt, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { newTenant } from './rest-compat/oauth.ts';
import { newMerchant } from './rest-compat/worldline/merchant.ts';
import { testDatabaseUrl } from './support/database.ts';
import { fetchServer, logged, newCustomer, newOrganization } from './support/world.ts';

const put = JSON.parse(readFileSync('examples/riverty/put-customer.json', 'utf8')).request.body;
const planted: string[] = [];
/** A number that stands nowhere else. */
function plant(): string {
  const number = `19${String(randomInt(1e9)).padStart(9, '0')}7`;
  planted.push(number);
  return number;
}

/** What a number could look like on a disk: as typed, in other forms of bytes, and as a hash that anybody can make. */
function facesOf(number: string): Buffer[] {
  const utf8 = Buffer.from(number, 'utf8');
  const hashes = ['md5', 'sha1', 'sha256'].map((name) => createHash(name).update(utf8).digest());
  return [
    utf8,
    Buffer.from(number, 'utf16le'),
    Buffer.from(utf8.toString('hex')),
    Buffer.from(utf8.toString('base64')),
    Buffer.from(`${number.slice(0, 6)}-${number.slice(6)}`),
    ...hashes.flatMap((hash) => [hash, Buffer.from(hash.toString('hex')), Buffer.from(hash.toString('base64'))]),
  ];
}

/** What a file or folder gives, or `otherwise` when it is gone by now: the database, and other tests' databases, live on. */
function ifThere<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return otherwise;
    throw error;
  }
}

function filesBelow(folder: string): string[] {
  return ifThere(() => readdirSync(folder, { withFileTypes: true }), []).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

const bytesOf = (file: string) => ifThere(() => readFileSync(file), Buffer.alloc(0));

/** The folder of the cluster that listens on the tests' port. */
async function dataFolder(): Promise<string> {
  const { port } = new URL(await testDatabaseUrl());
  const found = readdirSync(tmpdir())
    .filter((name) => name.startsWith('clientele-test-'))
    .flatMap((name) => filesBelow(join(tmpdir(), name)))
    .find((file) => basename(file) === 'postmaster.pid' && bytesOf(file).toString().split('\n')[3] === port);
  assert.ok(found);
  return dirname(found);
}

test('no national number stands in plain on the disk or in a log, in whichever tongue it came', async () => {
  const world = await newOrganization();
  const { numericId } = await newCustomer(world, { name: 'Ola', identity: plant() });
  const by = `by: { numericId: ${numericId} }`;
  const changed = plant();
  await world.ok(`mutation { customerUpdate(${by}, input: { identity: "${changed}" }) { __typename } }`);
  await world.ok(`{ customer(${by}) { identity { value(purpose: "test") } history { nodes { changes { field } } } } }`);
  await world.ok(`{ customers(filter: { identity: "${changed}" }) { nodes { reference } } }`);
  // Refused, so that faults are told; and under a key, so that the answer is kept.
  await world.gql(
    `mutation { customerCreate(input: { name: "", email: "x", identity: "${plant()}" }) { __typename } }`,
  );
  await world.gql(`mutation { customerCreate(input: { nonsense: "${plant()}" }) { __typename } }`);
  const variables = { input: { name: 'Kari', identity: plant() } };
  const query = `mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) {
    ... on CustomerCreatePayload { customer { identity { value(purpose: "test") } } } } }`;
  const key = plant();
  for (const _ of ['first', 'again']) {
    const headers = {
      authorization: `Bearer ${world.key}`,
      'idempotency-key': key,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ query, variables });
    const answer = await fetchServer(new Request('http://clientele.test/graphql', { method: 'POST', headers, body }));
    assert.match(await answer.text(), new RegExp(variables.input.identity));
  }

  const tenant = await newTenant();
  const clients = `/v1/clients/${tenant.clientId}`;
  const ssn = plant();
  const saved = await tenant.call('PUT', `${clients}/customers/${randomUUID()}`, {
    json: { ...put, person: { ...put.person, ssn } },
  });
  assert.equal(saved.status, 201, saved.text);
  for (const lookupValue of [ssn, plant()]) {
    await tenant.call('POST', `${clients}/lookup/customer`, {
      json: { lookupField: 'IdentificationNumber', lookupValue },
    });
  }

  const merchant = await newMerchant();
  const fiscalNumber = plant();
  await merchant.graphql(`mutation { directoryEntryCreate(input: { reference: "p", kind: PERSON, person: { firstName: "A", lastName: "B" },
    identity: "${fiscalNumber}", address: { country: "SE", postalCode: "11122", city: "Stockholm" } }) { __typename } }`);
  const statuses: number[] = [];
  for (const value of [fiscalNumber, plant()]) {
    const body = { countryCode: 'SE', values: [{ key: 'fiscalNumber', value }] };
    statuses.push((await merchant.call('POST', '/products/9000/customerDetails', body)).status);
  }
  assert.deepEqual(statuses, [200, 400]);

  // Whatever was committed stands in the log of the database at the latest.
  const files = filesBelow(await dataFolder());
  assert.ok(files.length > 500);
  const wanted = planted.flatMap((number) => facesOf(number).map((bytes, face) => ({ bytes, face, number })));
  const found: string[] = [];
  for (const file of files) {
    const bytes = bytesOf(file);
    for (const { bytes: one, face } of wanted) if (bytes.includes(one)) found.push(`${file}: form ${face}`);
  }
  assert.deepEqual(found, []);
  const log = JSON.stringify(logged);
  for (const { bytes } of wanted) assert.ok(!log.includes(bytes.toString('latin1')));
  // The search itself is no blind one: what may stand there is found.
  assert.ok(files.some((file) => bytesOf(file).includes(Buffer.from(world.reference))));
});
