import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCustomer, newOrganization, post, refusal } from '../support/world.ts';

const gif = 'R0lGODlhAQABAPAAAAAAAAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==';

test('contacts: of one customer, with a reference made, a photo that is replaced, and a user', async () => {
  const world = await newOrganization();
  for (const reference of ['a', 'b']) await newCustomer(world, { reference, name: reference });
  const create = `mutation ($input: ContactCreateInput!) { result: contactCreate(input: $input) { ... on ContactCreatePayload { contact {
    id reference firstName country isDecisionMaker customer { reference } user { reference } photo { fileName contentType width url(size: SMALL) }
  } } ${refusal} } }`;
  const input = {
    customer: { reference: 'a' },
    firstName: 'Kari',
    lastName: 'Nordmann',
    country: 'Norway',
    user: { reference: 'admin' },
    photo: { fileName: '../x/kari.gif', data: gif },
  };
  const { contact } = (await world.ok(create, { input })).result;
  assert.match(contact.reference, /^ct-[0-9a-f-]{36}$/);
  assert.match(contact.photo.url, /^http:\/\/clientele\.test\/.*small_\d+_kari\.gif\?.*signature=/);
  const { id, reference, photo, ...rest } = contact;
  assert.deepEqual([photo.fileName, photo.width], ['kari.gif', 1]);
  assert.deepEqual(rest, {
    firstName: 'Kari',
    country: 'NO',
    isDecisionMaker: false,
    customer: { reference: 'a' },
    user: { reference: 'admin' },
  });
  const pictures = async () => (await world.as((tx) => tx.execute('select id from pictures'))).length;
  const update = `mutation ($input: ContactUpdateInput!) { result: contactUpdate(by: { id: "${id}" }, input: $input) { ... on ContactUpdatePayload { contact { photo { fileName } customer { reference } user { reference } } } ${refusal} } }`;
  const moved = await world.ok(update, {
    input: { photo: { fileName: 'b.gif', data: gif }, customer: { reference: 'b' }, user: null },
  });
  assert.deepEqual(moved.result.contact, { photo: { fileName: 'b.gif' }, customer: { reference: 'b' }, user: null });
  assert.equal(await pictures(), 1);
  await world.ok(update, { input: { photo: null } });
  assert.equal(await pictures(), 0);
  const faults = (
    await world.ok(create, {
      input: {
        customer: { reference: 'z' },
        firstName: '',
        lastName: 'N',
        email: 'bad',
        country: 'Atlantis',
        user: { reference: 'z' },
        photo: { fileName: 'x', data: 'aGVsbG8=' },
      },
    })
  ).result.faults.map(({ code, path }: { code: string; path: string[] }) => `${path[1]}: ${code}`);
  assert.deepEqual(faults.sort(), [
    'country: COUNTRY_UNKNOWN',
    'customer: CUSTOMER_NOT_FOUND',
    'email: VALUE_INVALID',
    'firstName: VALUE_REQUIRED',
    'photo: PICTURE_UNSUPPORTED',
    'user: USER_NOT_FOUND',
  ]);
  const { contacts } = await world.ok('{ contacts(customer: { reference: "b" }) { nodes { firstName } } }');
  const { contacts: none } = await world.ok('{ contacts(customer: { reference: "a" }) { nodes { firstName } } }');
  assert.deepEqual([contacts.nodes, none.nodes], [[{ firstName: 'Kari' }], []]);
});

test('logins: credentials are compared by what they mean, and replaced as a whole', async () => {
  const world = await newOrganization();
  await newCustomer(world, { reference: 'a', name: 'A' });
  const shown = 'uniqueId version credentials { credential type verificationLevel }';
  const upsert = async (input: object) =>
    (
      await world.ok(
        `mutation ($input: LoginUpsertInput!) { result: loginUpsert(by: { uniqueId: "u" }, input: $input) { ... on LoginUpsertPayload { outcome login { ${shown} } } ${refusal} } }`,
        { input },
      )
    ).result;
  const credentials = [
    { credential: 'Ola@Example.com', verificationLevel: 'Externally_verified' },
    { credential: '22 33 44 55' },
  ];
  const made = await upsert({ customer: { reference: 'a' }, credentials });
  assert.deepEqual(made.login?.credentials, [
    { credential: 'Ola@Example.com', type: 'A_EMAIL_ADDRESS', verificationLevel: 'Externally_verified' },
    { credential: '22 33 44 55', type: 'B_SMS_PHONE', verificationLevel: 'Not verified' },
  ]);
  const found = async (asked: string[]) =>
    (
      await world.ok(
        'query ($c: [String!]!) { found: customersByCredential(credentials: $c) { credential customer { reference } } }',
        { c: asked },
      )
    ).found;
  assert.deepEqual(await found(['ola@example.COM', '+47 22334455', 'nobody@example.com']), [
    { credential: 'ola@example.COM', customer: { reference: 'a' } },
    { credential: '+47 22334455', customer: { reference: 'a' } },
  ]);
  assert.equal((await upsert({ credentials })).outcome, 'UNCHANGED');
  const twice = await upsert({ credentials: [...credentials, { credential: 'OLA@example.com' }] });
  assert.deepEqual(twice.faults[0].path, ['input', 'credentials', '2', 'credential']);
  assert.equal((await upsert({ credentials: [{ credential: 'a@' }] })).code, 'VALUE_INVALID');
  assert.equal((await upsert({ credentials: [{ credential: '--' }] })).code, 'VALUE_INVALID');
  const replaced = await upsert({ credentials: [{ credential: 'new@example.com', type: 'X' }] });
  assert.deepEqual([replaced.outcome, replaced.login.version, replaced.login.credentials.length], ['UPDATED', 2, 1]);
  assert.deepEqual(await found(['ola@example.com']), []);
  assert.deepEqual((await upsert({ credentials: null })).login.credentials, []);
});

