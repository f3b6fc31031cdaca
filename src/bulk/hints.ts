import { isInputObjectType } from 'graphql';
import { schema } from '../schema/index.ts';
import { between, type Column, columns } from './columns.ts';
import { csvLines } from './report.ts';

/** What a column takes, for people. */
export interface Hint {
  name: string;
  form: string;
  description: string;
}

const forms: Record<Column['kind'], string> = {
  text: 'text',
  whole: 'whole number',
  number: 'number',
  boolean: 'true or false',
  list: `texts, ${between} between`,
  numbers: `phones, ${between} between`,
  by: 'reference',
  bys: `references, ${between} between`,
};

/** The description of a column: that of the field in GraphQL. */
function descriptionOf({ path }: Column): string {
  let type: unknown = schema.getType('CustomerUpsertInput');
  let description = '';
  for (const name of path) {
    if (!isInputObjectType(type)) break;
    const field = type.getFields()[name];
    description = field?.description ?? '';
    type = field?.type;
  }
  return description;
}

/** Every column with its form and meaning. */
export const hints = (): Hint[] =>
  columns.map((column) => ({ name: column.name, form: forms[column.kind], description: descriptionOf(column) }));

const person: Record<string, string> = {
  ...{ reference: 'C-1002', kind: 'PERSON', firstName: 'Kari', lastName: 'Nordmann', email: 'kari@nordmann.example' },
  ...{
    phone: '+47 41 23 45 67',
    line1: 'Grubbegata 6A',
    postalCode: '0179',
    city: 'Oslo',
    country: 'NO',
    isActive: 'true',
  },
};

/** A file of two customers in the most usual columns. */
export function sampleFile(format: 'csv' | 'ndjson'): string {
  const used = columns.filter(({ sample }) => sample !== undefined);
  if (format === 'csv') {
    return csvLines([
      used.map(({ name }) => name),
      used.map(({ sample }) => sample ?? ''),
      used.map(({ name }) => person[name] ?? ''),
    ]);
  }
  const { firstName, lastName, line1, postalCode, city, country, isActive: _, ...rest } = person;
  const rows = [
    {
      ...{
        reference: 'C-1001',
        kind: 'COMPANY',
        company: { name: 'Fjord Cycles AS', organizationNumber: '974760673' },
      },
      ...{ email: 'post@fjordcycles.example', creditLimit: '25000.00', productCodes: ['P-1', 'P-2'] },
    },
    { ...rest, person: { firstName, lastName }, billingAddress: { line1, postalCode, city, country } },
  ];
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
