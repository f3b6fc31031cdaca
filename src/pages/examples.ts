/** A saved operation of the playground's menu. */
export interface Example {
  group: string;
  name: string;
  query: string;
  variables?: Readonly<Record<string, unknown>>;
}

/** A picture of one pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNIyYj/DwAEigIrWkDKqQAAAABJRU5ErkJggg==';

const outcome = `    ... on Error { code message path faults { path code message existingId } }`;

/** The operations that the playground offers, at least one for each use; the first is what it opens on. */
export const examples: readonly Example[] = [
  {
    group: 'Find',
    name: 'The first customers',
    query: `# The first customers of your organization.
# Ctrl-Enter runs it. Point at a word to read
# what it means; the book at the left has all.
query FirstCustomers {
  customers(first: 10, orderBy: [{ field: NAME }]) {
    totalCount { value exact }
    nodes {
      reference
      name
      kind
      category { name }
      billingAddress { city country }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    group: 'Find',
    name: 'One, by any unique identity',
    query: `# Exactly one of: id, numericId, reference, customerNumber, key.
query OneCustomer($by: CustomerBy!) {
  customer(by: $by) {
    id numericId reference customerNumber version
    name kind email phone
    billingAddress { line1 postalCode city country }
    category { name path { name } }
    contacts { firstName lastName email }
  }
}
`,
    variables: { by: { reference: 'NC-4' } },
  },
  {
    group: 'Find',
    name: 'Search, as somebody types',
    query: `# Names, references, emails, phones in any format; accents and typos forgiven.
query Search($search: String!) {
  customers(first: 8, search: $search) {
    nodes { reference name email phone }
  }
}
`,
    variables: { search: 'ola nordman' },
  },
  {
    group: 'Find',
    name: 'Filter and sort',
    query: `query Filtered($filter: CustomerFilter!) {
  customers(first: 20, filter: $filter, orderBy: [{ field: CREDIT_LIMIT, direction: DESC }, { field: NAME }]) {
    totalCount { value exact }
    nodes { name kind creditLimit currency billingAddress { city country } updatedAt }
  }
}
`,
    variables: {
      filter: {
        kind: 'COMPANY',
        isActive: true,
        or: [{ country: 'SE' }, { city: { startsWith: 'O' } }],
        creditLimit: { gte: '1000' },
      },
    },
  },
  {
    group: 'Find',
    name: 'Page by page',
    query: `# Give the endCursor as "after" for the next page.
query Pages($after: String) {
  customers(first: 5, after: $after) {
    nodes { reference name }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: { after: null },
  },
  {
    group: 'Find',
    name: 'Whose email or phone is this?',
    query: `query Whose($credentials: [String!]!) {
  customersByCredential(credentials: $credentials) {
    credential
    customer { reference name }
  }
}
`,
    variables: { credentials: ['ola.nordmann@hotmail.no'] },
  },
  {
    group: 'Look up',
    name: 'Find, or make from the directory',
    query: `# Finds the customer with this phone; else makes one of what the directory knows.
mutation Lookup($value: String!) {
  customerLookup(field: PHONE_NUMBER, value: $value) {
    ... on CustomerLookupPayload { outcome customer { reference name billingAddress { line1 city } } }
${outcome}
  }
}
`,
    variables: { value: '+4712345678' },
  },
  {
    group: 'Look up',
    name: 'Customer details, nothing written',
    query: `query Details {
  customerDetails(country: "NO", phone: "+4712345678", postalCode: "0179") {
    source
    person { firstName lastName }
    address { line1 postalCode city country }
    phone email
  }
}
`,
  },
  {
    group: 'Change',
    name: 'Upsert: make it, or change it',
    query: `# However often it runs, there is one customer. The outcome says what happened.
mutation Upsert($by: CustomerBy!, $input: CustomerUpsertInput!) {
  customerUpsert(by: $by, input: $input) {
    ... on CustomerUpsertPayload { outcome customer { id reference name version phones { number e164 } } }
${outcome}
  }
}
`,
    variables: {
      by: { reference: 'PLAY-1' },
      input: {
        person: { firstName: 'Kari', lastName: 'Solberg' },
        email: 'kari.solberg@example.org',
        phone: '22 33 44 55',
        billingAddress: { line1: 'Storgata 5', postalCode: '0155', city: 'Oslo', country: 'NO' },
      },
    },
  },
  {
    group: 'Change',
    name: 'Update, unless somebody else did',
    query: `# A wrong expectedVersion is answered with StaleError: read again, then decide.
mutation Update($by: CustomerBy!, $input: CustomerUpdateInput!, $version: Int) {
  customerUpdate(by: $by, input: $input, expectedVersion: $version) {
    ... on CustomerUpdatePayload { outcome customer { reference comment version } }
${outcome}
  }
}
`,
    variables: { by: { reference: 'NC-4' }, input: { comment: 'Prefers to be called in the morning.' }, version: null },
  },
  {
    group: 'Change',
    name: 'Many at once, an outcome for each',
    query: `mutation Many($rows: [CustomersUpsertRow!]!) {
  customersUpsert(rows: $rows) {
    ... on CustomerUpsertPayload { outcome customer { reference name } }
${outcome}
  }
}
`,
    variables: {
      rows: [
        { by: { reference: 'PLAY-2' }, input: { company: { name: 'Fjord Kaffe AS' } } },
        { by: { reference: 'PLAY-3' }, input: { name: 'Nobody', email: 'no email at all' } },
      ],
    },
  },
  {
    group: 'Change',
    name: 'Upload a logo',
    query: `# "data" is the file in Base64: jpg, png, gif or bmp, up to 2 MB.
mutation Logo($logo: PictureInput!) {
  customerLogoSet(by: { reference: "NC-4" }, logo: $logo) {
    ... on CustomerLogoSetPayload { customer { name logo { url } } }
${outcome}
  }
}
`,
    variables: { logo: { fileName: 'logo.png', data: pixel } },
  },
  {
    group: 'Beside customers',
    name: 'Categories, as a tree',
    query: `{
  categories(first: 20) {
    nodes { reference name parent { name } path { name } children { name } }
  }
}
`,
  },
  {
    group: 'Beside customers',
    name: 'Segmentations, payment types, regions',
    query: `{
  segmentations(first: 10) { nodes { reference name } }
  paymentTypes(first: 10) { nodes { reference name } }
  regions(first: 10) { nodes { reference name level parent { name } } }
}
`,
  },
  {
    group: 'Beside customers',
    name: 'Contacts and staff',
    query: `{
  contacts(first: 10) { nodes { reference firstName lastName email customer { name } } }
  users(first: 10) { nodes { reference firstName lastName email } }
}
`,
  },
  {
    group: 'Beside customers',
    name: 'The directory that look-ups consult',
    query: `{
  directoryEntries(first: 10) {
    nodes { reference kind person { firstName lastName } company { name } phone address { city country } }
  }
}
`,
  },
  {
    group: 'The documented APIs',
    name: 'One customer in four dialects',
    query: `# The dialect lens: what callers of each documented API get for the same customer.
query Lens($by: CustomerBy!) {
  customer(by: $by) {
    name
    valomnia: as(dialect: VALOMNIA) { status headers body }
    riverty: as(dialect: RIVERTY) { status headers body }
    connect: as(dialect: CONNECT) { status headers body }
    worldline: as(dialect: WORLDLINE) { status headers body }
  }
}
`,
    variables: { by: { reference: 'NC-4' } },
  },
  {
    group: 'Who am I?',
    name: 'My own customer (as a customer)',
    query: `query Mine {
  viewer { scopes customer { reference name email } }
}
`,
  },
  {
    group: 'Who am I?',
    name: 'The caller and the organization',
    query: `{
  viewer { scopes organization { reference name country currencies } user { reference } customer { reference name } }
}
`,
  },
];