test('directory entries: numbers sealed and masked, keys kept, what is not kept told', async () => {
  const world = await newOrganization();
  const fields = `reference kind person { lastName } company { name organizationNumber } identity { masked value(purpose: "t") } phone
    address { line1 street streetNumber country }`;
  const upsert = async (input: object) =>
    (
      await world.ok(
        `mutation ($input: DirectoryEntryUpsertInput!) { result: directoryEntryUpsert(by: { reference: "d" }, input: $input) { ... on DirectoryEntryUpsertPayload { outcome directoryEntry { ${fields} } } ${refusal} } }`,
        { input },
      )
    ).result;
  const made = await upsert({
    person: { lastName: 'Nordmann' },
    identity: '01010112345',
    phone: '22334455',
    address: { line1: 'Storgata 6', country: 'NO' },
  });
  assert.deepEqual(made.directoryEntry, {
    reference: 'd',
    kind: 'PERSON',
    person: { lastName: 'Nordmann' },
    company: null,
    identity: { masked: '****2345', value: '01010112345' },
    phone: '22334455',
    address: { line1: 'Storgata 6', street: 'Storgata', streetNumber: 6, country: 'NO' },
  });
  assert.equal((await upsert({ identity: '01010112345', address: { line1: 'Storgata 6' } })).outcome, 'UNCHANGED');
  const moved = await upsert({ address: { country: 'SE' } });
  assert.equal(moved.outcome, 'UPDATED');
  const [row] = await world.as((tx) => tx.execute('select * from directory_entries'));
  assert.equal(row?.phone_key, '+4622334455');
  assert.ok(!JSON.stringify(row).includes('01010112345'));
  const told = await upsert({ company: { department: 'X' }, address: { careOf: 'Y', latitude: 1 }, person: null });
  assert.deepEqual(told.faults.map(({ path }: { path: string[] }) => path.join('.')).sort(), [
    'input.address.careOf',
    'input.address.latitude',
    'input.company.department',
    'input.person.lastName',
  ]);
  const { results } = await world.ok(
    `mutation { results: directoryEntriesUpsert(rows: [{ person: { lastName: "A" } }, { reference: "e", email: "bad", person: { lastName: "A" } }, { reference: "f", company: { name: "AS" } }]) { ... on DirectoryEntryUpsertPayload { outcome directoryEntry { kind } } ${refusal} } }`,
  );
  assert.deepEqual(results[0].faults[0].path, ['rows', '0', 'reference']);
  assert.deepEqual(results[1].faults[0].path, ['rows', '1', 'email']);
  assert.equal(results[2].directoryEntry.kind, 'COMPANY');
});

test('who may not give rights away cannot do it by a member of staff’s role', async () => {
  const world = await newOrganization();
  const editor = await world.keyFor(['references:read', 'references:write']);
  const plain = await post(
    editor,
    'mutation { userCreate(input: { reference: "u", lastName: "U" }) { ... on UserCreatePayload { user { role isActive } } } }',
  );
  assert.deepEqual(plain.data.userCreate.user, { role: 'EDITOR', isActive: true });
  for (const input of ['role: ADMIN', 'isActive: true'])
    assert.equal(
      await world.refused(
        `mutation { userUpdate(by: { reference: "u" }, input: { ${input} }) { __typename } }`,
        {},
        editor,
      ),
      'FORBIDDEN',
    );
  const { userUpdate } = await world.ok(
    'mutation { userUpdate(by: { reference: "u" }, input: { role: READER }) { ... on UserUpdatePayload { user { role } } } }',
  );
  assert.equal(userUpdate.user.role, 'READER');
});
