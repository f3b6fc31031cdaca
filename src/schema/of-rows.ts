import type { PgTable } from 'drizzle-orm/pg-core';
import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { References } from '../db/references.ts';
import { nouns, type Source } from './source.ts';

/** The tables that a document's rows point into; null when it shows what is in none of them. */
const known = new WeakMap<DocumentNode, ReadonlySet<PgTable> | null>();

/**
 * Whether all that a document shows of a record that it makes stands in the record's row, or in those that are remembered: then nothing is
 * asked of the database after the change.
 */
export function isOfRows(schema: GraphQLSchema, document: DocumentNode, { tables }: References): boolean {
  const before = known.get(document);
  const pointed = before === undefined ? pointedTables(schema, document) : before;
  if (before === undefined) known.set(document, pointed);
  return pointed !== null && [...pointed].every((table) => tables.has(table));
}

function pointedTables(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<PgTable> | null {
  const types = new TypeInfo(schema);
  const pointed = new Set<PgTable>();
  let isOfRow = true;
  const Field = () => {
    const [field, parent] = [types.getFieldDef(), types.getParentType()];
    const source = field?.extensions.source as Source | undefined;
    if (!field || !parent || parent === schema.getMutationType()) return;
    if (source?.kind === 'one') pointed.add(source.noun.table);
    else if (source) isOfRow &&= ['column', 'computed', 'part'].includes(source.kind);
    // What has a source of no kind is computed from what is there, unless it is asked of a record or takes arguments.
    else isOfRow &&= field.args.length === 0 && !nouns.has(parent.name);
  };
  visit(document, visitWithTypeInfo(types, { Field }));
  return isOfRow ? pointed : null;
}
