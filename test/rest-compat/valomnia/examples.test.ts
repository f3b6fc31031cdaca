import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import sharp from 'sharp';
import { valomnia } from '../../../src/rest-compat/valomnia/index.ts';
import { newShop, type Sent } from '../shop.ts';

interface FileWords {
  field: string;
  name: string;
  content: 'a picture' | 'too large' | 'no picture';
}
interface Example {
  title: string;
  /** What the organization has before: the documented customer, others, and whether regions are used. */
  given?: {
    customer?: Record<string, string>;
    file?: FileWords;
    other?: Record<string, string>;
    more?: number;
    geographicalLocations?: boolean;
    /** The samples disagree about the name of category 2 (contracts, 4.11.13). */
    categoryName?: string;
  };
  request: { method: string; path: string; form?: Record<string, string>; file?: FileWords };
  response: { status: number; body: unknown };
}

const folder = new URL('../../../examples/valomnia/', import.meta.url);

const examples = readdirSync(folder).flatMap((file): Example[] =>
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
);

for (const example of examples) test(`${example.response.status} ${example.title}`, () => replay(example));

test('every path of the documented chapter has a route and an example', () => {
  const shown = new Set(examples.map(({ request: { method, path } }) => `${method} ${chapterPath(path)}`));
  const routes = valomnia.routes.filter(({ path }) => path.startsWith('/customers/') || path === '/customers');
  assert.deepEqual(routes.map(({ method, path }) => `${method} ${path}`).sort(), [...shown].sort());
});

/** `/api/v1.0/customers/256?max=2` → `/customers/{id}` */
const chapterPath = (path: string) =>
  path
    .replace(/^\/api\/v1\.0|\?.*$/g, '')
    .replace(/\?.*$/, '')
    .replace(/reference\/.+$/, 'reference/{reference...}')
    .replace(/customers\/[\w-]+$/, 'customers/{id}');

/** Asks what the documentation asks, of an organization that has what the documentation's has, and compares the answers whole. */
async function replay({ given = {}, request, response }: Example) {
  const { shop, ids } = await documentedShop(given);
  const real = (words: Record<string, string>) =>
    Object.fromEntries(Object.entries(words).map(([name, value]) => [name, toReal(ids, name, value)]));
  if (given.customer) {
    const made = await shop.body(201, 'POST', '/customers', await sent(real(given.customer), given.file));
    ids.customers = { 256: made.id };
  }
  if (given.other) await shop.body(201, 'POST', '/customers', { form: real(given.other) });
  for (let i = 0; i < (given.more ?? 0); i += 1) {
    await shop.body(201, 'POST', '/customers', { form: { reference: `more ${i}`, name: 'More' } });
  }
  const path = request.path.replace('/api/v1.0', '').replace('/256', `/${ids.customers?.[256] ?? 256}`);
  const body = request.form || request.file ? await sent(real(request.form ?? {}), request.file) : {};
  const answer = await shop.call(request.method, path, body);
  assert.equal(answer.status, response.status, JSON.stringify(answer.body));
  assert.deepEqual(toDocumented(answer.body, response.body, { ...ids, organization: shop.reference }), response.body);
}

type Ids = Record<string, Record<number, number>>;

/** The documentation's category, segmentation, user, payment types and regions, with the ids that they got here. */
async function documentedShop({
  geographicalLocations,
  categoryName = 'Jewelry and accessories',
}: NonNullable<Example['given']>) {
  const shop = await newShop(geographicalLocations ? { regionLevel: 1 } : {});
  const save = async (path: string, form: Record<string, string>) => (await shop.body(201, 'POST', path, { form })).id;
  const user = `mutation { userCreate(input: { reference: "emp-002", lastName: "Two" }) { ... on UserCreatePayload { user { numericId } } } }`;
  const ids: Ids = {
    customerCategories: {
      2: await save('/customerCategories', { reference: 'jewelry', name: categoryName, isRoot: 'true' }),
    },
    customerSegmentations: { 1: await save('/customerSegmentations', { reference: 'seg_a', name: 'Segmentation A' }) },
    users: { 2: (await shop.graphql(user)).userCreate.user.numericId },
    paymentTypes: {
      7: await save('/paymentTypes', { reference: 'cash', name: 'cash' }),
      8: await save('/paymentTypes', { reference: 'cheque', name: 'cheque' }),
    },
    regions: { 3: await shop.region('New York', 1, null), 2: await shop.region('California', 1, null) },
  };
  return { shop, ids };
}

