/** The tongues that a customer is told in. */
export const tongues = ['graphql', 'valomnia', 'riverty', 'connect', 'worldline'] as const;
export type Tongue = (typeof tongues)[number];

/** Which field of ours each place of a tongue's answer tells, and a customer to show it by. */
export interface Rosetta {
  /** By tongue and place (`billingAddress.city`): names of fields. */
  places: Record<Tongue, Record<string, string[]>>;
  sample: Record<Tongue, unknown>;
}

/** Runs an operation; its data, or a throw. */
export type Ask = (query: string, variables: object) => Promise<Record<string, unknown>>;

/** One customer in all tongues. `$by` says which. */
export const rosettaQuery = `query Rosetta($by: CustomerBy!) {
  graphql: customer(by: $by) {
    reference customerNumber kind name
    person { firstName middleName lastName }
    company { name department organizationNumber }
    emails invoiceEmail phones { number e164 kind }
    billingAddress { line1 line2 careOf street streetNumber entrance postalCode city country latitude longitude }
    shippingAddress { line1 postalCode city country } shippingSameAsBilling
    language currency creditLimit balance isCredit paymentTerms { days }
    taxNumber risk riskColor riskScore existingCustomer isActive onHold onHoldReason
    reference2 barcode comment website productCodes billWithParent
    category { reference name } segmentation { reference name } paymentTypes { reference name }
  }
  dialects: customer(by: $by) {
    valomnia: as(dialect: VALOMNIA) { body }
    riverty: as(dialect: RIVERTY) { body }
    connect: as(dialect: CONNECT) { body }
    worldline: as(dialect: WORLDLINE) { body }
  }
}`;

/** Values that are found again wherever they are told: no two alike, none within another. */
const customer = {
  reference: 'NC-7081',
  customerNumber: 563881,
  kind: 'PERSON',
  name: 'Fjordlys Handel',
  person: { firstName: 'Ingrid', middleName: 'Marie', lastName: 'Solberg' },
  company: { name: 'Nordvik Trelast', department: 'Purchasing', organizationNumber: '974760673' },
  emails: ['ingrid@nordvik.example', 'second@nordvik.example'],
  invoiceEmail: 'invoices@nordvik.example',
  phones: [
    { number: '412 34 567', kind: 'mobile' },
    { number: '22 33 44 55', kind: 'fax' },
  ],
  billingAddress: {
    line1: 'Storgata 47C',
    line2: 'Second floor',
    careOf: 'Kari Lunde',
    street: 'Storgata',
    streetNumber: 47,
    entrance: 'C',
    postalCode: '0184',
    city: 'Oslo',
    country: 'NO',
    latitude: 59.913,
    longitude: 10.752,
  },
  shippingAddress: { line1: 'Havnegatan 3', postalCode: '411 07', city: 'Göteborg', country: 'SE' },
  shippingSameAsBilling: false,
  language: 'nb',
  currency: 'EUR',
  creditLimit: '5012',
  balance: '731.5',
  isCredit: true,
  paymentTerms: { days: 37 },
  taxNumber: 'NO 998877665',
  risk: 'Watched',
  riskColor: '#A1B2C3',
  riskScore: '7.25',
  existingCustomer: true,
  isActive: true,
  onHold: false,
  onHoldReason: 'Awaiting papers',
  reference2: 'ERP-5520',
  barcode: '7035620025037',
  comment: 'Delivers before noon',
  website: 'https://shop.example/ingrid',
  productCodes: ['PREMIUM'],
  billWithParent: false,
};
const beside = {
  category: { reference: 'timber', name: 'Timber and boards' },
  segmentation: { reference: 'key', name: 'Key accounts' },
  paymentTypes: [{ reference: 'inv37', name: 'Invoice, later' }],
};

/** What else says the same: names that documents have for a value of ours. */
const alsoSaid: Readonly<Record<string, readonly unknown[]>> = {
  kind: ['Person'],
  'billingAddress.country': ['NOR', 'Norway'],
  'shippingAddress.country': ['SWE', 'Sweden'],
  'phones.0.number': ['+4741234567'],
  'phones.1.number': ['+4722334455'],
};
const flags = [
  'shippingSameAsBilling',
  'isCredit',
  'existingCustomer',
  'isActive',
  'onHold',
  'billWithParent',
] as const;

/** Every value of an answer by its place. */
export function leavesOf(value: unknown, place = ''): [place: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [[place, value]];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, place === '' ? name : `${place}.${name}`));
}

