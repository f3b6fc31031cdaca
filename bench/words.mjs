// What every target is asked, and the form in which their answers must be equal.
export const list =
  'numericId reference reference2 name email billingCountry billingCity billingPostalCode creditLimit balance isActive onHold currency createdAt updatedAt'.split(
    ' ',
  );
export const all = [
  ...list,
  ...'kind firstName lastName companyName invoiceEmail comment barcode website taxNumber organizationNumber risk riskColor isCredit paymentTermsDays onHoldReason billingLine1 billingLatitude billingLongitude shippingSameAsBilling billWithParent'.split(
    ' ',
  ),
];
export const search = 'numericId reference name email billingCity isActive'.split(' ');
export const page = 'numericId reference name'.split(' ');
export const contact = 'numericId firstName lastName email phone'.split(' ');
export const columnOf = (name) => (name === 'numericId' ? 'id' : name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`));
export const workloads = {
  w1: 'list of 100 with category, segmentation, payment types, contacts',
  w2: 'one customer, everything',
  w3: 'wildcard name search, 50 rows and the exact total, largest organization',
  w4: 'create one customer, with its category; totals, search and history kept',
  w5: 'page 3000 of the full set, by cursor',
  w6: 'REST list of 100 with total, largest organization',
};
/** What is asked for; REST answers every field that it has, so the others give every field too. */
export const made = 'numericId reference name createdAt'.split(' ');
export const fieldsOf = { w1: list, w2: all, w3: search, w4: made, w5: page, w6: all };
/** Who is made knows what the others do not: its id, its time and the reference of its own. */
const compared = { ...fieldsOf, w4: ['name'], w6: list };
/** Stands in a request where each one has a reference of its own. */
export const unique = 'BENCH-UNIQUE-0000000000';
export const uniqueOf = (run, n) => `BENCH-${String(run).padStart(6, '0')}-${String(n).padStart(10, '0')}`;
export const isRelated = (w) => w === 'w1' || w === 'w2' || w === 'w6';
export const terms = [
  'marie',
  'bakery',
  'rossi',
  'hansen',
  'ola n',
  'glass',
  'garage',
  'bel',
  'weber',
  'zofia',
  'tailor',
  'smith',
];

const number = new Set([
  'creditLimit',
  'balance',
  'billingLatitude',
  'billingLongitude',
  'numericId',
  'paymentTermsDays',
]);
const value = (name, v) =>
  v === null || v === undefined
    ? null
    : number.has(name)
      ? Number(v)
      : name.endsWith('At')
        ? `${new Date(v).toISOString().slice(0, 19)}Z`
        : v;
const some = (names, row) => Object.fromEntries(names.map((name) => [name, value(name, row[name])]));
const link = (row) => (row ? some(page, row) : null);
const byId = (a, b) => a.numericId - b.numericId;
/** One customer in the form that all are compared in. REST says less of it, and times to the second. */
export const normal = (w, row) => ({
  ...some(compared[w], row),
  ...(isRelated(w) && {
    category: link(row.category),
    segmentation: link(row.segmentation),
    paymentTypes: row.paymentTypes.map(link).sort(byId),
    contacts: row.contacts.map((one) => some(w === 'w6' ? contact.slice(0, 3) : contact, one)).sort(byId),
  }),
  ...((w === 'w3' || w === 'w4') && { category: link(row.category) }),
});