const collections: Record<string, string> = {
  categoryId: 'customerCategories',
  customerSegmentationId: 'customerSegmentations',
  userId: 'users',
  regionId: 'regions',
  parentCustomer: 'customers',
};

/** A documented value of a form with the ids that are in use here. */
function toReal(ids: Ids, name: string, value: string): string {
  const real = (collection: string | undefined, id: string) => String(ids[collection ?? '']?.[Number(id)] ?? id);
  if (name === 'paymentTypes') return value.replaceAll(/\d+/g, (id) => real(name, id));
  return /^\d+$/.test(value) ? real(collections[name], value) : value;
}

async function sent(form: Record<string, string>, file?: FileWords): Promise<Sent> {
  if (!file) return { form };
  const multipart = new FormData();
  for (const [name, value] of Object.entries(form)) multipart.append(name, value);
  multipart.append(file.field, new Blob([new Uint8Array(await contentOf(file))]), file.name);
  return { multipart };
}

async function contentOf({ content }: FileWords): Promise<Uint8Array> {
  if (content === 'no picture') return Buffer.from('%PDF-1.4');
  const create = { width: 272, height: 92, channels: 3, background: '#FFFFFF' } as const;
  const picture = await sharp({ create }).png().toBuffer();
  return content === 'a picture' ? picture : Buffer.concat([picture, Buffer.alloc(2 * 1024 * 1024)]);
}

/** An answer with the documentation's ids, times, organization and total in place of this server's; everything else stays. */
function toDocumented(answer: unknown, documented: unknown, here: Ids | { organization: string }): unknown {
  const ids = new Map<string, string>();
  for (const [collection, pairs] of Object.entries(here)) {
    if (typeof pairs === 'string') continue;
    for (const [theirs, ours] of Object.entries(pairs)) ids.set(`/${collection}/${ours}`, `/${collection}/${theirs}`);
  }
  const visit = (ours: unknown, theirs: unknown): unknown => {
    if (Array.isArray(ours) && Array.isArray(theirs)) {
      return ours.slice(0, theirs.length).map((one, i) => visit(one, theirs[i]));
    }
    if (!isObject(ours) || !isObject(theirs)) return ours;
    const href = typeof ours.href === 'string' ? (ids.get(ours.href.replace('/api/v1.0', '')) ?? ours.href) : undefined;
    return Object.fromEntries(
      Object.entries(ours).map(([key, value]) => {
        if (key === 'href' && href) return [key, `/api/v1.0${href}`];
        if ((key === 'id' || key === 'userId') && href) return [key, Number(href.split('/').at(-1))];
        if (key === 'id' || key === 'total') return [key, theirs[key]];
        if (key === 'dateCreated' || key === 'lastUpdated') {
          assert.match(String(value), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
          return [key, theirs[key]];
        }
        if (key === 'organization' && value === (here as { organization: string }).organization)
          return [key, theirs[key]];
        if (key === 'logo' && typeof value === 'string') return [key, documentedLogo(value)];
        return [key, visit(value, theirs[key])];
      }),
    );
  };
  return visit(answer, documented);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const documentedLogo = (url: string) =>
  url.replace(
    /^http:\/\/shop\.test\/shop-[^/]+-\d+\/photoCustomer\/\d+_/,
    'BASE_URL/entity1-1450169988465/photoCustomer/1471338230737_',
  );