function isSaid(leaf: unknown, field: string, sentinel: unknown): boolean {
  if (leaf === null || typeof leaf === 'boolean' || typeof sentinel === 'boolean') return false;
  const forms = [sentinel, ...(alsoSaid[field] ?? [])];
  if (forms.some((form) => form === leaf)) return true;
  return /^-?[\d.]+$/.test(String(sentinel)) && /^-?[\d.]+$/.test(String(leaf)) && Number(leaf) === Number(sentinel);
}

/** Runs of digits and times that are other ones in every database, made the same. */
function settled(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => settled(one));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, settled(inner, key)]));
  }
  if (typeof value === 'number' && /^(id|userId|version)$/i.test(name)) return 1;
  if (typeof value !== 'string') return value;
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return value.replace(/^[\d-]+T[\d:.]+/, '2026-01-01T08:00:00');
  if (name === 'paymentId') return '1';
  if (name === 'organization') return 'your-organization';
  return value
    .replace(/^https?:\/\/[^/]+(?=\/(v1|api)\/)/, 'https://clientele.example')
    .replaceAll(/\/\d+(?=\/|$)/g, '/1');
}

async function read(ask: Ask, reference: string): Promise<Record<Tongue, unknown>> {
  const { graphql, dialects } = await ask(rosettaQuery, { by: { reference } });
  const said = dialects as Record<Tongue, { body: unknown }>;
  return Object.fromEntries(
    tongues.map((tongue) => [tongue, tongue === 'graphql' ? graphql : said[tongue].body]),
  ) as Record<Tongue, unknown>;
}

const make = `mutation ($input: CustomerCreateInput!) {
  result: customerCreate(input: $input) { ... on Error { message faults { path message } } }
}`;
const makeBeside = `mutation ($category: CategoryCreateInput!, $segmentation: SegmentationCreateInput!, $paymentType: PaymentTypeCreateInput!) {
  categoryCreate(input: $category) { __typename }
  segmentationCreate(input: $segmentation) { __typename }
  paymentTypeCreate(input: $paymentType) { __typename }
}`;

/**
 * Writes a customer with a value of its own in every field, reads it in every tongue, and looks for each; a truth value is found by
 * turning it. `ask` must belong to an empty organization of Norway with NOK and EUR. Throws when the customer cannot be written.
 */
export async function findRosetta(ask: Ask): Promise<Rosetta> {
  const [paymentType] = beside.paymentTypes;
  await ask(makeBeside, { category: beside.category, segmentation: beside.segmentation, paymentType });
  const input = {
    ...customer,
    category: { reference: beside.category.reference },
    segmentation: { reference: beside.segmentation.reference },
    paymentTypes: beside.paymentTypes.map(({ reference }) => ({ reference })),
  };
  const write = async (words: object) => {
    const { result } = await ask(make, { input: words });
    if (Object.keys(result ?? {}).length > 0) throw new Error(JSON.stringify(result));
  };
  await write(input);
  const answers = await read(ask, customer.reference);
  const places = Object.fromEntries(tongues.map((tongue) => [tongue, {}])) as Rosetta['places'];
  const note = (tongue: Tongue, place: string, field: string) => {
    places[tongue][place] = [...(places[tongue][place] ?? []), field];
  };
  for (const tongue of tongues)
    for (const [place, leaf] of leavesOf(answers[tongue]))
      for (const [field, sentinel] of leavesOf({ ...customer, ...beside }))
        if (isSaid(leaf, field, sentinel)) note(tongue, place, field);
  for (const [at, flag] of flags.entries()) {
    const { customerNumber, ...rest } = input;
    const reference = `turned-${at}`;
    await write({ ...rest, reference, customerNumber: customerNumber + 1 + at, [flag]: !customer[flag] });
    const turned = await read(ask, reference);
    for (const tongue of tongues) {
      const before = new Map(leavesOf(answers[tongue]));
      for (const [place, leaf] of leavesOf(turned[tongue]))
        if (typeof leaf === 'boolean' && before.get(place) === !leaf) note(tongue, place, flag);
    }
  }
  return { places, sample: settled(answers) as Rosetta['sample'] };
}

/** What was found, as its file has it. */
export function printRosetta(rosetta: Rosetta): string {
  return `import type { Rosetta } from './rosetta-find.ts';

/** What a customer with a value of its own in every field showed in every tongue; made by \`npm run generate\`. */
export const rosetta: Rosetta = ${JSON.stringify(rosetta, null, 2)};
`;
}
