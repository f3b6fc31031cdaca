import { inArray } from 'drizzle-orm';
import type { Tx } from '../db/client.ts';
import { categories, paymentTypes, regions, segmentations } from '../db/tables/references.ts';
import { users } from '../db/tables/users.ts';
import type { CustomerChange, PlainColumns } from '../domain/customer-change.ts';
import type { CustomerWriter } from '../domain/customer-write.ts';
import type { Identity, IdentityTable } from '../domain/reference.ts';

const tables = { category: categories, segmentation: segmentations, createdBy: users, paymentTypes } as const;
const names = Object.keys(tables) as (keyof typeof tables)[];
type Name = keyof typeof tables | 'region';

/** What rows point at by reference, remembered for as long as a run lasts; what is not there is asked for again. */
export interface Lookups {
  /** Asks for everything that these changes point at. */
  learn(writer: CustomerWriter, changes: readonly CustomerChange[]): Promise<void>;
  /** The id of what was asked for; null when it is not there. */
  known(table: IdentityTable, identity: Identity): number | null | undefined;
  /** The columns of what a change points at, and its payment types; null when that takes a closer look. */
  columnsOf(
    writer: CustomerWriter,
    change: CustomerChange,
  ): { columns: PlainColumns; paymentTypeIds: number[] | null } | null;
}

interface Known {
  id: number;
  level: number;
}

/** Opens empty lookups. */
export function openLookups(): Lookups {
  const known = new Map<string, Known>();
  let absent = new Set<string>();
  const keyOf = (name: Name, reference: string) => `${name} ${reference}`;

  async function ask(tx: Tx, name: Name, references: readonly string[]) {
    const missing = [...new Set(references)].filter((reference) => !known.has(keyOf(name, reference)));
    if (missing.length === 0) return;
    const found =
      name === 'region'
        ? await tx
            .select({ id: regions.id, reference: regions.reference, level: regions.level })
            .from(regions)
            .where(inArray(regions.reference, missing))
        : (await rowsOf(tx, name, missing)).map((row) => ({ ...row, level: 0 }));
    for (const { id, reference, level } of found) known.set(keyOf(name, reference), { id, level });
    for (const reference of missing) if (!known.has(keyOf(name, reference))) absent.add(keyOf(name, reference));
  }

  const one = (name: Name, identity: Identity | null | undefined) => {
    if (!identity) return identity;
    return ('reference' in identity && known.get(keyOf(name, identity.reference))) || false;
  };

  return {
    async learn({ tx }, changes) {
      absent = new Set();
      const wanted = (identities: readonly (Identity | null | undefined)[]) =>
        identities.flatMap((identity) => (identity && 'reference' in identity ? [identity.reference] : []));
      for (const name of ['category', 'segmentation', 'createdBy', 'region'] as const) {
        await ask(tx, name, wanted(changes.map((change) => change[name])));
      }
      await ask(tx, 'paymentTypes', wanted(changes.flatMap((change) => change.paymentTypes ?? [])));
    },
    known(table, identity) {
      const name = names.find((one) => tables[one] === table);
      if (name === undefined || !('reference' in identity)) return undefined;
      const key = keyOf(name, identity.reference);
      return known.get(key)?.id ?? (absent.has(key) ? null : undefined);
    },
    columnsOf({ organization }, change) {
      const category = one('category', change.category);
      const segmentation = one('segmentation', change.segmentation);
      const createdBy = one('createdBy', change.createdBy);
      const region = organization.regionLevel === null && change.region ? undefined : one('region', change.region);
      const types = change.paymentTypes?.map((identity) => one('paymentTypes', identity));
      if ([category, segmentation, createdBy, region, ...(types ?? [])].includes(false)) return null;
      if (region && region.level < (organization.regionLevel ?? 0)) return null;
      const idOf = (found: Known | false | null | undefined) => (found ? found.id : null);
      return {
        columns: {
          ...(category && { categoryId: category.id }),
          ...(segmentation !== undefined && { segmentationId: idOf(segmentation) }),
          ...(region !== undefined && { regionId: idOf(region) }),
          ...(createdBy !== undefined && { createdById: idOf(createdBy) }),
        },
        paymentTypeIds: types === undefined ? null : [...new Set(types.flatMap((found) => (found ? [found.id] : [])))],
      };
    },
  };
}

function rowsOf(tx: Tx, name: keyof typeof tables, references: string[]) {
  const table = tables[name];
  return tx
    .select({ id: table.id, reference: table.reference })
    .from(table)
    .where(inArray(table.reference, references));
}
