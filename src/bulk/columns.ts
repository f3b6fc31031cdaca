/** How the cell of a CSV column is read and written. */
type Kind = 'text' | 'whole' | 'number' | 'boolean' | 'list' | 'by' | 'bys' | 'numbers';

/** One column of a file of customers: its name, and where in `CustomerUpsertInput` its value goes. */
export interface Column {
  name: string;
  path: readonly [string, ...string[]];
  kind: Kind;
  /** A value for the sample file. */
  sample?: string;
}

const column = (name: string, kind: Kind = 'text', sample?: string, path: string = name): Column => {
  const [first = name, ...rest] = path.split('.');
  return { name, kind, path: [first, ...rest], ...(sample !== undefined && { sample }) };
};

const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** Billing parts stand under their own names, shipping parts behind `shipping`. */
const address = (input: 'billingAddress' | 'shippingAddress', samples: Record<string, string>) => {
  const parts: [string, Kind][] = [
    ...['line1', 'line2', 'line3', 'careOf', 'street'].map((part): [string, Kind] => [part, 'text']),
    ['streetNumber', 'whole'],
    ...['entrance', 'postalCode', 'city', 'country'].map((part): [string, Kind] => [part, 'text']),
    ['latitude', 'number'],
    ['longitude', 'number'],
  ];
  return parts.map(([part, kind]) => {
    const name = input === 'billingAddress' ? part : `shipping${upper(part)}`;
    return column(name, kind, samples[part], `${input}.${part}`);
  });
};

/** Every column that an import reads and an export writes, in the order of the export. */
export const columns: readonly Column[] = [
  column('reference', 'text', 'C-1001'),
  column('customerNumber', 'whole'),
  column('kind', 'text', 'COMPANY'),
  column('name'),
  column('firstName', 'text', '', 'person.firstName'),
  column('middleName', 'text', undefined, 'person.middleName'),
  column('lastName', 'text', '', 'person.lastName'),
  column('companyName', 'text', 'Fjord Cycles AS', 'company.name'),
  column('department', 'text', undefined, 'company.department'),
  column('organizationNumber', 'text', '974760673', 'company.organizationNumber'),
  column('identity'),
  column('email', 'text', 'post@fjordcycles.example'),
  column('emails', 'list'),
  column('invoiceEmail'),
  column('phone', 'text', '+47 22 12 34 56'),
  column('mobile'),
  column('fax'),
  column('phones', 'numbers'),
  ...address('billingAddress', { line1: 'Storgata 5', postalCode: '0155', city: 'Oslo', country: 'NO' }),
  ...address('shippingAddress', {}),
  column('shippingSameAsBilling', 'boolean'),
  column('language', 'text', 'nb'),
  column('currency'),
  column('creditLimit', 'text', '25000.00'),
  column('balance'),
  column('isCredit', 'boolean'),
  column('paymentTermsDays', 'whole', '30', 'paymentTerms.days'),
  column('paymentTermsStart', 'text', 'INVOICE_DATE', 'paymentTerms.start'),
  column('taxNumber'),
  column('risk'),
  column('riskColor'),
  column('riskScore'),
  column('existingCustomer', 'boolean'),
  column('isActive', 'boolean', 'true'),
  column('onHold', 'boolean'),
  column('onHoldReason'),
  column('reference2'),
  column('barcode'),
  column('comment'),
  column('website'),
  column('productCodes', 'list', 'P-1|P-2'),
  column('parent', 'by'),
  column('billWithParent', 'boolean'),
  column('category', 'by'),
  column('segmentation', 'by'),
  column('region', 'by'),
  column('createdBy', 'by'),
  column('paymentTypes', 'bys'),
];

/** What stands between the items of a list in one cell. */
export const between = '|';

/** One item of a list in its cell; `|` and `\` that are of the item itself stand behind a `\`. */
export const listed = (item: string): string => item.replace(/[\\|]/g, '\\$&');

/** The items of a cell. */
export const itemsOf = (cell: string): string[] =>
  (cell.match(/(?:\\[\\|]|[^|])+/g) ?? [])
    .map((item) => item.trim().replace(/\\([\\|])/g, '$1'))
    .filter((item) => item !== '');

/** `First name`, `first_name` and `firstName` are one. */
export const keyOf = (header: string): string => header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

const byKey = new Map(columns.map((one) => [keyOf(one.name), one]));

/** The column of this header, or null. */
export const columnOf = (header: string): Column | null => byKey.get(keyOf(header)) ?? null;

/** What an error file adds to each row; passed over when it is read again. */
export const notes = ['importLine', 'importError'] as const;
const noteKeys = new Set(notes.map(keyOf));
export const isNote = (header: string): boolean => noteKeys.has(keyOf(header));

/** The column whose name is nearest to a header that is none, for advice; null when none is near. */
export function nearest(header: string): string | null {
  const wanted = keyOf(header);
  const [best] = columns
    .map(({ name }) => ({ name, distance: distance(wanted, keyOf(name)) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(1, wanted.length / 3) ? best.name : null;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (b[j] === letter ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
